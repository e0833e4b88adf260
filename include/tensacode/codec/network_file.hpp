// tensacode/codec/network_file.hpp -- a network as the tensors of a safetensors file, and back.
// Layer 4. Blocks keep their names (`in:age/encoder.weight`); what was measured about a node is
// stored as `in:age/knots`, `in:age/moments`, `in:name/vocabulary`, `in:name/alphabet`,
// `in:name/longest`. Sizes of layers are metadata. Before the network is built, every tensor
// of the file is checked against the types that it is loaded for.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/network.hpp>
#include <tensacode/io/parse_error.hpp>
#include <tensacode/io/safetensors.hpp>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tc {
/// The network as a file's contents. `schema` identifies the types it was made for.
template <class Scalar>
safetensors_file network_to_file(const basic_network<Scalar>& net, std::uint64_t schema);

/// The network in `file`, for types described by `input` and `output`; `name` is what errors call
/// the file. Throws `parse_error` naming the tensor or metadata that does not fit.
template <class Scalar>
basic_network<Scalar> network_from_file(const safetensors_file& file, codec_node input,
                                        codec_node output, std::uint64_t schema,
                                        const std::string& name);

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/codec/compiled/network_file.hpp>
#endif
