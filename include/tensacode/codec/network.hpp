// tensacode/codec/network.hpp -- encoder, trunk and decoder between two node trees.
// Layer 4. One network type serves `model<In, Out>` (different trees) and the engine's
// autoencoders (the same tree on both sides). It is laid out from nodes with the statistics of
// the training rows. Its parameters are one set of named blocks. So the same network runs on floats
// for training, on doubles for predictions, and on tape variables of either for gradients.
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
                std::uint64_t seed);

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
                                  const random_key* dropout_key = nullptr) const;

  /// Mean over the instances of the negative log-likelihood of `to` given `from`, in nats.
  template <class Number>
  basic_var<Number> loss(const bound_parameters<Number>& p, const columns& from, const columns& to,
                         std::size_t batch, const random_key* dropout_key = nullptr) const;

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

#ifndef TC_COMPILED
#include <tensacode/codec/compiled/network.hpp>
#endif
