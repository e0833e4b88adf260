// tensacode/io/io.hpp -- includes all of room io: reading and writing reflected objects in files
// and text.
// Layer 3. The exception is io/npz.hpp: it needs minizip, so a program includes it itself.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/arrays/dtype.hpp>
#include <tensacode/io/arrays/npy.hpp>
#include <tensacode/io/arrays/safetensors.hpp>
#include <tensacode/io/arrays/safetensors_file.hpp>
#include <tensacode/io/csv/csv.hpp>
#include <tensacode/io/enum_text.hpp>
#include <tensacode/io/json/json.hpp>
#include <tensacode/io/json/lines.hpp>
#include <tensacode/io/json/options.hpp>
#include <tensacode/io/json/schema.hpp>
#include <tensacode/io/parse_error.hpp>
#include <tensacode/io/patch.hpp>
#include <tensacode/io/read_policy.hpp>
#include <tensacode/io/text/options.hpp>
#include <tensacode/io/text/text.hpp>
