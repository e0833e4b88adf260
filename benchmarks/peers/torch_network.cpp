// benchmarks/peers/torch_network.cpp -- the training step of benchmarks/training_step.cpp by
// LibTorch: tensors made from parts of a batch, autograd, and an update in place. Built only where
// LibTorch is installed.
// SPDX-License-Identifier: MIT
#include "torch_network.hpp"

#include <ATen/Parallel.h>
#include <torch/autograd.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <cstddef>
#include <vector>

#include <dlfcn.h>

namespace peers {

struct torch_network::state {
  std::vector<torch::Tensor> parameters;
  torch::Tensor x, target;
};

namespace {

/// LibTorch does not tell its BLAS of how many threads it is to use.
void limit_openblas() {
  if (void* const set = dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))
    reinterpret_cast<void (*)(int)>(set)(1);
}

torch::Tensor by_rows(columns_view m) {
  // from_blob wants to be able to write, which a clone never does.
  return torch::from_blob(const_cast<float*>(m.numbers), {m.columns, m.rows}).clone();
}

}  // namespace

torch_network::torch_network(const std::array<columns_view, 6>& parameters, columns_view x,
                             columns_view target)
    : state_(std::make_unique<state>()) {
  torch::set_num_threads(1);
  limit_openblas();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    torch::Tensor p = by_rows(parameters[i]);
    p = i % 2 == 0 ? p.t().contiguous() : p.flatten();
    state_->parameters.push_back(p.requires_grad_(true));
  }
  state_->x = by_rows(x);
  state_->target = by_rows(target);
}
torch_network::~torch_network() = default;

float torch_network::step(float rate) {
  auto& p = state_->parameters;
  const torch::Tensor h1 = torch::tanh(torch::linear(state_->x, p[0], p[1]));
  const torch::Tensor h2 = torch::tanh(torch::linear(h1, p[2], p[3]));
  const torch::Tensor y = torch::linear(h2, p[4], p[5]);
  const torch::Tensor loss = torch::mse_loss(y, state_->target);
  loss.backward();
  const torch::NoGradGuard no_gradient;
  for (auto& parameter : p) {
    parameter.add_(parameter.grad(), -rate);
    parameter.mutable_grad().reset();  // so that the next sweep assigns and does not add
  }
  return loss.item<float>();
}

const float* torch_network::second_weight() const {
  return state_->parameters[2].data_ptr<float>();
}

}  // namespace peers
