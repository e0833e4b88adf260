// tensacode/autodiff/predicate.hpp -- a comparison that remembers by how much it holds.
// Layer 2. A comparison of differentiable numbers yields a `basic_predicate`: its hard truth, and
// a margin that is positive where it holds, through which a relaxed branch passes gradients.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/variable.hpp>

namespace tc {

/// `margin` is a variable or an expression that is recorded only if a relaxed branch uses it;
/// `truth` is the comparison itself, so that ties are decided as `<`, `<=` ... decide them.
template <class Margin>
struct basic_predicate {
  using scalar_type = typename Margin::scalar_type;

  Margin margin;
  bool truth = false;

  basic_predicate(const Margin& m, bool t) : margin(m), truth(t) {}
  template <class Other>
    requires std::same_as<scalar_type, typename Other::scalar_type>
  basic_predicate(const basic_predicate<Other>& other) : margin(other.margin), truth(other.truth) {}

  operator bool() const { return truth; }  // a predicate in an ordinary `if` is a bool
};

/// The predicate of double variables, whatever expressions were compared.
using predicate = basic_predicate<var>;

template <class T>
inline constexpr bool is_predicate = false;
template <class Margin>
inline constexpr bool is_predicate<basic_predicate<Margin>> = true;

/// `p && q` holds by the smaller margin, `p || q` by the larger, `!p` by the opposite one.
template <class P, class Q>
auto operator&&(const basic_predicate<P>& p, const basic_predicate<Q>& q) {
  using number = basic_var<typename P::scalar_type>;
  const bool p_is_smaller = p.margin.value() < q.margin.value();
  return basic_predicate<number>(p_is_smaller ? number(p.margin) : number(q.margin),
                                 p.truth && q.truth);
}
template <class P, class Q>
auto operator||(const basic_predicate<P>& p, const basic_predicate<Q>& q) {
  using number = basic_var<typename P::scalar_type>;
  const bool p_is_larger = p.margin.value() > q.margin.value();
  return basic_predicate<number>(p_is_larger ? number(p.margin) : number(q.margin),
                                 p.truth || q.truth);
}
template <class P>
auto operator!(const basic_predicate<P>& p) {
  using number = basic_var<typename P::scalar_type>;
  return basic_predicate<number>(number(-p.margin), !p.truth);
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
  requires operand_pair<A, B>
bool operator==(const A& a, const B& b) {
  return primal(a) == primal(b);
}

}  // namespace detail
}  // namespace tc
