// tensacode/reflect/reflect.hpp -- the door of room reflect: a user's types as trees.
// Layer 1.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/reflect/at.hpp>
#include <tensacode/reflect/attributes.hpp>
#include <tensacode/reflect/enums.hpp>
#include <tensacode/reflect/fields.hpp>
#include <tensacode/reflect/glob.hpp>
#include <tensacode/reflect/holder.hpp>
#include <tensacode/reflect/kinds.hpp>
#include <tensacode/reflect/macro.hpp>
#include <tensacode/reflect/path.hpp>
#include <tensacode/reflect/schema.hpp>
