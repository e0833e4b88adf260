// tensacode/autodiff/tensor_var.hpp -- matrices whose statements are recorded whole.
// Layer 2. Source: the value/adjoint pair of contiguous matrices is that of Stan's varmat.
//
// A tensor variable is a handle to {values, first adjoint slot, shape} in the tape's arena. Its
// elements own consecutive adjoint slots. So `x(i)` is an ordinary scalar variable, and scalars and
// tensors mix at no cost. The operations have the names that Eigen gives them, so one generic
// lambda runs on Eigen matrices and on tensor variables. Copying a handle copies a reference. If
// something else refers to the same matrix, writing an element first gives the writer a copy of its
// own. A tensor variable lives as long as the recording in which it was made. The operations are in
// autodiff/tensor/; tensor_ops.hpp includes those that autodiff.hpp provides.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/eigen.hpp>
#include <tensacode/autodiff/variable.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <type_traits>

namespace tc {

template <class Scalar>
class basic_tensor_var;
template <class Scalar>
class basic_array_var;
template <class Scalar, bool by_row, bool arrays = false>
class basic_vectorwise_var;

namespace detail {

template <class Scalar>
using dynamic_matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
template <class Scalar>
using matrix_map = Eigen::Map<dynamic_matrix<Scalar>>;
template <class Scalar>
using const_matrix_map = Eigen::Map<const dynamic_matrix<Scalar>>;

/// The values, adjoint slots and shape of a tensor. `first` is 0 for a constant.
template <class Scalar>
struct tensor_body {
  Scalar* values;
  adjoint_slot first;
  bool referenced;  ///< whether a recorded node or a second handle refers to it
  Eigen::Index rows;
  Eigen::Index columns;
};

/// A tensor that is an operand or a result of a node. Gives access to its adjoint during the sweep.
template <class Scalar>
struct tensor_operand {
  const tensor_body<Scalar>* body;

  Eigen::Index rows() const { return body->rows; }
  Eigen::Index cols() const { return body->columns; }
  Eigen::Index size() const { return body->rows * body->columns; }
  bool active() const { return body->first != 0; }
  const Scalar* values() const { return body->values; }
  const_matrix_map<Scalar> value() const { return {body->values, body->rows, body->columns}; }
  Scalar* adjoints(basic_tape<Scalar>& tape) const { return tape.adjoints(body->first); }
  matrix_map<Scalar> adjoint(basic_tape<Scalar>& tape) const {
    return {tape.adjoints(body->first), body->rows, body->columns};
  }
};

/// The body of default-constructed variables, which are 0 x 0.
template <class Scalar>
inline tensor_body<Scalar> no_body{nullptr, 0, true, 0, 0};

[[noreturn, gnu::noinline, gnu::cold]] inline void raise_shape_error(const char* text,
                                                                     auto... numbers) {
  throw shape_error(format(text, numbers...));
}
/// Throws shape_error unless `fits`. `text` is the format of the message, `numbers` its arguments.
[[gnu::always_inline]] inline void check_shape(bool fits, const char* text, auto... numbers) {
  if (!fits) [[unlikely]]
    raise_shape_error(text, numbers...);
}

template <class Scalar>
basic_tape<Scalar>& recording_tape() {
  auto* tape = tape_in_use<Scalar>();
  if (!tape)
    throw tc::error(
        "tensor_var: no recording in progress; tensor variables are made inside "
        "tc::value_and_grad and alike, or while a tc::recording lives");
  return *tape;
}

template <class T>
concept eigen_expression = std::is_base_of_v<Eigen::EigenBase<T>, T>;

}  // namespace detail

/// A differentiable matrix with matrix semantics: `*` is the matrix product.
template <class Scalar>
class basic_tensor_var {
 public:
  using scalar_type = Scalar;
  using Matrix = detail::dynamic_matrix<Scalar>;
  using Operand = detail::tensor_operand<Scalar>;

  basic_tensor_var() = default;

  /// Makes a constant: no gradient flows into it.
  template <class Derived>
  basic_tensor_var(const Eigen::DenseBase<Derived>& constant)
      : basic_tensor_var(uninitialised(constant.rows(), constant.cols())) {
    mutable_value() = constant.derived().matrix().template cast<Scalar>();
  }
  /// Records an array expression as one node and makes its matrix.
  template <detail::elementwise E>
  basic_tensor_var(const E& e) : basic_tensor_var(e.matrix()) {}

  basic_tensor_var(const basic_tensor_var& other) : body_(other.body_) { keep(); }
  basic_tensor_var& operator=(const basic_tensor_var& other) {
    body_ = other.body_;
    keep();
    return *this;
  }
  basic_tensor_var(basic_tensor_var&&) = default;
  basic_tensor_var& operator=(basic_tensor_var&&) = default;
  ~basic_tensor_var() = default;

  /// Makes an independent variable with a copy of the given values.
  template <class Derived>
  static basic_tensor_var input(const Eigen::DenseBase<Derived>& values) {
    basic_tensor_var x(values);
    x.body_->first = detail::recording_tape<Scalar>().inputs(size_of(x));
    x.body_->referenced = true;  // its slots hold the gradient after the sweep
    return x;
  }
  /// Makes an independent variable that refers to values kept elsewhere. They must outlive the
  /// recording and not change during it. For parameters, which are too large to copy at each step.
  static basic_tensor_var input_reference(const Matrix& values) {
    basic_tensor_var x = reference(values);
    x.body_->first = detail::recording_tape<Scalar>().inputs(size_of(x));
    return x;
  }
  /// Makes a constant that refers to values kept elsewhere. They must outlive the recording and not
  /// change during it.
  static basic_tensor_var reference(const Matrix& values) {
    basic_tensor_var x;
    x.body_ = detail::recording_tape<Scalar>().template allocate<detail::tensor_body<Scalar>>(1);
    *x.body_ = {const_cast<Scalar*>(values.data()), 0, true, values.rows(), values.cols()};
    return x;
  }
  /// Makes a tensor with uninitialised values, for a result that a node will fill.
  static basic_tensor_var uninitialised(Eigen::Index rows, Eigen::Index columns) {
    auto& tape = detail::recording_tape<Scalar>();
    basic_tensor_var x;
    x.body_ = tape.template allocate<detail::tensor_body<Scalar>>(1);
    *x.body_ = {tape.template allocate<Scalar>(static_cast<std::size_t>(rows * columns)), 0, false,
                rows, columns};
    return x;
  }
  /// The variable that is this operand of a node.
  static basic_tensor_var of(const Operand& operand) {
    basic_tensor_var x;
    x.body_ = const_cast<detail::tensor_body<Scalar>*>(operand.body);
    return x;
  }
  /// Records the node that computed this tensor. `payload.backward(tape, first)` propagates its
  /// adjoint to the operands. Call this only if an operand is active.
  template <class Payload>
  void computed_by(const Payload& payload) {
    body_->first = detail::recording_tape<Scalar>().push_node(payload, size_of(*this));
    if constexpr (detail::statement_observer<Scalar>::enabled)
      detail::statement_observer<Scalar>::tensor(body_->first, value());
  }

  Eigen::Index rows() const { return body_->rows; }
  Eigen::Index cols() const { return body_->columns; }
  Eigen::Index size() const { return rows() * cols(); }
  bool active() const { return body_->first != 0; }
  adjoint_slot first_slot() const { return body_->first; }
  detail::const_matrix_map<Scalar> value() const { return {body_->values, rows(), cols()}; }
  detail::matrix_map<Scalar> mutable_value() { return {body_->values, rows(), cols()}; }
  /// Whether the values may be overwritten: no node and no other handle refers to them, and they
  /// belong to the recording in progress.
  bool overwritable() const {
    return !body_->referenced &&
           (!active() || body_->first >= detail::recording_tape<Scalar>().first_of_recording());
  }
  /// This tensor as an operand of a node. From now on its values must not change.
  Operand operand() const {
    keep();
    return {body_};
  }
  /// This tensor as the result of a node. The node must not read the values of the result.
  Operand result() const { return {body_}; }

  /// An element as a scalar variable. `x(i) = v` writes the tensor. A named copy is a variable of
  /// its own: `auto s = x(i); s = v;` does not write the tensor. (With Eigen it is the same.)
  class element : public basic_var<Scalar> {
   public:
    element(basic_tensor_var& owner, Eigen::Index row, Eigen::Index column)
        : basic_var<Scalar>(owner.read(row, column)), owner_(&owner), row_(row), column_(column) {}
    element(const element&) = default;

    void operator=(const element& v) && { owner_->write(row_, column_, v); }
    template <class V>
    void operator=(const V& v) && {
      owner_->write(row_, column_, basic_var<Scalar>(v));
    }
    template <class V>
    void operator+=(const V& v) && {
      owner_->write(row_, column_, basic_var<Scalar>(*this + v));
    }
    template <class V>
    void operator-=(const V& v) && {
      owner_->write(row_, column_, basic_var<Scalar>(*this - v));
    }
    template <class V>
    void operator*=(const V& v) && {
      owner_->write(row_, column_, basic_var<Scalar>(*this * v));
    }
    template <class V>
    void operator/=(const V& v) && {
      owner_->write(row_, column_, basic_var<Scalar>(*this / v));
    }
    element& operator=(const element& v) & {
      return *this = static_cast<const basic_var<Scalar>&>(v);
    }
    template <class V>
    element& operator=(const V& v) & {
      basic_var<Scalar>::operator=(v);
      return *this;
    }
    template <class V>
    element& operator+=(const V& v) & {
      return *this = basic_var<Scalar>(*this + v);
    }
    template <class V>
    element& operator-=(const V& v) & {
      return *this = basic_var<Scalar>(*this - v);
    }
    template <class V>
    element& operator*=(const V& v) & {
      return *this = basic_var<Scalar>(*this * v);
    }
    template <class V>
    element& operator/=(const V& v) & {
      return *this = basic_var<Scalar>(*this / v);
    }

   private:
    basic_tensor_var* owner_;
    Eigen::Index row_, column_;
  };

  /// Reads an element as a scalar variable. A single index counts column by column. Throws
  /// shape_error if there is no such element.
  basic_var<Scalar> operator()(Eigen::Index i, Eigen::Index j) const { return read(i, j); }
  basic_var<Scalar> operator()(Eigen::Index i) const { return read_linear(i); }
  basic_var<Scalar> operator[](Eigen::Index i) const { return read_linear(i); }
  basic_var<Scalar> coeff(Eigen::Index i, Eigen::Index j) const { return read(i, j); }
  /// Writes element (i, j). Later reads see `v`; earlier statements keep the old value. Throws
  /// shape_error if there is no such element.
  void write(Eigen::Index i, Eigen::Index j, const basic_var<Scalar>& v);

  /// This matrix with elementwise semantics.
  basic_array_var<Scalar> array() const;
  basic_tensor_var matrix() const { return *this; }
  basic_tensor_var eval() const { return *this; }
  basic_tensor_var transpose() const;
  /// The same elements, taken column by column, in another shape. Records nothing.
  basic_tensor_var reshaped(Eigen::Index rows, Eigen::Index columns) const;
  /// The rows x columns block that starts at (i, j). Throws shape_error if it does not lie inside
  /// the matrix; so do the members below.
  basic_tensor_var block(Eigen::Index i, Eigen::Index j, Eigen::Index rows,
                         Eigen::Index columns) const;
  basic_tensor_var row(Eigen::Index i) const { return block(i, 0, 1, cols()); }
  basic_tensor_var col(Eigen::Index j) const { return block(0, j, rows(), 1); }
  basic_tensor_var topRows(Eigen::Index n) const { return block(0, 0, n, cols()); }
  basic_tensor_var bottomRows(Eigen::Index n) const { return block(rows() - n, 0, n, cols()); }
  basic_tensor_var middleRows(Eigen::Index i, Eigen::Index n) const {
    return block(i, 0, n, cols());
  }
  basic_tensor_var leftCols(Eigen::Index n) const { return block(0, 0, rows(), n); }
  basic_tensor_var rightCols(Eigen::Index n) const { return block(0, cols() - n, rows(), n); }
  basic_tensor_var middleCols(Eigen::Index j, Eigen::Index n) const {
    return block(0, j, rows(), n);
  }
  basic_tensor_var segment(Eigen::Index i, Eigen::Index n) const {
    return cols() == 1 ? block(i, 0, n, 1) : block(0, i, 1, n);
  }
  basic_tensor_var head(Eigen::Index n) const { return segment(0, n); }
  basic_tensor_var tail(Eigen::Index n) const { return segment(size() - n, n); }
  /// The elements (i, i), as a column.
  basic_tensor_var diagonal() const;

  /// Access to each row (column) by itself, as in Eigen: `x.rowwise().sum()`, `x.colwise() + v`.
  basic_vectorwise_var<Scalar, true> rowwise() const;
  basic_vectorwise_var<Scalar, false> colwise() const;

  /// The sum of all elements.
  basic_var<Scalar> sum() const;
  basic_var<Scalar> mean() const { return sum() / static_cast<Scalar>(size()); }
  basic_var<Scalar> squaredNorm() const;
  /// The Frobenius norm; its derivative at 0 is 0.
  basic_var<Scalar> norm() const;
  /// The largest (smallest) element; if several are equal, the first takes the derivative. Throws
  /// shape_error if the matrix is empty.
  basic_var<Scalar> maxCoeff() const;
  basic_var<Scalar> minCoeff() const;
  basic_var<Scalar> trace() const { return diagonal().sum(); }
  /// The sum of the products of the elements. Throws shape_error if the shapes differ.
  template <class Other>
  basic_var<Scalar> dot(const Other& other) const;
  /// The elementwise product, quotient, maximum, minimum and absolute value. Throw shape_error if
  /// the shapes differ.
  template <class Other>
  basic_tensor_var cwiseProduct(const Other& other) const;
  template <class Other>
  basic_tensor_var cwiseQuotient(const Other& other) const;
  template <class Other>
  basic_tensor_var cwiseMax(const Other& other) const;
  template <class Other>
  basic_tensor_var cwiseMin(const Other& other) const;
  basic_tensor_var cwiseAbs() const;

 private:
  static std::size_t size_of(const basic_tensor_var& x) {
    return static_cast<std::size_t>(x.size());
  }
  void check_index(Eigen::Index i, Eigen::Index j) const {
    detail::check_shape(i >= 0 && j >= 0 && i < rows() && j < cols(),
                        "tensor_var: element ({}, {}) of a {} x {} matrix", i, j, rows(), cols());
  }
  basic_var<Scalar> read(Eigen::Index i, Eigen::Index j) const {
    check_index(i, j);
    const Eigen::Index offset = i + j * rows();
    const auto element = basic_var<Scalar>::at_slot(
        body_->values[offset], body_->first ? body_->first + static_cast<adjoint_slot>(offset) : 0);
    // If the tensor can still be overwritten in place, its slot may later belong to another value.
    // So the reader gets a slot of its own.
    return element.slot() == 0 || body_->referenced ? element : basic_var<Scalar>(+element);
  }
  basic_var<Scalar> read_linear(Eigen::Index i) const {
    return rows() == 1 ? read(0, i) : cols() == 1 ? read(i, 0) : read(i % rows(), i / rows());
  }

  void keep() const {
    if (!body_->referenced) body_->referenced = true;
  }

  detail::tensor_body<Scalar>* body_ = &detail::no_body<Scalar>;

 public:
  element operator()(Eigen::Index i, Eigen::Index j) { return element(*this, i, j); }
  element operator()(Eigen::Index i) {
    return rows() == 1   ? element(*this, 0, i)
           : cols() == 1 ? element(*this, i, 0)
                         : element(*this, i % rows(), i / rows());
  }
  element operator[](Eigen::Index i) { return (*this)(i); }
};

using tensor_var = basic_tensor_var<double>;

/// Whether `T` is a `basic_tensor_var`.
template <class T>
inline constexpr bool is_tensor_var = false;
template <class Scalar>
inline constexpr bool is_tensor_var<basic_tensor_var<Scalar>> = true;

template <class Scalar>
void basic_tensor_var<Scalar>::write(Eigen::Index i, Eigen::Index j, const basic_var<Scalar>& v) {
  // The node that replaces a tensor by a copy with one new element. Element `written` comes from
  // the slot of the new value, all others come from the old tensor. A slot is 0 if that side is
  // constant.
  struct replace_element {
    adjoint_slot old_first, value;
    std::size_t written, size;
    void backward(basic_tape<Scalar>& tape, adjoint_slot first) const {
      const Scalar* const result = tape.adjoints(first);
      if (old_first)
        for (std::size_t k = 0; k < size; ++k)
          if (k != written) tape.adjoint(old_first + static_cast<adjoint_slot>(k)) += result[k];
      if (value) tape.adjoint(value) += result[written];
    }
  };
  // The node that overwrites an element in place, in a tensor that nothing else refers to. In the
  // sweep, the adjoint gathered so far belongs to the new value. The adjoint of the old value
  // starts at 0.
  struct overwrite_element {
    adjoint_slot target, value;
    void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
      const Scalar a = std::exchange(tape.adjoint(target), Scalar(0));
      if (value) tape.adjoint(value) += a;
    }
  };
  check_index(i, j);
  auto& tape = detail::recording_tape<Scalar>();
  const auto offset = static_cast<std::size_t>(i + j * rows());
  if (!overwritable() || (!active() && v.slot() != 0)) {
    basic_tensor_var copy = uninitialised(rows(), cols());
    copy.mutable_value() = value();
    if (active() || v.slot() != 0)
      copy.computed_by(replace_element{body_->first, v.slot(), offset, size_of(*this)});
    body_ = copy.body_;
  } else if (active()) {
    tape.push_node(overwrite_element{body_->first + static_cast<adjoint_slot>(offset), v.slot()},
                   0);
  }
  body_->values[offset] = v.value();
}

}  // namespace tc
