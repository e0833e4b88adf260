// tensacode/autodiff/tensor/statement.hpp -- elementwise expressions, each recorded as one node.
// Layer 2. `(a.array() * b.array() + c).tanh()` is a type. When it is converted to a matrix or
// summed, its value is computed strip by strip in memory that stays in the first-level cache, and
// one node is recorded. The reverse sweep recomputes what the derivatives need, and propagates the
// adjoint to all operands in one pass. Only the result is stored. The functions are those of
// elementary.hpp, so tensors and scalars have the same derivatives. Start reading at `statement`
// and `record_statement`.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/elementary.hpp>
#include <tensacode/autodiff/tensor/strip.hpp>
#include <tensacode/autodiff/tensor_var.hpp>

#include <Eigen/Core>

#include <concepts>
#include <type_traits>

namespace tc {
namespace detail {

// --- expressions --------------------------------------------------------------------------------
// An expression has a shape, `active()` (whether a gradient flows into it), and these members:
//   prepare<needed>(s, work)  Call it before the sweep of strip s. Computes into `work` what the
//                             derivatives read. Also computes the expression's own values if
//                             `needed`, unless they are computed when they are read.
//   values(s, work)           The values of the strip, by []; needs prepare<true>.
//   write(s, work, to)        Computes the values of the strip and stores them.
//   spread(tape, s, work, y, seed)
//                             Adds seed(i) times the derivatives to the operands' adjoints. y[i]
//                             are the expression's values, and prepare<false> has been called.
//   at(i, j)                  One element as a scalar.

/// A constant scalar that is combined with tensors.
template <class Scalar>
struct constant_elements {
  using scalar_type = Scalar;
  static constexpr bool by_column = false, constant = true, shaped = false;
  struct workspace {};
  struct repeated {
    Scalar number;
    Scalar operator[](Eigen::Index) const { return number; }
  };
  Scalar number;

  bool active() const { return false; }
  template <bool needed>
  void prepare(const strip&, workspace&) const {}
  repeated values(const strip&, const workspace&) const { return {number}; }
  template <class Y, class Seed>
  void spread(basic_tape<Scalar>&, const strip&, workspace&, const Y&, const Seed&) const {}
  Scalar at(Eigen::Index, Eigen::Index) const { return number; }
};

/// A scalar variable that is combined with tensors.
template <class Scalar>
struct scalar_elements {
  using scalar_type = Scalar;
  using workspace = typename constant_elements<Scalar>::workspace;
  static constexpr bool by_column = false, constant = false, shaped = false;
  Scalar number;
  adjoint_slot slot;

  bool active() const { return slot != 0; }
  template <bool needed>
  void prepare(const strip&, workspace&) const {}
  typename constant_elements<Scalar>::repeated values(const strip&, const workspace&) const {
    return {number};
  }
  template <class Y, class Seed>
  void spread(basic_tape<Scalar>& tape, const strip& s, workspace&, const Y&,
              const Seed& seed) const {
    tape.adjoint(slot) += sum_each<Scalar>(s.size, seed);
  }
  basic_var<Scalar> at(Eigen::Index, Eigen::Index) const {
    return basic_var<Scalar>::at_slot(number, slot);
  }
};

/// A row (`along_columns`) or a column repeated to fill a matrix.
template <class Scalar, bool along_columns>
struct broadcast_elements {
  using scalar_type = Scalar;
  static constexpr bool by_column = true, constant = false, shaped = false;
  struct workspace {
    Scalar values[strip_length];
  };
  tensor_operand<Scalar> vector;

  bool active() const { return vector.active(); }
  template <bool needed>
  void prepare(const strip& s, workspace& work) const {
    if constexpr (needed)
      for (Eigen::Index run = 0, column = s.column; run < s.size; run += s.rows, ++column)
        for (Eigen::Index i = 0; i < s.rows; ++i)
          work.values[run + i] = vector.values()[along_columns ? column : s.row + i];
  }
  const Scalar* values(const strip&, const workspace& work) const { return work.values; }
  template <class Y, class Seed>
  void spread(basic_tape<Scalar>& tape, const strip& s, workspace&, const Y&,
              const Seed& seed) const {
    Scalar* const adjoint = vector.adjoints(tape);
    for (Eigen::Index run = 0, column = s.column; run < s.size; run += s.rows, ++column) {
      const auto part = [&](Eigen::Index i) { return seed(run + i); };
      if constexpr (along_columns)
        adjoint[column] += sum_each<Scalar>(s.rows, part);
      else
        add_each(adjoint + s.row, s.rows, part);
    }
  }
  basic_var<Scalar> at(Eigen::Index i, Eigen::Index j) const {
    return basic_tensor_var<Scalar>::of(vector)(along_columns ? j : i);
  }
};

/// A seed that is the same for all elements.
template <class Scalar>
struct equal_seed {
  Scalar adjoint;
  Scalar operator()(Eigen::Index) const { return adjoint; }
};
/// A seed that is read from an array.
template <class Scalar>
struct stored_seed {
  const Scalar* adjoint;
  Scalar operator()(Eigen::Index i) const { return adjoint[i]; }
};

/// Values that are computed when they are read: Op of the elements of one operand or two.
template <class Op, class X, class Z, bool one_operand>
struct computed_elements {
  X x;
  Z z;
  [[gnu::always_inline]] auto operator[](Eigen::Index i) const {
    if constexpr (one_operand)
      return Op::value(x[i]);
    else
      return Op::value(x[i], z[i]);
  }
};

template <bool read, class A>
[[gnu::always_inline]] inline auto element_if(const A& a, Eigen::Index i) {
  if constexpr (read)
    return a[i];
  else
    return std::remove_cvref_t<decltype(a[i])>(0);
}

/// A function of one expression or two, evaluated element by element.
template <class Op, class A, class B>
struct statement;
/// How many operations are computed each time an element of an expression is read. 0 if the values
/// are stored.
template <class E>
inline constexpr int operations_on_read = 0;
template <class Op, class A, class B>
  requires(is_cheap<Op> && lanes_of<typename A::scalar_type>::exist &&
           operations_on_read<A> + operations_on_read<B> < 8)
inline constexpr int operations_on_read<statement<Op, A, B>> =
    1 + operations_on_read<A> + operations_on_read<B>;
/// The missing second operand of a function of one expression.
template <class Scalar>
struct no_elements : constant_elements<Scalar> {};
template <class Op, class A>
using mapped = statement<Op, A, no_elements<typename A::scalar_type>>;

/// Computes the matrix of `e` and records it as one node.
template <class E>
basic_tensor_var<typename E::scalar_type> record_statement(const E& e) {
  using Scalar = typename E::scalar_type;
  struct node {
    E e;
    const Scalar* result;
    void backward(basic_tape<Scalar>& tape, adjoint_slot first) const {
      const Scalar* const adjoint = tape.adjoints(first);
      typename E::workspace work;
      for_each_strip<E::by_column>(e.rows(), e.cols(), [&](const strip& s) {
        e.prepare_operands(s, work);
        e.spread(tape, s, work, result + s.offset, stored_seed<Scalar>{adjoint + s.offset});
      });
    }
  };
  auto y = basic_tensor_var<Scalar>::uninitialised(e.rows(), e.cols());
  Scalar* const values = y.mutable_value().data();
  typename E::workspace work;
  for_each_strip<E::by_column>(e.rows(), e.cols(),
                               [&](const strip& s) { e.write(s, work, values + s.offset); });
  if (e.active()) {
    if (E::stores_result) static_cast<void>(y.operand());
    y.computed_by(node{e, values});
  }
  return y;
}

/// Computes the sum of the elements of `e` and records it as one node.
template <class E>
basic_var<typename E::scalar_type> record_sum(const E& e) {
  using Scalar = typename E::scalar_type;
  struct node {
    E e;
    void backward(basic_tape<Scalar>& tape, adjoint_slot first) const {
      const equal_seed<Scalar> seed{tape.adjoint(first)};
      typename E::workspace work;
      for_each_strip<E::by_column>(e.rows(), e.cols(), [&](const strip& s) {
        e.template prepare<false>(s, work);
        e.spread(tape, s, work, e.values(s, work), seed);
      });
    }
  };
  Scalar sum(0);
  typename E::workspace work;
  for_each_strip<E::by_column>(e.rows(), e.cols(), [&](const strip& s) {
    e.template prepare<true>(s, work);
    const auto values = e.values(s, work);
    sum += sum_each<Scalar>(s.size, [&](Eigen::Index i) { return values[i]; });
  });
  return basic_var<Scalar>::at_slot(
      sum, e.active() ? recording_tape<Scalar>().push_node(node{e}, 1) : adjoint_slot{0});
}

/// The member functions of all array expressions, named as in Eigen.
template <class E>
class array_expression {
 public:
  using array_expression_type = E;
  auto matrix() const { return record_statement(self()); }
  auto array() const { return self(); }
  auto eval() const { return self().matrix().array(); }
  Eigen::Index size() const { return self().rows() * self().cols(); }
  auto operator()(Eigen::Index i, Eigen::Index j) const { return self().at(i, j); }
  auto operator()(Eigen::Index i) const {
    return self().rows() == 1 ? self().at(0, i) : self().at(i % self().rows(), i / self().rows());
  }
  auto sum() const { return record_sum(self()); }
  auto mean() const { return sum() / static_cast<double>(size()); }
  auto maxCoeff() const { return self().matrix().maxCoeff(); }
  auto minCoeff() const { return self().matrix().minCoeff(); }
  auto transpose() const { return self().matrix().transpose().array(); }
  auto rowwise() const { return self().matrix().rowwise().array(); }
  auto colwise() const { return self().matrix().colwise().array(); }

#define TC_DETAIL_MEMBER(name) \
  auto name() const { return mapped<name##_op, E>(self()); }
  TC_DETAIL_MEMBER(exp)
  TC_DETAIL_MEMBER(expm1)
  TC_DETAIL_MEMBER(log)
  TC_DETAIL_MEMBER(log1p)
  TC_DETAIL_MEMBER(sqrt)
  TC_DETAIL_MEMBER(square)
  TC_DETAIL_MEMBER(sin)
  TC_DETAIL_MEMBER(cos)
  TC_DETAIL_MEMBER(tan)
  TC_DETAIL_MEMBER(tanh)
  TC_DETAIL_MEMBER(abs)
  TC_DETAIL_MEMBER(inverse)
#undef TC_DETAIL_MEMBER
  template <class B>
  auto pow(const B& b) const;
  template <class B>
  auto max(const B& b) const;
  template <class B>
  auto min(const B& b) const;

 private:
  const E& self() const { return static_cast<const E&>(*this); }
};

template <class Op>
inline constexpr const char* operation_name = "elementwise operation";
template <>
inline constexpr const char* operation_name<add_op> = "sum";
template <>
inline constexpr const char* operation_name<subtract_op> = "difference";
template <>
inline constexpr const char* operation_name<multiply_op> = "elementwise product";
template <>
inline constexpr const char* operation_name<divide_op> = "elementwise quotient";

template <class Op, class A, class B>
struct statement : array_expression<statement<Op, A, B>> {
  using scalar_type = typename A::scalar_type;
  static constexpr bool by_column = A::by_column || B::by_column, constant = false, shaped = true,
                        operands = reads_operands<Op>, stores_result = reads_result<Op>,
                        one_operand = std::same_as<B, no_elements<scalar_type>>,
                        is_computed_on_read = operations_on_read<statement> > 0;
  struct workspace {
    [[no_unique_address]] typename A::workspace a;
    [[no_unique_address]] typename B::workspace b;
    alignas(lane_bytes) scalar_type seed[strip_length];
    scalar_type values[is_computed_on_read ? 1 : strip_length];
  };
  A a;
  [[no_unique_address]] B b;

  explicit statement(const A& left, const B& right = {}) : a(left), b(right) {
    if constexpr (A::shaped && B::shaped)
      check_shape(a.rows() == b.rows() && a.cols() == b.cols(),
                  "tensor_var {}: shapes {} x {} and {} x {} differ", operation_name<Op>, a.rows(),
                  a.cols(), b.rows(), b.cols());
  }

  Eigen::Index rows() const {
    if constexpr (A::shaped)
      return a.rows();
    else
      return b.rows();
  }
  Eigen::Index cols() const {
    if constexpr (A::shaped)
      return a.cols();
    else
      return b.cols();
  }
  bool active() const { return a.active() || b.active(); }
  template <bool needed>
  void prepare(const strip& s, workspace& work) const {
    constexpr bool evaluated = needed || stores_result;
    a.template prepare<evaluated || operands>(s, work.a);
    b.template prepare<evaluated || operands>(s, work.b);
    if constexpr (evaluated && !is_computed_on_read) write_values(s, work, work.values);
  }
  /// Computes what `spread` reads apart from the result.
  void prepare_operands(const strip& s, workspace& work) const {
    a.template prepare<operands>(s, work.a);
    b.template prepare<operands>(s, work.b);
  }
  auto values(const strip& s, const workspace& work) const {
    if constexpr (is_computed_on_read)
      return elements(s, work);
    else
      return static_cast<const scalar_type*>(work.values);
  }
  void write(const strip& s, workspace& work, scalar_type* to) const {
    a.template prepare<true>(s, work.a);
    b.template prepare<true>(s, work.b);
    write_values(s, work, to);
  }
  template <class Y, class Seed>
  void spread(basic_tape<scalar_type>& tape, const strip& s, workspace& work, const Y& y,
              const Seed& seed) const {
    if constexpr (A::constant || B::constant ||
                  is_one_of<Seed, equal_seed<scalar_type>, stored_seed<scalar_type>>) {
      spread_both(tape, s, work, y, seed);
    } else {  // both operands read the seed, so it is computed once
      store_each(work.seed, s.size, seed);
      spread_both(tape, s, work, y, stored_seed<scalar_type>{work.seed});
    }
  }
  auto at(Eigen::Index i, Eigen::Index j) const {
    using V = basic_var<scalar_type>;
    if constexpr (one_operand)
      return V(make_unary<Op>(V(a.at(i, j))));
    else
      return V(make_binary<Op>(V(a.at(i, j)), V(b.at(i, j))));
  }

 private:
  auto elements(const strip& s, const workspace& work) const {
    using X = decltype(a.values(s, work.a));
    using Z = decltype(b.values(s, work.b));
    return computed_elements<Op, X, Z, one_operand>{a.values(s, work.a), b.values(s, work.b)};
  }
  void write_values(const strip& s, const workspace& work, scalar_type* to) const {
    if constexpr (one_operand)
      evaluate<Op>(a.values(s, work.a), to, s.size);
    else
      store_each(to, s.size, [e = elements(s, work)](Eigen::Index i) { return e[i]; });
  }
  template <class Y, class Seed>
  void spread_both(basic_tape<scalar_type>& tape, const strip& s, workspace& work, const Y& y,
                   const Seed& seed) const {
    const auto x = a.values(s, work.a);
    const auto z = b.values(s, work.b);
    // The partial derivative is the first factor: in the other order g++ compiles relu to a branch
    // and does not vectorise the loop.
    if (!A::constant && a.active()) {
      if constexpr (is_one_of<Op, add_op, subtract_op>)
        a.spread(tape, s, work.a, x, seed);
      else
        a.spread(tape, s, work.a, x, [=](Eigen::Index i) {
          const auto left = element_if<operands>(x, i);
          const auto result = element_if<stores_result>(y, i);
          if constexpr (one_operand)
            return Op::partial(left, result) * seed(i);
          else
            return Op::partial_a(left, element_if<operands>(z, i), result) * seed(i);
        });
    }
    if constexpr (std::same_as<Op, add_op>) {
      if (b.active()) b.spread(tape, s, work.b, z, seed);
    } else if constexpr (!B::constant) {
      if (b.active())
        b.spread(tape, s, work.b, z, [=](Eigen::Index i) {
          return Op::partial_b(element_if<operands>(x, i), element_if<operands>(z, i),
                               element_if<stores_result>(y, i)) *
                 seed(i);
        });
    }
  }
};

}  // namespace detail

/// A differentiable matrix with elementwise semantics, as returned by `x.array()`. It is the
/// simplest array expression. Other array expressions convert to it, which records each as one
/// node.
template <class Scalar>
class basic_array_var : public detail::array_expression<basic_array_var<Scalar>> {
 public:
  using scalar_type = Scalar;
  static constexpr bool by_column = false, constant = false, shaped = true, stores_result = false;
  using workspace = typename detail::constant_elements<Scalar>::workspace;

  basic_array_var(const basic_tensor_var<Scalar>& tensor) : tensor_(tensor.operand()) {}
  template <detail::elementwise E>
    requires(!std::same_as<E, basic_array_var>)
  basic_array_var(const E& e) : basic_array_var(e.matrix()) {}

  basic_tensor_var<Scalar> matrix() const { return basic_tensor_var<Scalar>::of(tensor_); }
  Eigen::Index rows() const { return tensor_.rows(); }
  Eigen::Index cols() const { return tensor_.cols(); }

  bool active() const { return tensor_.active(); }
  template <bool needed>
  void prepare(const detail::strip&, workspace&) const {}
  const Scalar* values(const detail::strip& s, const workspace&) const {
    return tensor_.values() + s.offset;
  }
  template <class Y, class Seed>
  void spread(basic_tape<Scalar>& tape, const detail::strip& s, workspace&, const Y&,
              const Seed& seed) const {
    detail::add_each(tensor_.adjoints(tape) + s.offset, s.size, seed);
  }
  basic_var<Scalar> at(Eigen::Index i, Eigen::Index j) const {
    return std::as_const(*this).matrix().coeff(i, j);
  }

 private:
  detail::tensor_operand<Scalar> tensor_;
};

using array_var = basic_array_var<double>;

}  // namespace tc
