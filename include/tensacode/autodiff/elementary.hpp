// tensacode/autodiff/elementary.hpp -- the elementary functions and their derivatives.
// Layer 2. Each function of one or two numbers is a struct. `value` computes the function.
// `partial` computes the derivative from the operand and the value; a function of two numbers has
// `partial_a` and `partial_b`. They work for any scalar: float, double, dual numbers and nested
// dual numbers. Functions such as `exp` are found by argument-dependent lookup.
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <type_traits>

namespace tc {

/// Whether `T` is a dual number (autodiff/dual.hpp).
template <class T>
inline constexpr bool is_dual = false;

namespace detail {

/// A type that counts as a constant beside a variable.
template <class T>
concept constant = std::is_arithmetic_v<T> || is_dual<T>;

/// Whether an adjoint is zero in all its parts, so that it need not be propagated. Dual numbers
/// overload it, since their `==` compares only the values.
template <class Scalar>
bool is_zero(const Scalar& adjoint) {
  return adjoint == Scalar(0);
}

struct identity_op {
  static auto value(auto a) { return a; }
  static auto partial(auto a, auto) { return decltype(a)(1); }
};
struct negate_op {
  static auto value(auto a) { return -a; }
  static auto partial(auto a, auto) { return decltype(a)(-1); }
};
struct add_op {
  static auto value(auto a, auto b) { return a + b; }
  static auto partial_a(auto a, auto, auto) { return decltype(a)(1); }
  static auto partial_b(auto a, auto, auto) { return decltype(a)(1); }
};
struct subtract_op {
  static auto value(auto a, auto b) { return a - b; }
  static auto partial_a(auto a, auto, auto) { return decltype(a)(1); }
  static auto partial_b(auto a, auto, auto) { return decltype(a)(-1); }
};
struct multiply_op {
  static auto value(auto a, auto b) { return a * b; }
  static auto partial_a(auto, auto b, auto) { return b; }
  static auto partial_b(auto a, auto, auto) { return a; }
};
struct divide_op {
  static auto value(auto a, auto b) { return a / b; }
  static auto partial_a(auto a, auto b, auto) { return decltype(a)(1) / b; }
  static auto partial_b(auto, auto b, auto y) { return -y / b; }
};
struct pow_op {
  static auto value(auto a, auto b) {
    using std::pow;
    return pow(a, b);
  }
  static auto partial_a(auto a, auto b, auto) {
    using std::pow;
    return is_zero(b) ? decltype(a)(0) : b * pow(a, b - 1);
  }
  // d/db a^b = a^b log a. At a = 0 the power is constant for b > 0, so the derivative is 0.
  static auto partial_b(auto a, auto, auto y) {
    using std::log;
    return a == 0 ? decltype(a)(0) : y * log(a);
  }
};
struct atan2_op {
  static auto value(auto a, auto b) {
    using std::atan2;
    return atan2(a, b);
  }
  static auto partial_a(auto a, auto b, auto) { return b / (a * a + b * b); }
  static auto partial_b(auto a, auto b, auto) { return -a / (a * a + b * b); }
};
// The distance has no derivative at the origin. Both partial derivatives are 0 there by convention.
struct hypot_op {
  static auto value(auto a, auto b) {
    using std::hypot;
    return hypot(a, b);
  }
  static auto partial_a(auto a, auto, auto y) { return y == 0 ? decltype(a)(0) : a / y; }
  static auto partial_b(auto, auto b, auto y) { return y == 0 ? decltype(b)(0) : b / y; }
};
// If both operands are equal, the first one takes the whole derivative. This is a subgradient.
struct max_op {
  static auto value(auto a, auto b) { return a < b ? b : a; }
  static auto partial_a(auto a, auto b, auto) { return decltype(a)(a < b ? 0 : 1); }
  static auto partial_b(auto a, auto b, auto) { return decltype(a)(a < b ? 1 : 0); }
};
struct min_op {
  static auto value(auto a, auto b) { return b < a ? b : a; }
  static auto partial_a(auto a, auto b, auto) { return decltype(a)(b < a ? 0 : 1); }
  static auto partial_b(auto a, auto b, auto) { return decltype(a)(b < a ? 1 : 0); }
};
struct exp_op {
  static auto value(auto a) {
    using std::exp;
    return exp(a);
  }
  static auto partial(auto, auto y) { return y; }
};
struct expm1_op {
  static auto value(auto a) {
    using std::expm1;
    return expm1(a);
  }
  static auto partial(auto, auto y) { return y + 1; }
};
struct log_op {
  static auto value(auto a) {
    using std::log;
    return log(a);
  }
  static auto partial(auto a, auto) { return 1 / a; }
};
struct log1p_op {
  static auto value(auto a) {
    using std::log1p;
    return log1p(a);
  }
  static auto partial(auto a, auto) { return 1 / (1 + a); }
};
struct sqrt_op {
  static auto value(auto a) {
    using std::sqrt;
    return sqrt(a);
  }
  static auto partial(auto, auto y) { return decltype(y)(0.5) / y; }
};
struct sin_op {
  static auto value(auto a) {
    using std::sin;
    return sin(a);
  }
  static auto partial(auto a, auto) {
    using std::cos;
    return cos(a);
  }
};
struct cos_op {
  static auto value(auto a) {
    using std::cos;
    return cos(a);
  }
  static auto partial(auto a, auto) {
    using std::sin;
    return -sin(a);
  }
};
struct tan_op {
  static auto value(auto a) {
    using std::tan;
    return tan(a);
  }
  static auto partial(auto, auto y) { return 1 + y * y; }
};
struct asin_op {
  static auto value(auto a) {
    using std::asin;
    return asin(a);
  }
  static auto partial(auto a, auto) {
    using std::sqrt;
    return 1 / sqrt(1 - a * a);
  }
};
struct acos_op {
  static auto value(auto a) {
    using std::acos;
    return acos(a);
  }
  static auto partial(auto a, auto) {
    using std::sqrt;
    return -1 / sqrt(1 - a * a);
  }
};
struct atan_op {
  static auto value(auto a) {
    using std::atan;
    return atan(a);
  }
  static auto partial(auto a, auto) { return 1 / (1 + a * a); }
};
struct sinh_op {
  static auto value(auto a) {
    using std::sinh;
    return sinh(a);
  }
  static auto partial(auto a, auto) {
    using std::cosh;
    return cosh(a);
  }
};
struct cosh_op {
  static auto value(auto a) {
    using std::cosh;
    return cosh(a);
  }
  static auto partial(auto a, auto) {
    using std::sinh;
    return sinh(a);
  }
};
struct tanh_op {
  static auto value(auto a) {
    using std::tanh;
    return tanh(a);
  }
  static auto partial(auto, auto y) { return 1 - y * y; }
};
// The derivative at 0 is the subgradient 0.
struct abs_op {
  static auto value(auto a) {
    using std::abs;
    return abs(a);
  }
  static auto partial(auto a, auto) { return decltype(a)(a > 0 ? 1 : a < 0 ? -1 : 0); }
};
struct erf_op {
  static auto value(auto a) {
    using std::erf;
    return erf(a);
  }
  static auto partial(auto a, auto) {
    using std::exp;
    return decltype(a)(1.1283791670955126) * exp(-a * a);  // 2 / sqrt(pi)
  }
};
struct sigmoid_op {
  static auto value(auto a) {
    using std::exp;
    using S = decltype(a);
    if (a >= 0) return S(1) / (S(1) + exp(-a));
    const S e = exp(a);  // does not overflow for negative arguments
    return e / (S(1) + e);
  }
  static auto partial(auto, auto y) { return y * (1 - y); }
};
struct square_op {
  static auto value(auto a) { return a * a; }
  static auto partial(auto a, auto) { return 2 * a; }
};

}  // namespace detail
}  // namespace tc
