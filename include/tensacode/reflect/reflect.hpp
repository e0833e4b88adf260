// tensacode/reflect/reflect.hpp -- the door of room reflect: a user's types as trees.
// Layer 1.
// SPDX-License-Identifier: MIT
#pragma once

// What the others include comes first, so that a message about it names no more files than needed.
#include <tensacode/reflect/fields.hpp>

#include <tensacode/reflect/attributes.hpp>

#include <tensacode/reflect/at.hpp>
#include <tensacode/reflect/enums.hpp>
#include <tensacode/reflect/glob.hpp>
#include <tensacode/reflect/holder.hpp>
#include <tensacode/reflect/kinds.hpp>
#include <tensacode/reflect/macro.hpp>
#include <tensacode/reflect/offender.hpp>
#include <tensacode/reflect/path.hpp>
#include <tensacode/reflect/schema.hpp>
