// benchmarks/workloads/lstm.hpp -- the loss of a recurrent network with diagonal gates on a
// sequence, and its gradient by hand. Source: the objective LSTM of ADBench (Srajer, Kukelova and
// Fitzgibbon 2018).
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace workloads {

/// One number a cell in each vector.
template <class Real>
struct lstm_layer {
  std::vector<Real> forget, in, out, change;                      ///< weights
  std::vector<Real> forget_bias, in_bias, out_bias, change_bias;  ///< biases
};
template <class Real>
struct lstm {
  std::vector<lstm_layer<Real>> layers;
  std::vector<Real> in_weight, out_weight, out_bias;
};

using sequence = std::vector<std::vector<double>>;

template <class Real>
Real logistic(const Real& x) {
  using std::exp;
  return 1 / (1 + exp(-x));
}

/// Minus the mean log likelihood of each element of the sequence after the one before it.
template <class Real>
Real sequence_loss(const lstm<Real>& net, const sequence& text) {
  using std::exp, std::log, std::tanh;
  const std::size_t cells = net.in_weight.size();
  std::vector<std::vector<Real>> hidden(net.layers.size(), std::vector<Real>(cells)), cell = hidden;
  std::vector<Real> x(cells);
  Real total = 0;
  for (std::size_t t = 0; t + 1 < text.size(); ++t) {
    for (std::size_t i = 0; i < cells; ++i) x[i] = text[t][i] * net.in_weight[i];
    for (std::size_t l = 0; l < net.layers.size(); ++l) {
      const auto& layer = net.layers[l];
      for (std::size_t i = 0; i < cells; ++i) {
        const Real forget = logistic<Real>(x[i] * layer.forget[i] + layer.forget_bias[i]);
        const Real in = logistic<Real>(hidden[l][i] * layer.in[i] + layer.in_bias[i]);
        const Real out = logistic<Real>(x[i] * layer.out[i] + layer.out_bias[i]);
        const Real change = tanh(hidden[l][i] * layer.change[i] + layer.change_bias[i]);
        cell[l][i] = cell[l][i] * forget + in * change;
        hidden[l][i] = out * tanh(cell[l][i]);
      }
      x = hidden[l];
    }
    Real sum = 2;
    for (std::size_t i = 0; i < cells; ++i) {
      x[i] = x[i] * net.out_weight[i] + net.out_bias[i];
      sum += exp(x[i]);
    }
    const Real log_sum = log(sum);
    for (std::size_t i = 0; i < cells; ++i) total += text[t + 1][i] * (x[i] - log_sum);
  }
  return -total / static_cast<double>(cells * (text.size() - 1));
}

inline std::pair<double, lstm<double>> sequence_loss_by_hand(const lstm<double>& net,
                                                             const sequence& text) {
  const std::size_t cells = net.in_weight.size(), layers = net.layers.size(),
                    steps = text.size() - 1;
  struct step_of_cell {
    double input, hidden_before, cell_before, forget, in, out, change, squashed;
  };
  std::vector<step_of_cell> kept(steps * layers * cells);
  std::vector<double> outputs(steps * cells), residual(steps * cells);
  std::vector<double> hidden(layers * cells), cell(layers * cells), x(cells);
  double total = 0;
  for (std::size_t t = 0; t < steps; ++t) {
    for (std::size_t i = 0; i < cells; ++i) x[i] = text[t][i] * net.in_weight[i];
    for (std::size_t l = 0; l < layers; ++l) {
      const auto& layer = net.layers[l];
      for (std::size_t i = 0; i < cells; ++i) {
        auto& s = kept[(t * layers + l) * cells + i];
        double& h = hidden[l * cells + i];
        double& c = cell[l * cells + i];
        s = {x[i],
             h,
             c,
             logistic(x[i] * layer.forget[i] + layer.forget_bias[i]),
             logistic(h * layer.in[i] + layer.in_bias[i]),
             logistic(x[i] * layer.out[i] + layer.out_bias[i]),
             std::tanh(h * layer.change[i] + layer.change_bias[i]),
             0};
        c = c * s.forget + s.in * s.change;
        s.squashed = std::tanh(c);
        h = s.out * s.squashed;
        x[i] = h;
      }
    }
    double sum = 2, weight = 0;
    for (std::size_t i = 0; i < cells; ++i) {
      outputs[t * cells + i] = x[i];
      x[i] = x[i] * net.out_weight[i] + net.out_bias[i];
      sum += std::exp(x[i]);
      weight += text[t + 1][i];
    }
    for (std::size_t i = 0; i < cells; ++i) {
      total += text[t + 1][i] * (x[i] - std::log(sum));
      residual[t * cells + i] = text[t + 1][i] - weight * std::exp(x[i]) / sum;
    }
  }
  const double scale = -1 / static_cast<double>(cells * steps);

  const std::vector<double> zeros(cells);
  lstm<double> g{std::vector<lstm_layer<double>>(
                     layers, {zeros, zeros, zeros, zeros, zeros, zeros, zeros, zeros}),
                 zeros, zeros, zeros};
  std::vector<double> a_hidden(layers * cells), a_cell(layers * cells), a_x(cells);
  for (std::size_t t = steps; t-- > 0;) {
    for (std::size_t i = 0; i < cells; ++i) {
      const double a = scale * residual[t * cells + i];
      g.out_weight[i] += a * outputs[t * cells + i];
      g.out_bias[i] += a;
      a_x[i] = a * net.out_weight[i];
    }
    for (std::size_t l = layers; l-- > 0;) {
      const auto& layer = net.layers[l];
      auto& d = g.layers[l];
      for (std::size_t i = 0; i < cells; ++i) {
        const auto& s = kept[(t * layers + l) * cells + i];
        double& ah = a_hidden[l * cells + i];
        double& ac = a_cell[l * cells + i];
        ah += a_x[i];
        ac += ah * s.out * (1 - s.squashed * s.squashed);
        const double a_out = ah * s.squashed * s.out * (1 - s.out);
        const double a_forget = ac * s.cell_before * s.forget * (1 - s.forget);
        const double a_in = ac * s.change * s.in * (1 - s.in);
        const double a_change = ac * s.in * (1 - s.change * s.change);
        d.forget[i] += a_forget * s.input;
        d.forget_bias[i] += a_forget;
        d.in[i] += a_in * s.hidden_before;
        d.in_bias[i] += a_in;
        d.out[i] += a_out * s.input;
        d.out_bias[i] += a_out;
        d.change[i] += a_change * s.hidden_before;
        d.change_bias[i] += a_change;
        a_x[i] = a_forget * layer.forget[i] + a_out * layer.out[i];
        ah = a_in * layer.in[i] + a_change * layer.change[i];
        ac *= s.forget;
      }
    }
    for (std::size_t i = 0; i < cells; ++i) g.in_weight[i] += a_x[i] * text[t][i];
  }
  return {scale * total, std::move(g)};
}

}  // namespace workloads
