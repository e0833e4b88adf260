// tensacode/reflect/reflect.hpp -- the main header of reflect: a user's types as trees.
// Layer 1.
// SPDX-License-Identifier: MIT
#pragma once

// fields.hpp and attributes.hpp come first: the other headers include them, and an error message
// lists the chain of includes. This order keeps the chain short.
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
