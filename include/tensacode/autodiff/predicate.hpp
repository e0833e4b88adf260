// tensacode/autodiff/predicate.hpp -- a comparison that remembers its margin.
// Layer 2. Comparing differentiable scalars yields a `basic_predicate`. It holds the result of the
// comparison and a margin: a differentiable number that is positive if the comparison holds. A
// relaxed branch passes gradients through the margin.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/variable.hpp>

#include <concepts>
#include <cstddef>
#include <limits>

namespace tc {

namespace detail {

/// How many predicates this thread has converted to bool. If such a decision depends on a random
/// number, the derivative along the path taken is not the whole derivative
/// (control/random_choice.hpp).
inline constinit thread_local std::size_t hard_decisions = 0;

}  // namespace detail

/// The condition on the margin under which a predicate holds.
enum class relation : unsigned char {
  positive,  ///< the margin is positive: `<`, `<=`, `>`, `>=`
  zero,      ///< the margin is zero: `==`
  not_zero,  ///< the margin is not zero: `!=`
};

/// `margin` is a variable, or an expression that is recorded only if a relaxed branch uses it.
/// `truth` is the result of the comparison itself, so ties are decided exactly as by `<`, `<=` and
/// so on.
template <class Margin>
struct basic_predicate {
  using scalar_type = typename Margin::scalar_type;

  Margin margin;
  bool truth = false;
  relation holds_if = relation::positive;

  basic_predicate(const Margin& m, bool t, relation r = relation::positive)
      : margin(m), truth(t), holds_if(r) {}
  template <class Other>
    requires std::same_as<scalar_type, typename Other::scalar_type>
  basic_predicate(const basic_predicate<Other>& other)
      : margin(other.margin), truth(other.truth), holds_if(other.holds_if) {}

  /// Lets a predicate stand in an ordinary `if`. Counts the decision in `hard_decisions`.
  operator bool() const {
    ++detail::hard_decisions;
    return truth;
  }
};

/// A predicate over double variables; a comparison of any expressions converts to it.
using predicate = basic_predicate<var>;

/// Whether `T` is a `basic_predicate`.
template <class T>
inline constexpr bool is_predicate = false;
template <class Margin>
inline constexpr bool is_predicate<basic_predicate<Margin>> = true;

namespace detail {

/// The margin of any predicate, positive if it holds. For `a == b` it is -|a - b|, for `a != b` it
/// is |a - b|.
template <class P>
auto margin_of(const basic_predicate<P>& p) {
  using number = basic_var<typename P::scalar_type>;
  if (p.holds_if == relation::positive) return number(p.margin);
  const number distance(abs(p.margin));
  return p.holds_if == relation::zero ? number(-distance) : distance;
}
template <class Scalar>
basic_predicate<basic_var<Scalar>> certain(bool truth) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  return {basic_var<Scalar>(Scalar(truth ? infinity : -infinity)), truth};
}

}  // namespace detail

/// `p && q` has the smaller of the two margins, `p || q` the larger. `!p` has the opposite margin.
template <class P, class Q>
auto operator&&(const basic_predicate<P>& p, const basic_predicate<Q>& q) {
  const auto a = detail::margin_of(p), b = detail::margin_of(q);
  return basic_predicate(a.value() < b.value() ? a : b, p.truth && q.truth);
}
template <class P, class Q>
auto operator||(const basic_predicate<P>& p, const basic_predicate<Q>& q) {
  const auto a = detail::margin_of(p), b = detail::margin_of(q);
  return basic_predicate(a.value() > b.value() ? a : b, p.truth || q.truth);
}
/// A `bool` counts as a predicate whose margin is plus or minus infinity.
template <class P>
auto operator&&(const basic_predicate<P>& p, bool q) {
  return p && detail::certain<typename P::scalar_type>(q);
}
template <class P>
auto operator&&(bool q, const basic_predicate<P>& p) {
  return p && detail::certain<typename P::scalar_type>(q);
}
template <class P>
auto operator||(const basic_predicate<P>& p, bool q) {
  return p || detail::certain<typename P::scalar_type>(q);
}
template <class P>
auto operator||(bool q, const basic_predicate<P>& p) {
  return p || detail::certain<typename P::scalar_type>(q);
}
/// Holds if `p` does not. The margin changes its sign; `==` becomes `!=` and vice versa.
template <class P>
auto operator!(const basic_predicate<P>& p) {
  using number = basic_var<typename P::scalar_type>;
  if (p.holds_if == relation::positive) return basic_predicate<number>(number(-p.margin), !p.truth);
  return basic_predicate<number>(
      number(p.margin), !p.truth,
      p.holds_if == relation::zero ? relation::not_zero : relation::zero);
}

namespace detail {

template <class A, class B>
auto compare(const A& greater, const B& lesser, bool truth) {
  using margin = decltype(make_binary<subtract_op>(greater, lesser));
  return basic_predicate<margin>(make_binary<subtract_op>(greater, lesser), truth);
}

template <class A, class B>
  requires operand_pair<A, B>
auto operator<(const A& a, const B& b) {
  return compare(b, a, primal(a) < primal(b));
}
template <class A, class B>
  requires operand_pair<A, B>
auto operator<=(const A& a, const B& b) {
  return compare(b, a, primal(a) <= primal(b));
}
template <class A, class B>
  requires operand_pair<A, B>
auto operator>(const A& a, const B& b) {
  return compare(a, b, primal(a) > primal(b));
}
template <class A, class B>
  requires operand_pair<A, B>
auto operator>=(const A& a, const B& b) {
  return compare(a, b, primal(a) >= primal(b));
}
template <class A, class B>
auto compare_equal(const A& a, const B& b, relation r) {
  using margin = decltype(make_binary<subtract_op>(a, b));
  const bool equal = primal(a) == primal(b);
  return basic_predicate<margin>(make_binary<subtract_op>(a, b), equal == (r == relation::zero), r);
}
template <class A, class B>
  requires operand_pair<A, B>
auto operator==(const A& a, const B& b) {
  return compare_equal(a, b, relation::zero);
}
template <class A, class B>
  requires operand_pair<A, B>
auto operator!=(const A& a, const B& b) {
  return compare_equal(a, b, relation::not_zero);
}

}  // namespace detail
}  // namespace tc
