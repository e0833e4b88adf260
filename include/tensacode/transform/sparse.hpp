// tensacode/transform/sparse.hpp -- sparse Jacobians and Hessians, compressed by colouring.
// Layer 3. Columns that share no row are computed together, with one tangent (Curtis, Powell & Reid
// 1974). For a symmetric matrix it is enough if each entry or its mirror image can be read off;
// this is a star colouring (Coleman & More 1984; Gebremedhin, Manne & Pothen 2005, SIAM Review
// 47(4)).
//
// The pattern is found by running the function on numbers whose tangents are sets of indices: in
// forward mode for a Jacobian, in forward over reverse mode for a Hessian. Sums stay linear, so a
// Hessian has an entry only for two inputs that meet in a product or a nonlinear function.
//
// Not included by transform.hpp, since it includes Eigen/SparseCore.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/transform/forward.hpp>
#include <tensacode/transform/hessian.hpp>
#include <tensacode/transform/jacobian.hpp>
#include <tensacode/transform/reverse.hpp>

#include <Eigen/SparseCore>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <tuple>
#include <utility>
#include <vector>

namespace tc {
namespace detail {

/// The index sets of one search. A union is stored as a node with two parts, and is listed only
/// when `members` is called. Set 0 is empty.
class index_set_graph {
 public:
  std::uint32_t leaf(std::uint32_t index);
  std::uint32_t unite(std::uint32_t a, std::uint32_t b);
  /// The members of a set, sorted.
  std::vector<std::uint32_t> members(std::uint32_t set);

 private:
  static constexpr std::uint32_t is_leaf = UINT32_MAX;
  struct node {
    std::uint32_t left, right;
  };
  std::vector<node> nodes_{{0, 0}};
  std::vector<std::uint32_t> seen_, pending_;
  std::uint32_t search_ = 0;
};

inline constinit thread_local index_set_graph* current_index_sets = nullptr;

/// A tangent that holds the set of inputs on which a number depends.
struct index_set {
  std::uint32_t id = 0;

  friend index_set operator+(index_set a, index_set b) {
    return {current_index_sets->unite(a.id, b.id)};
  }
  friend index_set operator-(index_set a, index_set b) { return a + b; }
  friend index_set operator-(index_set a) { return a; }
  template <class Scalar>
  friend index_set operator*(const Scalar&, index_set a) {
    return a;
  }
  friend bool is_zero(index_set a) { return a.id == 0; }
};

/// While an object of this class lives, index sets of this thread are stored in its graph.
class index_set_scope {
 public:
  index_set_scope() : enclosing_(std::exchange(current_index_sets, &graph_)) {}
  index_set_scope(const index_set_scope&) = delete;
  index_set_scope& operator=(const index_set_scope&) = delete;
  ~index_set_scope() { current_index_sets = enclosing_; }

  index_set_graph& graph() { return graph_; }
  /// Returns a function that makes a dual number of each input, with the set of its own index.
  template <class Scalar>
  auto numbering() {
    return [this, next = std::uint32_t{0}](const auto& number) mutable {
      return basic_dual<Scalar, index_set>(static_cast<Scalar>(number),
                                           index_set{graph_.leaf(next++)});
    };
  }

 private:
  index_set_graph graph_;
  index_set_graph* enclosing_;
};

}  // namespace detail

/// The entries of a matrix that may be nonzero: for each row the columns, in ascending order.
struct sparsity_pattern {
  std::size_t columns = 0;
  std::vector<std::vector<std::uint32_t>> rows;

  std::size_t entries() const;
};

namespace detail {

sparsity_pattern transposed(const sparsity_pattern& pattern);

inline constexpr std::uint32_t no_colour = UINT32_MAX;

/// The vertices, those with the most neighbours first. Vertices with equally many keep their order.
std::vector<std::uint32_t> by_degree(const std::vector<std::vector<std::uint32_t>>& rows);

/// The smallest colour that is not marked as forbidden for this vertex.
std::uint32_t smallest_free(std::vector<std::uint32_t>& forbidden, std::uint32_t vertex);

/// Colours the columns so that two columns that share a row differ. Greedy algorithm.
std::vector<std::uint32_t> colours_of_columns(const sparsity_pattern& by_rows);

/// Colours the columns of a symmetric matrix so that neighbours differ and no path of four vertices
/// has only two colours. Greedy algorithm.
std::vector<std::uint32_t> star_colours(const sparsity_pattern& pattern);

std::size_t count_colours(const std::vector<std::uint32_t>& colours);

}  // namespace detail

/// How a sparse Hessian is compressed and read back. `color_hessian` finds it once. It is valid at
/// all points where the function takes the same branches.
class hessian_coloring {
 public:
  hessian_coloring() = default;
  /// Colours a pattern, which must be symmetric.
  explicit hessian_coloring(sparsity_pattern pattern);

  const sparsity_pattern& pattern() const { return pattern_; }
  /// The number of directions along which derivatives are computed.
  std::size_t colors() const { return colours_; }
  std::uint32_t color_of(std::size_t column) const { return colours_of_[column]; }

  /// The position of each entry in the compressed matrix, in the order of the pattern's rows.
  struct source {
    std::uint32_t row, color;
  };
  const std::vector<source>& sources() const { return sources_; }

 private:
  sparsity_pattern pattern_;
  std::vector<std::uint32_t> colours_of_;
  std::size_t colours_ = 0;
  std::vector<source> sources_;
};

/// Returns a function that finds the pattern of `f`'s Jacobian at its arguments. It has a row for
/// each scalar of the result and a column for each scalar of the arguments. Entries that happen to
/// be zero at this point are included.
///
/// Errors   as `jvp`
/// Cost     a run of `f` on numbers that track their dependencies, and listing a set for each row
template <class F>
auto jacobian_pattern(F f) {
  return [f = std::move(f)]<class... Arguments>(const Arguments&... arguments) {
    using Scalar = detail::scalar_in<Arguments...>;
    detail::index_set_scope sets;
    auto numbering = sets.template numbering<Scalar>();
    const auto result = detail::run_on_duals<detail::index_set>(
        f, [&](const auto& number) { return numbering(number); }, arguments...);
    sparsity_pattern pattern;
    pattern.columns = detail::count_numbers(arguments...);
    pattern.rows.resize(detail::count_numbers(result));
    std::size_t next = 0;
    detail::visit_duals(result, next, [&](std::size_t row, const auto& number) {
      pattern.rows[row] = sets.graph().members(number.tangent().id);
    });
    return pattern;
  };
}

/// Returns a function that finds the symmetric pattern of `f`'s Hessian at its arguments. Adding
/// two numbers makes no entry; any nonlinear operation on them does.
///
/// Errors   as `grad`
/// Cost     a gradient on numbers that track their dependencies, and listing a set for each input
template <class F>
auto hessian_pattern(F f) {
  return [f = std::move(f)]<class... Arguments>(const Arguments&... arguments) {
    using Scalar = detail::scalar_in<Arguments...>;
    detail::index_set_scope sets;
    auto numbering = sets.template numbering<Scalar>();
    sparsity_pattern pattern;
    pattern.columns = detail::count_numbers(arguments...);
    detail::forward_over_reverse<detail::index_set>(
        f, [&](const auto& number) { return numbering(number); },
        [&](const auto& variables, auto& tape, const auto&) {
          const auto read = [&](adjoint_slot slot) {
            pattern.rows.push_back(
                sets.graph().members(slot ? tape.adjoint(slot).tangent().id : std::uint32_t{0}));
          };
          std::apply([&](const auto&... objects) { (detail::visit_slots(objects, read), ...); },
                     variables);
        },
        arguments...);
    // The sets of an entry and of its mirror image are the same, unless a branch or a custom
    // derivative has left one of them out. So the pattern is made symmetric here.
    const auto mirror = detail::transposed(pattern);
    for (std::size_t i = 0; i < pattern.rows.size(); ++i) {
      std::vector<std::uint32_t> both;
      std::set_union(pattern.rows[i].begin(), pattern.rows[i].end(), mirror.rows[i].begin(),
                     mirror.rows[i].end(), std::back_inserter(both));
      pattern.rows[i] = std::move(both);
    }
    return pattern;
  };
}

/// Returns a function that finds the pattern of `f`'s Hessian and its colouring, for use by
/// `sparse_hessian`.
///
/// Errors   as `grad`
/// Cost     that of the pattern, and about the sum of the cubed row lengths
template <class F>
auto color_hessian(F f) {
  return [f = std::move(f)](const auto&... arguments) {
    return hessian_coloring(hessian_pattern(f)(arguments...));
  };
}

namespace detail {

/// A compressed matrix with this pattern, which is given by columns. Its values are not set.
template <class Scalar>
Eigen::SparseMatrix<Scalar> sparse_matrix_of(const sparsity_pattern& by_columns) {
  Eigen::SparseMatrix<Scalar> matrix(static_cast<Eigen::Index>(by_columns.columns),
                                     static_cast<Eigen::Index>(by_columns.rows.size()));
  matrix.resizeNonZeros(static_cast<Eigen::Index>(by_columns.entries()));
  int next = 0;
  for (std::size_t j = 0; j < by_columns.rows.size(); ++j) {
    matrix.outerIndexPtr()[j] = next;
    for (const std::uint32_t i : by_columns.rows[j])
      matrix.innerIndexPtr()[next++] = static_cast<int>(i);
  }
  matrix.outerIndexPtr()[by_columns.rows.size()] = next;
  return matrix;
}

template <class F, class... Arguments>
auto compressed_hessian(const F& f, const hessian_coloring& coloring,
                        const Arguments&... arguments) {
  using Scalar = scalar_in<Arguments...>;
  using Number = dual<Scalar, columns_a_run>;
  const std::size_t size = coloring.pattern().rows.size();
  const std::size_t given = count_numbers(arguments...);
  TC_CHECK(given == size, shape_error,
           "sparse_hessian: the colouring is of {} numbers, the arguments have {}", size, given);
  // The results of one run after the other. The last run is padded to full width.
  const std::size_t runs = (coloring.colors() + columns_a_run - 1) / columns_a_run;
  std::vector<Scalar> compressed(size * runs * columns_a_run);
  for (std::size_t run = 0; run < runs; ++run) {
    std::size_t at = 0;
    Scalar* to = compressed.data() + run * size * columns_a_run;
    forward_over_reverse<typename Number::tangent_type>(
        f,
        [&](const auto& number) {
          typename Number::tangent_type tangent{};
          const std::size_t colour = coloring.color_of(at++) - run * columns_a_run;
          if (colour < columns_a_run) tangent[colour] = Scalar(1);
          return Number(static_cast<Scalar>(number), tangent);
        },
        [&](const auto& variables, auto& tape, const auto&) {
          const auto read = [&](adjoint_slot slot) {
            if (slot) {
              const auto& tangent = tape.adjoint(slot).tangent();
              for (std::size_t i = 0; i < columns_a_run; ++i) to[i] = tangent[i];
            }
            to += columns_a_run;
          };
          std::apply([&](const auto&... objects) { (visit_slots(objects, read), ...); }, variables);
        },
        arguments...);
  }
  auto hessian = sparse_matrix_of<Scalar>(coloring.pattern());
  Scalar* value = hessian.valuePtr();
  for (const auto& source : coloring.sources())
    *value++ = compressed[source.color / columns_a_run * size * columns_a_run +
                          source.row * columns_a_run + source.color % columns_a_run];
  return hessian;
}

}  // namespace detail

/// Returns a function that computes the Hessian of `f` as an `Eigen::SparseMatrix`. Rows and
/// columns are in the order of `tc::flatten` of the arguments. Without a colouring, the pattern is
/// found again at each call. If `f` takes the same branches at many points, pass the result of
/// `color_hessian(f)(x)`.
///
/// Errors   as `grad`; shape_error if the colouring has another number of inputs
/// Cost     with a colouring, a gradient in dual numbers for every three colours
template <class F>
auto sparse_hessian(F f) {
  return [f = std::move(f)](const auto&... arguments) {
    return detail::compressed_hessian(f, color_hessian(f)(arguments...), arguments...);
  };
}
/// The same with a colouring that `color_hessian(f)` found.
template <class F>
auto sparse_hessian(F f, hessian_coloring coloring) {
  return [f = std::move(f), coloring = std::move(coloring)](const auto&... arguments) {
    return detail::compressed_hessian(f, coloring, arguments...);
  };
}

/// How a sparse Jacobian is compressed: by columns with runs on dual numbers, or by rows with
/// sweeps, whichever needs less work. `color_jacobian` finds it once.
class jacobian_coloring {
 public:
  jacobian_coloring() = default;
  explicit jacobian_coloring(sparsity_pattern pattern);

  const sparsity_pattern& pattern() const { return by_rows_; }
  const sparsity_pattern& pattern_by_columns() const { return by_columns_; }
  /// Whether rows are compressed, so that one sweep computes several of them.
  bool by_sweeps() const { return by_sweeps_; }
  /// The number of directions along which derivatives are computed.
  std::size_t colors() const {
    return detail::count_colours(by_sweeps_ ? colours_of_rows_ : colours_of_columns_);
  }
  std::uint32_t color_of_column(std::size_t j) const { return colours_of_columns_[j]; }
  std::uint32_t color_of_row(std::size_t i) const { return colours_of_rows_[i]; }

 private:
  sparsity_pattern by_rows_, by_columns_;
  std::vector<std::uint32_t> colours_of_columns_, colours_of_rows_;
  bool by_sweeps_ = true;
};

/// Returns a function that finds the pattern of `f`'s Jacobian and its colouring, for use by
/// `sparse_jacobian`.
///
/// Errors   as `jvp`
template <class F>
auto color_jacobian(F f) {
  return [f = std::move(f)](const auto&... arguments) {
    return jacobian_coloring(jacobian_pattern(f)(arguments...));
  };
}

namespace detail {

template <class F, class... Arguments>
auto compressed_jacobian(const F& f, const jacobian_coloring& coloring,
                         const Arguments&... arguments) {
  using Scalar = scalar_in<Arguments...>;
  const auto& by_columns = coloring.pattern_by_columns();
  const std::size_t given = count_numbers(arguments...);
  TC_CHECK(given == by_columns.rows.size(), shape_error,
           "sparse_jacobian: the colouring is of {} numbers, the arguments have {}",
           by_columns.rows.size(), given);
  auto jacobian = sparse_matrix_of<Scalar>(by_columns);
  const auto fill = [&](std::size_t j, const auto& value_at) {
    Scalar* value = jacobian.valuePtr() + jacobian.outerIndexPtr()[j];
    for (const std::uint32_t i : by_columns.rows[j]) value_at(i, *value++);
  };
  if (coloring.by_sweeps()) {
    const auto recorded = record(f, arguments...);
    auto& tape = recorded->tape;
    const auto inputs = std::apply([](const auto&... objects) { return slots_of(objects...); },
                                   recorded->variables);
    const auto outputs = slots_of(recorded->result);
    for (std::size_t colour = 0; colour < coloring.colors(); ++colour) {
      tape.clear_adjoints(recorded->start);
      for (std::size_t i = 0; i < outputs.size(); ++i)
        if (outputs[i] && coloring.color_of_row(i) == colour) tape.adjoint(outputs[i]) += Scalar(1);
      tape.reverse(recorded->start);
      for (std::size_t j = 0; j < inputs.size(); ++j)
        fill(j, [&](std::uint32_t i, Scalar& value) {
          if (coloring.color_of_row(i) == colour)
            value = inputs[j] ? tape.adjoint(inputs[j]) : Scalar(0);
        });
    }
  } else {
    using Number = dual<Scalar, columns_a_run>;
    for (std::size_t first = 0; first < coloring.colors(); first += columns_a_run) {
      std::size_t at = 0;
      const auto result = run_on_duals<typename Number::tangent_type>(
          f,
          [&](const auto& number) {
            typename Number::tangent_type tangent{};
            const std::size_t colour = coloring.color_of_column(at++) - first;
            if (colour < columns_a_run) tangent[colour] = Scalar(1);
            return Number(static_cast<Scalar>(number), tangent);
          },
          arguments...);
      std::vector<typename Number::tangent_type> rows(coloring.pattern().rows.size());
      std::size_t next = 0;
      visit_duals(result, next, [&](std::size_t row, const auto& number) {
        if (row < rows.size()) rows[row] = number.tangent();
      });
      for (std::size_t j = 0; j < by_columns.rows.size(); ++j)
        if (const std::size_t colour = coloring.color_of_column(j) - first; colour < columns_a_run)
          fill(j, [&](std::uint32_t i, Scalar& value) { value = rows[i][colour]; });
    }
  }
  return jacobian;
}

}  // namespace detail

/// Returns a function that computes the Jacobian of `f` as an `Eigen::SparseMatrix`. It has a row
/// for each scalar of the result and a column for each scalar of the arguments, in the order of
/// `tc::flatten`. Without a colouring, the pattern is found again at each call. If `f` takes the
/// same branches at many points, pass the result of `color_jacobian(f)(x)`.
///
/// Errors   as `grad` and `jvp`; shape_error if the colouring has another number of inputs
/// Cost     with a colouring, a sweep for each colour, or a run for every three colours
template <class F>
auto sparse_jacobian(F f) {
  return [f = std::move(f)](const auto&... arguments) {
    return detail::compressed_jacobian(f, color_jacobian(f)(arguments...), arguments...);
  };
}
/// The same with a colouring that `color_jacobian(f)` found.
template <class F>
auto sparse_jacobian(F f, jacobian_coloring coloring) {
  return [f = std::move(f), coloring = std::move(coloring)](const auto&... arguments) {
    return detail::compressed_jacobian(f, coloring, arguments...);
  };
}

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/transform/compiled/sparse.hpp>
#endif
