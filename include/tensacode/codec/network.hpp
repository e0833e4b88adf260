// tensacode/codec/network.hpp -- encoder, trunk and decoder between two node trees.
// Layer 4. One network type serves `model<In, Out>` (different trees) and the engine's
// autoencoders (the same tree on both sides). It is laid out from measured nodes; its parameters
// are one named set, so it runs over floats when training, doubles when predicting, and tape
// variables of either when differentiating.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/decoder.hpp>
#include <tensacode/codec/encoder.hpp>
#include <tensacode/codec/statistics.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tc {

struct network_options {
  Eigen::Index width = 192;  ///< of the hidden layers
  Eigen::Index latent = 0;   ///< of the last one, the latent; 0: as the others
  std::size_t depth = 2;     ///< hidden layers
  double dropout = 0.25;
  encoder_sizes sizes = {};
};

template <class Scalar>
class basic_network {
 public:
  basic_network() = default;
  /// Lays out a network between two measured trees, with parameters drawn from `seed`.
  basic_network(codec_node input, codec_node output, const network_options& options,
                std::uint64_t seed)
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

  const codec_node& input() const { return input_; }
  const codec_node& output() const { return output_; }
  const network_options& options() const { return options_; }
  const encoder_plan& encoder() const { return encoder_; }
  const decoder_plan& decoder() const { return decoder_; }
  std::size_t first_trunk_parameter() const { return first_trunk_parameter_; }
  parameter_set<Scalar>& parameters() { return parameters_; }
  const parameter_set<Scalar>& parameters() const { return parameters_; }

  /// The latent of every instance; with a `dropout_key`, as in training.
  /// Shapes  -> (latent width, c.instances)
  template <class Number>
  basic_tensor_var<Number> encode(const bound_parameters<Number>& p, const columns& c,
                                  const random_key* dropout_key = nullptr) const {
    auto x = run_encoder(input_, encoder_, p, c);
    for (std::size_t layer = 0; layer < options_.depth; ++layer) {
      const std::size_t at = first_trunk_parameter_ + 2 * layer;
      const bool bottleneck = layer + 1 == options_.depth && options_.latent > 0;
      // A bottleneck is linear: a rectified one would lose half of its space.
      x = bottleneck ? linear(p[at], p[at + 1], x) : linear_relu(p[at], p[at + 1], x);
      if (dropout_key && !bottleneck)
        x = tc::dropout(x, options_.dropout, dropout_key->split(layer));
    }
    return x;
  }

  /// Mean over the instances of the negative log-likelihood of `to` given `from`, in nats.
  template <class Number>
  basic_var<Number> loss(const bound_parameters<Number>& p, const columns& from, const columns& to,
                         std::size_t batch, const random_key* dropout_key = nullptr) const {
    return decoder_loss(output_, decoder_, p, encode(p, from, dropout_key), to,
                        Number(1) / static_cast<Number>(batch));
  }

 private:
  codec_node input_, output_;
  network_options options_;
  encoder_plan encoder_;
  decoder_plan decoder_;
  std::size_t first_trunk_parameter_ = 0;
  parameter_set<Scalar> parameters_;
};

/// Networks are trained in single precision.
using network = basic_network<float>;

}  // namespace tc
