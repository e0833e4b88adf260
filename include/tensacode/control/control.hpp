// tensacode/control/control.hpp -- includes the public headers of room control: branches, loops and
// random choices in programs that are differentiated.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/branch.hpp>
#include <tensacode/control/choose_estimator.hpp>
#include <tensacode/control/enumeration.hpp>
#include <tensacode/control/estimator.hpp>
#include <tensacode/control/expectation.hpp>
#include <tensacode/control/ledger.hpp>
#include <tensacode/control/loop.hpp>
#include <tensacode/control/mixture.hpp>
#include <tensacode/control/random_choice.hpp>
#include <tensacode/control/relaxed_draws.hpp>
#include <tensacode/control/switch.hpp>
