// tensacode/autodiff/predicate.hpp -- a comparison that remembers by how much it holds.
// Layer 2. A comparison of differentiable numbers yields a `basic_predicate`: its hard truth, and
// a margin that is positive where it holds, through which a relaxed branch passes gradients.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/variable.hpp>

#include <concepts>
#include <cstddef>
#include <limits>

namespace tc {

namespace detail {

/// How often this thread has taken a predicate for a bool: where that hangs on a random number,
/// derivatives along the path taken are not all (control/random_choice.hpp).
inline constinit thread_local std::size_t hard_decisions = 0;

}  // namespace detail

/// What a predicate says of its margin.
enum class relation : unsigned char {
  positive,  ///< it is, by so much: `<`, `<=`, `>`, `>=`
  zero,      ///< it is the difference of what is equal: `==`
  not_zero,  ///< `!=`
};

/// `margin` is a variable or an expression that is recorded only if a relaxed branch uses it;
/// `truth` is the comparison itself, so that ties are decided as `<`, `<=` ... decide them.
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

  /// A predicate in an ordinary `if` is a bool.
  operator bool() const {
    ++detail::hard_decisions;
    return truth;
  }
};

/// The predicate of double variables, whatever expressions were compared.
using predicate = basic_predicate<var>;

template <class T>
inline constexpr bool is_predicate = false;
template <class Margin>
inline constexpr bool is_predicate<basic_predicate<Margin>> = true;

namespace detail {

/// By how much a predicate holds: an equality by 0 at most.
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

/// `p && q` holds by the smaller margin, `p || q` by the larger, `!p` by the opposite one.
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
/// With a `bool`, which holds or fails by infinitely much.
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
