// tensacode/nn/optimizer.hpp -- AdamW and its learning-rate schedule.
// Layer 3. Sources: Kingma & Ba 2015, arXiv:1412.6980; Loshchilov & Hutter 2019,
// arXiv:1711.05101 (decoupled decay); Loshchilov & Hutter 2017, arXiv:1608.03983 (cosine).
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/nn/parameters.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <span>
#include <vector>

namespace tc {

struct adamw_options {
  double learning_rate = 1e-3;
  double first_decay = 0.9;     ///< of the mean of gradients
  double second_decay = 0.999;  ///< of the mean of squared gradients
  double epsilon = 1e-8;
  double weight_decay = 1e-4;
  double largest_norm = 0;  ///< gradients of a larger norm are scaled down to it; 0: never
};

/// Learning rate of step t of `steps`: a linear warm-up over the first 5 %, then half a cosine
/// from 1 to 0, as a factor of the base rate.
double cosine_schedule(std::size_t t, std::size_t steps);

template <class Scalar>
class adamw {
 public:
  explicit adamw(const parameter_set<Scalar>& parameters, adamw_options options = {})
      : options_(options),
        first_(parameters.number_count(), Scalar(0)),
        second_(parameters.number_count(), Scalar(0)) {}

  /// One step. `gradient` holds the derivatives of all blocks, one after the other.
  void step(parameter_set<Scalar>& parameters, std::span<Scalar> gradient,
            double rate_factor = 1.0) {
    TC_CHECK(gradient.size() == first_.size(), shape_error,
             "adamw: {} derivatives for {} parameters", gradient.size(), first_.size());
    ++steps_;
    using Array = Eigen::Array<Scalar, Eigen::Dynamic, 1>;
    Eigen::Map<Array> whole(gradient.data(), static_cast<Eigen::Index>(gradient.size()));
    if (options_.largest_norm > 0) {
      const double norm = std::sqrt(static_cast<double>(whole.square().sum()));
      if (norm > options_.largest_norm) whole *= static_cast<Scalar>(options_.largest_norm / norm);
    }
    const double rate = options_.learning_rate * rate_factor;
    const auto b1 = static_cast<Scalar>(options_.first_decay);
    const auto b2 = static_cast<Scalar>(options_.second_decay);
    const auto step_size = static_cast<Scalar>(
        rate / (1 - std::pow(options_.first_decay, static_cast<double>(steps_))));
    const auto unbias = static_cast<Scalar>(
        1 / std::sqrt(1 - std::pow(options_.second_decay, static_cast<double>(steps_))));
    const auto epsilon = static_cast<Scalar>(options_.epsilon);
    Eigen::Index offset = 0;
    for (auto& block : parameters.blocks) {
      const Eigen::Index n = block.value.size();
      Eigen::Map<Array> value(block.value.data(), n);
      const Eigen::Map<Array> g(gradient.data() + offset, n);
      Eigen::Map<Array> m(first_.data() + offset, n);
      Eigen::Map<Array> v(second_.data() + offset, n);
      m = b1 * m + (Scalar(1) - b1) * g;
      v = b2 * v + (Scalar(1) - b2) * g.square();
      if (block.decay) value *= static_cast<Scalar>(1 - rate * options_.weight_decay);
      value -= step_size * m / (v.sqrt() * unbias + epsilon);
      offset += n;
    }
  }

 private:
  adamw_options options_;
  std::vector<Scalar> first_, second_;
  std::size_t steps_ = 0;
};

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/nn/compiled/optimizer.hpp>
#endif
