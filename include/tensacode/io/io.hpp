// tensacode/io/io.hpp -- the door of room io: reflected objects in files and texts.
// Layer 3. io/npz.hpp is included by name, since it needs minizip.
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
