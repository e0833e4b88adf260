// tensacode/codec/emit.hpp -- a trained network as C++ source that stands alone.
// Layer 4. The source declares two structs, named after the types and fields, and one function
// between them, and includes nothing of TensaCode. Every member is 8 bytes wide (doubles,
// long longs, pointers, character arrays of a multiple of 8), so the layout is the same for
// every compiler; plugin_layout.hpp writes and reads it.
//
// Members of the input       number f: double f (NaN: absent)
//                            category f: long long f (position; -1: absent)
//                            text f: const char* f; long long f_length
//                            record f: struct f;   optional f: long long has_f; then f
//                            sequence f: const struct item* f; long long f_count
//                            alternatives f: long long f_choice; then f_0, f_1, ...
// Members of the output      number f: double f, f_mean, f_deviation, f_presence
//                            category f: long long f; double f_probability[]
//                            text f: char f[]; long long f_length
//                            sequence f: long long f_count; struct item f[longest]
//                            the rest as in the input
// Start reading at `emit_network`.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/detail/emitted_sizes.hpp>
#include <tensacode/codec/network.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tc {

/// Source of a plugin, and the header that its callers include.
struct emitted_source {
  std::string source;
  std::string header;
  std::string function;  ///< name of the function: void function(const In*, Out*)
};

/// The source of a plugin that computes what `net` computes for one instance, in double
/// precision. `schema` is stored in the plugin as `tc_plugin_schema`.
template <class Scalar>
emitted_source emit_network(const basic_network<Scalar>& net, std::string_view input_name,
                            std::string_view output_name, std::uint64_t schema);

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/codec/compiled/emit.hpp>
#endif
