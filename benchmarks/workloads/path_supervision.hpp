// benchmarks/workloads/path_supervision.hpp -- terrain costs learned from shortest paths alone.
// A map has 12 x 12 cells of five kinds of terrain and noisy features of each; what is shown is the
// cheapest path between two corners. After Petersen et al. 2021, "Learning with algorithmic
// supervision via continuous relaxations", arXiv:2110.05651. The relaxation is the recursion of
// Bellman and Ford with a softmin at temperature t; in exp(-cost / t), in which a softmin is a sum.
// Its derivative by a cell's cost is the probability that a walk by the softmin visits the cell, so
// that the loss, cost of the shown path less that of the relaxed one, pulls the visits to the path
// (Ziebart et al. 2008, "Maximum entropy inverse reinforcement learning"). Chosen here: that loss,
// the network of 5-32-1 with relu and softplus, and terrain drawn for each cell alone.
// SPDX-License-Identifier: MIT
#pragma once

#include "sorting_supervision.hpp"

#include <tensacode/autodiff/tensor/functions.hpp>
#include <tensacode/autodiff/tensor/gather.hpp>
#include <tensacode/core/random.hpp>
#include <tensacode/transform/transform.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <queue>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace workloads {

/// Maps side by side: cell (row, column) of map b is at (row, column * maps + b) of a matrix.
struct terrain_maps {
  static constexpr Eigen::Index side = 12, kinds = 5;
  static constexpr std::array<double, kinds> costs{0.3, 0.8, 1.5, 3, 6};
  using Matrix = Eigen::MatrixXd;

  Eigen::Index maps;
  Matrix features;  // kinds x cells, in the order of the cells in memory
  Matrix cost;      // true cost of each cell
  Matrix path;      // 1 on the cheapest path from (0, 0) to the corner across, else 0

  terrain_maps(Eigen::Index count, std::uint64_t seed)
      : maps(count), features(kinds, side * side * count), cost(side, side * count) {
    tc::random_stream random{tc::random_key{seed}.split(5)};
    for (Eigen::Index i = 0; i < cost.size(); ++i) {
      const std::size_t kind = random.below(kinds);
      cost.data()[i] = costs[kind];
      for (Eigen::Index k = 0; k < kinds; ++k)
        features(k, i) = (static_cast<std::size_t>(k) == kind) + 0.3 * random.normal();
    }
    path = cheapest_paths(cost);
  }

  /// Dijkstra's algorithm on each map; the eight cells around one are its neighbours, and a path
  /// costs what its cells cost, both ends included.
  Matrix cheapest_paths(const Matrix& costs_of_cells) const {
    Matrix paths = Matrix::Zero(side, side * maps);
    for (Eigen::Index b = 0; b < maps; ++b) {
      using Entry = std::tuple<double, Eigen::Index, Eigen::Index>;
      const auto at = [&](Eigen::Index column) { return column * maps + b; };
      Matrix distance = Matrix::Constant(side, side, std::numeric_limits<double>::infinity());
      std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
      std::array<std::array<std::pair<Eigen::Index, Eigen::Index>, side>, side> before{};
      open.emplace(distance(0, 0) = costs_of_cells(0, at(0)), 0, 0);
      while (!open.empty()) {
        const auto [so_far, row, column] = open.top();
        open.pop();
        if (so_far > distance(row, column)) continue;
        for (Eigen::Index r = std::max<Eigen::Index>(0, row - 1); r < std::min(side, row + 2); ++r)
          for (Eigen::Index c = std::max<Eigen::Index>(0, column - 1);
               c < std::min(side, column + 2); ++c) {
            const double through = so_far + costs_of_cells(r, at(c));
            if (through >= distance(r, c)) continue;
            before[static_cast<std::size_t>(r)][static_cast<std::size_t>(c)] = {row, column};
            open.emplace(distance(r, c) = through, r, c);
          }
      }
      for (Eigen::Index r = side - 1, c = side - 1;;) {
        paths(r, at(c)) = 1;
        if (r == 0 && c == 0) break;
        std::tie(r, c) = before[static_cast<std::size_t>(r)][static_cast<std::size_t>(c)];
      }
    }
    return paths;
  }

  /// The maps from `first` on.
  terrain_maps some(Eigen::Index first, Eigen::Index count) const {
    terrain_maps part = *this;
    part.maps = count;
    part.features.resize(kinds, side * side * count);
    part.cost.resize(side, side * count), part.path.resize(side, side * count);
    for (Eigen::Index c = 0; c < side; ++c) {
      part.cost.middleCols(c * count, count) = cost.middleCols(c * maps + first, count);
      part.path.middleCols(c * count, count) = path.middleCols(c * maps + first, count);
      part.features.middleCols(side * c * count, side * count) =
          features.middleCols(side * (c * maps + first), side * count);
    }
    return part;
  }
};

struct path_supervision {
  static constexpr Eigen::Index hidden = 32, kinds = terrain_maps::kinds;
  static constexpr Eigen::Index parameters = hidden * (kinds + 2) + 1;
  static constexpr double temperature = 0.2;
  static constexpr int sweeps = 30;

  /// The network's cost of each cell.
  template <class Parameters, class Features>
  static auto costs(const Parameters& p, const Features& x) {
    using Matrix = typename types_of<Parameters>::Matrix;
    const Matrix w1 = p.segment(0, hidden * kinds).reshaped(hidden, kinds);
    const Matrix b1 = p.segment(hidden * kinds, hidden);
    const Matrix w2 = p.segment(hidden * (kinds + 1), hidden).transpose();
    const Matrix b2 = p.segment(hidden * (kinds + 2), 1);
    const Matrix h = tc::linear_relu(w1, b1, x);
    const Matrix y = tc::softplus(Matrix(tc::linear(w2, b2, h)));
    return Matrix(y.reshaped(terrain_maps::side, y.cols() / terrain_maps::side));
  }

  /// Mean over the maps of the cost of the shown path, less the softmin over all walks of at most
  /// `sweeps` steps to the corner.
  template <class Matrix>
  static auto loss_of_costs(const Matrix& cost, const terrain_maps& batch) {
    constexpr Eigen::Index side = terrain_maps::side;
    const Eigen::Index maps = batch.maps, columns = side * maps;
    // A sum over the cells above, at and below by a product; over those to the sides by shifts.
    static const Eigen::MatrixXd vertical = [] {
      Eigen::MatrixXd v = Eigen::MatrixXd::Identity(side, side);
      v.diagonal(1).setOnes(), v.diagonal(-1).setOnes();
      return v;
    }();
    Eigen::MatrixXd corner = Eigen::MatrixXd::Zero(side, columns);
    corner.bottomRightCorner(1, maps).setOnes();
    const Matrix above_and_below = Matrix(vertical),
                 beside = Matrix(Eigen::MatrixXd::Zero(side, maps));
    const Matrix goal = Matrix(corner);
    const Matrix factor = (cost.array() * (-1 / temperature)).exp().matrix();
    Matrix z = factor.cwiseProduct(goal);
    for (int i = 0; i < sweeps; ++i) {
      const Matrix v = above_and_below * z;
      const Matrix left = tc::hcat(beside, v.leftCols(columns - maps));
      const Matrix right = tc::hcat(v.rightCols(columns - maps), beside);
      z = (factor.array() * (v.array() + left.array() + right.array() - z.array() + goal.array()))
              .matrix();
    }
    const Matrix relaxed = z.block(0, 0, 1, maps).array().log().matrix();
    using Number = typename types_of<Matrix>::Number;
    const Number shown = cost.cwiseProduct(Matrix(batch.path)).sum();
    return Number((shown + relaxed.sum() * temperature) / static_cast<double>(maps));
  }

  static auto loss(const terrain_maps& batch) {
    return [&batch](const auto& p) {
      using Tensor = typename types_of<std::remove_cvref_t<decltype(p)>>::Matrix;
      return loss_of_costs(costs(p, Tensor::reference(batch.features)), batch);
    };
  }

  static Eigen::VectorXd start(std::uint64_t seed) {
    tc::random_stream random{tc::random_key{seed}.split(6)};
    Eigen::VectorXd p(parameters);
    for (Eigen::Index i = 0; i < parameters; ++i) {
      const auto fan_in = static_cast<double>(i < hidden * (kinds + 1) ? kinds : hidden);
      p(i) = (2 * random.uniform() - 1) / std::sqrt(fan_in);
    }
    return p;
  }

  /// Share of maps whose path by the network's costs is the shown one, and the true cost of those
  /// paths over that of the shown ones, in the mean.
  static std::pair<double, double> accuracy(const Eigen::VectorXd& p, const terrain_maps& test) {
    const Eigen::MatrixXd found = test.cheapest_paths(costs(p, test.features));
    double exact = 0, ratio = 0;
    for (Eigen::Index b = 0; b < test.maps; ++b) {
      double cost_found = 0, cost_shown = 0;
      bool same = true;
      for (Eigen::Index c = b; c < found.cols(); c += test.maps) {
        cost_found += found.col(c).dot(test.cost.col(c));
        cost_shown += test.path.col(c).dot(test.cost.col(c));
        same = same && found.col(c) == test.path.col(c);
      }
      exact += same, ratio += cost_found / cost_shown;
    }
    const auto count = static_cast<double>(test.maps);
    return {exact / count, ratio / count};
  }
};

}  // namespace workloads
