// tensacode/codec/compiled/network.hpp -- the functions that codec/network.hpp declares.
// Layer 4. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/network.hpp>

namespace tc {

template <class Scalar>
basic_network<Scalar>::basic_network(codec_node input, codec_node output,
                                     const network_options& options, std::uint64_t seed)
    : input_(std::move(input)), output_(std::move(output)), options_(options) {
  random_key key = random_key(seed).split(0x6e6574);
  encoder_ = plan_encoder(input_, parameters_, key, options_.sizes);
  Eigen::Index inputs = encoder_.width;
  first_trunk_parameter_ = parameters_.blocks.size();
  for (std::size_t layer = 0; layer < options_.depth; ++layer) {
    const bool last = layer + 1 == options_.depth;
    const Eigen::Index outputs = last && options_.latent > 0 ? options_.latent : options_.width;
    detail::add_linear(parameters_, format("trunk[{}]", layer), outputs, inputs, 2.0, key);
    inputs = outputs;
  }
  decoder_ = plan_decoder(output_, parameters_, key, inputs, options_.sizes);
  // The two trees may use the same paths; block names are unique.
  for (auto& block : parameters_.blocks)
    for (const auto* side : {"/encoder", "/decoder"})
      if (const auto at = block.name.find(side); at != std::string::npos)
        block.name = (side[1] == 'e' ? "in:" : "out:") + block.name;
}

template <class Scalar>
template <class Number>
basic_tensor_var<Number> basic_network<Scalar>::encode(const bound_parameters<Number>& p,
                                                       const columns& c,
                                                       const random_key* dropout_key) const {
  auto x = run_encoder(input_, encoder_, p, c);
  for (std::size_t layer = 0; layer < options_.depth; ++layer) {
    const std::size_t at = first_trunk_parameter_ + 2 * layer;
    const bool bottleneck = layer + 1 == options_.depth && options_.latent > 0;
    // A bottleneck is linear: a rectified one would lose half of its space.
    x = bottleneck ? linear(p[at], p[at + 1], x) : linear_relu(p[at], p[at + 1], x);
    if (dropout_key && !bottleneck) x = tc::dropout(x, options_.dropout, dropout_key->split(layer));
  }
  return x;
}

template <class Scalar>
template <class Number>
basic_var<Number> basic_network<Scalar>::loss(const bound_parameters<Number>& p,
                                              const columns& from, const columns& to,
                                              std::size_t batch,
                                              const random_key* dropout_key) const {
  return decoder_loss(output_, decoder_, p, encode(p, from, dropout_key), to,
                      Number(1) / static_cast<Number>(batch));
}

}  // namespace tc
