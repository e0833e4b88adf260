// benchmarks/workloads/sorting_supervision.hpp -- a network learns numbers from their order alone.
// Lists of signals are shown in the order of the hidden numbers; the loss is the number of swaps
// that a relaxed bubble sort of the network's outputs makes. After Petersen et al. 2021, "Learning
// with algorithmic supervision via continuous relaxations", arXiv:2110.05651. Chosen here: relu in
// the network, and a sort that makes all n - 1 passes.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/control.hpp>
#include <tensacode/core/random.hpp>
#include <tensacode/transform/transform.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

namespace workloads {

/// The matrix and number types that go with a vector of parameters, plain or recorded.
template <class Parameters>
struct types_of {
  using Scalar = typename Parameters::Scalar;
  using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
  using Number = Scalar;
};
template <class S>
struct types_of<tc::basic_tensor_var<S>> {
  using Scalar = S;
  using Matrix = tc::basic_tensor_var<S>;
  using Number = tc::basic_var<S>;
};

/// A batch of lists of signals of numbers in rising order. The i-th elements of all lists are in
/// neighbouring columns.
template <class Scalar>
struct sorted_signals {
  static constexpr Eigen::Index inputs = 32;
  Eigen::Index length, lists;
  Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic> x;

  sorted_signals(Eigen::Index n, Eigen::Index count, std::uint64_t seed)
      : length(n), lists(count), x(inputs, n * count) {
    tc::random_stream random{tc::random_key{seed}.split(3)};
    std::vector<double> v(static_cast<std::size_t>(n));
    for (Eigen::Index b = 0; b < lists; ++b) {
      for (double& number : v) number = 10 * random.uniform();
      std::sort(v.begin(), v.end());
      for (Eigen::Index i = 0; i < n; ++i)
        for (Eigen::Index j = 0; j < inputs; ++j) {
          const double frequency = 0.3 + 5.7 * static_cast<double>(j) / (inputs - 1);
          const double phase = 2.399963 * static_cast<double>(j);
          const double signal = std::sin(frequency * v[static_cast<std::size_t>(i)] + phase);
          x(j, i * lists + b) = static_cast<Scalar>(signal + 0.1 * random.normal());
        }
    }
  }
};

struct sorting_supervision {
  static constexpr Eigen::Index inputs = 32, hidden = 64;
  static constexpr Eigen::Index parameters =
      hidden * inputs + hidden + hidden * hidden + hidden + hidden + 1;

  /// The network's output for each column.
  template <class Parameters, class Inputs>
  static auto scores(const Parameters& p, const Inputs& x) {
    using Matrix = typename types_of<Parameters>::Matrix;
    Eigen::Index next = 0;
    const auto block = [&](Eigen::Index rows, Eigen::Index columns) {
      next += rows * columns;
      return Matrix(p.segment(next - rows * columns, rows * columns).reshaped(rows, columns));
    };
    const Matrix w1 = block(hidden, inputs), b1 = block(hidden, 1);
    const Matrix w2 = block(hidden, hidden), b2 = block(hidden, 1);
    const Matrix w3 = block(1, hidden), b3 = block(1, 1);
    const Matrix h1 = tc::linear_relu(w1, b1, x);
    const Matrix h2 = tc::linear_relu(w2, b2, h1);
    return Matrix(tc::linear(w3, b3, h2));
  }

  /// Mean number of swaps by statements over all lists at once: what `tc::if_` under a gate of
  /// temperature 1 / steepness does, list by list.
  template <class Matrix>
  static auto swaps(const Matrix& values, Eigen::Index length, double steepness) {
    using Scalar = typename types_of<Matrix>::Scalar;
    using Number = typename types_of<Matrix>::Number;
    using std::exp;
    const Eigen::Index lists = values.cols() / length;
    std::vector<Matrix> a;
    for (Eigen::Index i = 0; i < length; ++i) a.push_back(values.block(0, i * lists, 1, lists));
    Number count(0);
    for (std::size_t unsorted = a.size(); unsorted > 1; --unsorted)
      for (std::size_t j = 0; j + 1 < unsorted; ++j) {
        const Matrix weight = tc::sigmoid((a[j] - a[j + 1]) * static_cast<Scalar>(steepness));
        const Matrix moved = (a[j] - a[j + 1]).cwiseProduct(weight);
        a[j] = a[j] - moved;
        a[j + 1] = a[j + 1] + moved;
        count += weight.sum();
      }
    return Number(count / static_cast<Scalar>(lists));
  }

  /// The same of one list, as one would write the sort.
  template <class Number>
  static Number swaps_by_branches(std::vector<Number> a, double steepness) {
    struct pair {
      Number first, second, swaps;
    };
    Number count = 0;
    for (std::size_t unsorted = a.size(); unsorted > 1; --unsorted)
      for (std::size_t j = 0; j + 1 < unsorted; ++j) {
        const pair after = tc::if_(
            a[j] > a[j + 1], pair{a[j], a[j + 1], count},
            [](pair& p) {
              std::swap(p.first, p.second);
              p.swaps += 1;
            },
            [](pair&) {}, tc::gate{1 / steepness}, "swap");
        a[j] = after.first, a[j + 1] = after.second, count = after.swaps;
      }
    return count;
  }

  template <class Scalar>
  static auto loss(const sorted_signals<Scalar>& batch) {
    return [&batch](const auto& p) {
      using Tensor = typename types_of<std::remove_cvref_t<decltype(p)>>::Matrix;
      return swaps(scores(p, Tensor::reference(batch.x)), batch.length, 8);
    };
  }

  template <class Scalar>
  static Eigen::Matrix<Scalar, Eigen::Dynamic, 1> start(std::uint64_t seed) {
    tc::random_stream random{tc::random_key{seed}.split(4)};
    Eigen::Matrix<Scalar, Eigen::Dynamic, 1> p(parameters);
    Eigen::Index next = 0;
    // Uniform within 1 / sqrt(inputs of the layer), weights and biases.
    for (const auto& [count, fan_in] :
         {std::pair{hidden * (inputs + 1), inputs}, std::pair{hidden * (hidden + 1), hidden},
          std::pair{hidden + 1, hidden}})
      for (Eigen::Index i = 0; i < count; ++i)
        p(next++) = static_cast<Scalar>((2 * random.uniform() - 1) /
                                        std::sqrt(static_cast<double>(fan_in)));
    return p;
  }

  /// Shares of lists, and of elements, whose outputs have the ranks of the hidden numbers.
  template <class Scalar>
  static std::pair<double, double> accuracy(const Eigen::Matrix<Scalar, Eigen::Dynamic, 1>& p,
                                            const sorted_signals<Scalar>& test) {
    const auto y = scores(p, test.x);
    double lists = 0, elements = 0;
    for (Eigen::Index b = 0; b < test.lists; ++b) {
      Eigen::Index right = 0;
      for (Eigen::Index i = 0; i < test.length; ++i) {
        Eigen::Index rank = 0;
        for (Eigen::Index j = 0; j < test.length; ++j)
          rank += y(0, j * test.lists + b) < y(0, i * test.lists + b);
        right += rank == i;
      }
      elements += static_cast<double>(right);
      lists += right == test.length;
    }
    const auto count = static_cast<double>(test.lists);
    return {lists / count, elements / (count * static_cast<double>(test.length))};
  }
};

}  // namespace workloads
