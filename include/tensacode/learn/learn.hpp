// tensacode/learn/learn.hpp -- the door of room learn: models from rows.
// Layer 5.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/learn/compiled_model.hpp>
#include <tensacode/learn/learned_network.hpp>
#include <tensacode/learn/metrics.hpp>
#include <tensacode/learn/model.hpp>
#include <tensacode/learn/prediction.hpp>
#include <tensacode/learn/progress_bar.hpp>
#include <tensacode/learn/training.hpp>
