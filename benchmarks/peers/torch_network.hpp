// benchmarks/peers/torch_network.hpp -- LibTorch's side of benchmarks/training_step.cpp. Its
// headers are large, so only the file beside this one includes them.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <memory>

namespace peers {

/// A matrix of numbers by columns, which is LibTorch's transpose of it by rows.
struct columns_view {
  const float* numbers;
  long rows, columns;
};

/// One network and its training steps, in this thread alone.
class torch_network {
 public:
  /// Weight and bias of each layer in turn, and a batch with a sample in each column.
  torch_network(const std::array<columns_view, 6>& parameters, columns_view x, columns_view target);
  torch_network(const torch_network&) = delete;
  torch_network& operator=(const torch_network&) = delete;
  ~torch_network();

  /// Forward, backward and a step of gradient descent; returns the loss before it.
  float step(float rate);
  /// The weights of the second layer, by rows.
  const float* second_weight() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace peers
