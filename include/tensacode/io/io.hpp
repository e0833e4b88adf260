// tensacode/io/io.hpp -- the door of room io: reflected objects in files and texts.
// Layer 3. io/npz.hpp is included by name, since it needs minizip.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/csv.hpp>
#include <tensacode/io/dtype.hpp>
#include <tensacode/io/enum_text.hpp>
#include <tensacode/io/json.hpp>
#include <tensacode/io/json_options.hpp>
#include <tensacode/io/json_schema.hpp>
#include <tensacode/io/jsonl.hpp>
#include <tensacode/io/npy.hpp>
#include <tensacode/io/parse_error.hpp>
#include <tensacode/io/patch.hpp>
#include <tensacode/io/read_policy.hpp>
#include <tensacode/io/safetensors.hpp>
#include <tensacode/io/safetensors_file.hpp>
#include <tensacode/io/text.hpp>
#include <tensacode/io/text_options.hpp>
