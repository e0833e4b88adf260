// tests/autodiff/dual.cpp -- dual numbers: the chain rule, nested, and as the scalar of a tape.
#include <tensacode/autodiff/autodiff.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <type_traits>

namespace test_dual {

using tc::dual;

// Every function of one number, with its first two derivatives.
struct row {
  const char* name;
  double at;
  double first, second;
};

template <class F>
void check_unary(const char* name, double x, const F& f, double first, double second) {
  CAPTURE(name);
  const double h = 1e-4 * std::fmax(1.0, std::abs(x));
  const double numeric = (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h);
  CHECK(first == doctest::Approx(numeric).epsilon(1e-7));

  const auto y = f(dual<double>(x, 2.0));
  CHECK(y.value() == f(x));
  CHECK(y.tangent() == doctest::Approx(2 * first).epsilon(1e-12));

  const auto yf = f(dual<float>(static_cast<float>(x), 1.0f));
  CHECK(yf.tangent() == doctest::Approx(first).epsilon(1e-4));

  const auto yy = f(dual<dual<double>>({x, 1.0}, {1.0, 0.0}));
  CHECK(yy.value().tangent() == doctest::Approx(first).epsilon(1e-12));
  CHECK(yy.tangent().value() == doctest::Approx(first).epsilon(1e-12));
  CHECK(yy.tangent().tangent() == doctest::Approx(second).epsilon(1e-12));

  const auto lanes = f(dual<double, 3>(x, {{1.0, 0.0, -3.0}}));
  CHECK(lanes.tangent()[0] == doctest::Approx(first).epsilon(1e-12));
  CHECK(lanes.tangent()[1] == 0);
  CHECK(lanes.tangent()[2] == doctest::Approx(-3 * first).epsilon(1e-12));

  // Forward over reverse: the adjoint's tangent is the second derivative.
  using number = tc::basic_var<dual<double>>;
  tc::recording<dual<double>> recorded;
  const number v = number::input({x, 1.0});
  const number w = f(v);
  recorded.differentiate(w.slot());
  const auto adjoint = recorded.tape().adjoint(v.slot());
  CHECK(w.value().tangent() == doctest::Approx(first).epsilon(1e-12));
  CHECK(adjoint.value() == doctest::Approx(first).epsilon(1e-12));
  CHECK(adjoint.tangent() == doctest::Approx(second).epsilon(1e-12));
}

TEST_SUITE("autodiff/dual") {
  TEST_CASE("functions of one number, to second order, in every mode") {
    using std::acos, std::asin, std::atan, std::cos, std::cosh, std::erf, std::exp, std::expm1,
        std::log, std::log1p, std::sin, std::sinh, std::sqrt, std::tan, std::tanh, std::pow,
        std::abs;
    using tc::sigmoid, tc::square;
    const double x = 0.3;
    const double s = 1 / (1 + exp(-x)), t = std::tanh(x), q = std::sqrt(1 - x * x);
    check_unary(
        "exp", x,
        [](auto a) {
          using std::exp;
          return decltype(a)(exp(a));
        },
        exp(x), exp(x));
    check_unary(
        "expm1", x,
        [](auto a) {
          using std::expm1;
          return decltype(a)(expm1(a));
        },
        exp(x), exp(x));
    check_unary(
        "log", x,
        [](auto a) {
          using std::log;
          return decltype(a)(log(a));
        },
        1 / x, -1 / (x * x));
    check_unary(
        "log1p", x,
        [](auto a) {
          using std::log1p;
          return decltype(a)(log1p(a));
        },
        1 / (1 + x), -1 / ((1 + x) * (1 + x)));
    check_unary(
        "sqrt", x,
        [](auto a) {
          using std::sqrt;
          return decltype(a)(sqrt(a));
        },
        0.5 / sqrt(x), -0.25 / (x * sqrt(x)));
    check_unary(
        "sin", x,
        [](auto a) {
          using std::sin;
          return decltype(a)(sin(a));
        },
        cos(x), -sin(x));
    check_unary(
        "cos", x,
        [](auto a) {
          using std::cos;
          return decltype(a)(cos(a));
        },
        -sin(x), -cos(x));
    check_unary(
        "tan", x,
        [](auto a) {
          using std::tan;
          return decltype(a)(tan(a));
        },
        1 + tan(x) * tan(x), 2 * tan(x) * (1 + tan(x) * tan(x)));
    check_unary(
        "asin", x,
        [](auto a) {
          using std::asin;
          return decltype(a)(asin(a));
        },
        1 / q, x / (q * q * q));
    check_unary(
        "acos", x,
        [](auto a) {
          using std::acos;
          return decltype(a)(acos(a));
        },
        -1 / q, -x / (q * q * q));
    check_unary(
        "atan", x,
        [](auto a) {
          using std::atan;
          return decltype(a)(atan(a));
        },
        1 / (1 + x * x), -2 * x / ((1 + x * x) * (1 + x * x)));
    check_unary(
        "sinh", x,
        [](auto a) {
          using std::sinh;
          return decltype(a)(sinh(a));
        },
        cosh(x), sinh(x));
    check_unary(
        "cosh", x,
        [](auto a) {
          using std::cosh;
          return decltype(a)(cosh(a));
        },
        sinh(x), cosh(x));
    check_unary(
        "tanh", x,
        [](auto a) {
          using std::tanh;
          return decltype(a)(tanh(a));
        },
        1 - t * t, -2 * t * (1 - t * t));
    check_unary(
        "abs", -x,
        [](auto a) {
          using std::abs;
          return decltype(a)(abs(a));
        },
        -1, 0);
    const double slope = 2 / std::sqrt(std::acos(-1.0)) * exp(-x * x);
    check_unary(
        "erf", x,
        [](auto a) {
          using std::erf;
          return decltype(a)(erf(a));
        },
        slope, -2 * x * slope);
    check_unary(
        "sigmoid", x,
        [](auto a) {
          using tc::sigmoid;
          return decltype(a)(sigmoid(a));
        },
        s * (1 - s), s * (1 - s) * (1 - 2 * s));
    check_unary(
        "square", x,
        [](auto a) {
          using tc::square;
          return decltype(a)(square(a));
        },
        2 * x, 2);
    check_unary(
        "pow(x, 2.5)", x,
        [](auto a) {
          using std::pow;
          return decltype(a)(pow(a, 2.5));
        },
        2.5 * pow(x, 1.5), 3.75 * pow(x, 0.5));
    check_unary(
        "pow(2, x)", x,
        [](auto a) {
          using std::pow;
          return decltype(a)(pow(2, a));
        },
        pow(2, x) * log(2.0), pow(2, x) * log(2.0) * log(2.0));
    check_unary(
        "(1 + x) / (2 - 3 x) - x * x / 4 + 1", x,
        [](auto a) { return decltype(a)((1 + a) / (2 - 3 * a) - a * a / 4 + 1); },
        5 / ((2 - 3 * x) * (2 - 3 * x)) - x / 2, 30 / pow(2 - 3 * x, 3.0) - 0.5);
    check_unary(
        "1 / x", x, [](auto a) { return decltype(a)(1 / a); }, -1 / (x * x), 2 / (x * x * x));
    check_unary(
        "max(x, 0.1) * x", x,
        [](auto a) {
          using std::max;
          return decltype(a)(fmax(a, decltype(a)(0.1)) * a);
        },
        2 * x, 2);
  }
  TEST_CASE("functions of two numbers: mixed second derivatives") {
    const double x = 0.7, y = 1.9;
    const auto mixed = [&](const auto& f) {
      return f(dual<dual<double>>({x, 1.0}, {0.0, 0.0}), dual<dual<double>>({y, 0.0}, {1.0, 0.0}))
          .tangent()
          .tangent();
    };
    CHECK(mixed([](auto a, auto b) { return a * b; }) == 1);
    CHECK(mixed([](auto a, auto b) { return a / b; }) == doctest::Approx(-1 / (y * y)));
    CHECK(mixed([](auto a, auto b) { return pow(a, b); }) ==
          doctest::Approx(std::pow(x, y - 1) * (1 + y * std::log(x))));
    const double r2 = x * x + y * y;
    CHECK(mixed([](auto a, auto b) { return atan2(a, b); }) ==
          doctest::Approx((x * x - y * y) / (r2 * r2)));
    CHECK(mixed([](auto a, auto b) { return hypot(a, b); }) ==
          doctest::Approx(-x * y / (r2 * std::sqrt(r2))));
  }
  TEST_CASE("powers at zero keep every derivative finite") {
    const auto cube = pow(dual<dual<double>>({0.0, 1.0}, {1.0, 0.0}), 2);
    CHECK(cube.value().value() == 0);
    CHECK(cube.tangent().value() == 0);
    CHECK(cube.tangent().tangent() == 2);
    // An exponent that is 0 but moves.
    const auto moving = pow(dual<double>(2.0, 1.0), dual<double>(0.0, 1.0));
    CHECK(moving.tangent() == doctest::Approx(std::log(2.0)));
  }
  TEST_CASE("what has no tangent passes none on") {
    CHECK(sqrt(dual<double>(0.0)).tangent() == 0);
    CHECK(log(dual<double>(0.0)).tangent() == 0);
    CHECK(std::isinf(sqrt(dual<double>(0.0, 1.0)).tangent()));
  }
  TEST_CASE("branches go by value, the sweep by value and tangent") {
    const dual<double> a(0.0, 1.0);
    CHECK(a == 0);
    CHECK(a <= dual<double>(0.0, -5.0));
    CHECK_FALSE(a < 0.0);
    CHECK(dual<double>(1) > a);
    CHECK_FALSE(is_zero(a));
    CHECK(is_zero(dual<double>(0)));
    CHECK(tc::value(a) == 0);
    CHECK(std::is_same_v<decltype(tc::value(a)), double>);
    CHECK(std::numeric_limits<dual<double>>::max() == std::numeric_limits<double>::max());
    CHECK(std::numeric_limits<dual<float>>::is_specialized);
    static_assert(std::is_trivially_copyable_v<dual<dual<double, 4>>>);
    static_assert(sizeof(dual<double, 3>) == 4 * sizeof(double));
    // d/dx of x^2 at 0 is an adjoint of value 0 whose tangent is 2: the sweep must go on.
    using number = tc::basic_var<dual<double>>;
    tc::recording<dual<double>> recorded;
    const number x = number::input({0.0, 1.0});
    const number y = x * 1.0;
    const number z = y * y;
    recorded.differentiate(z.slot());
    CHECK(recorded.tape().adjoint(x.slot()).tangent() == 2);
  }
  TEST_CASE("matrices of dual numbers") {
    using number = dual<double>;
    Eigen::Matrix<number, Eigen::Dynamic, Eigen::Dynamic> a(2, 2);
    a << number(1, 1), 2, 3, number(4, -1);
    const Eigen::Matrix<number, Eigen::Dynamic, Eigen::Dynamic> p = a * a;
    CHECK(p(0, 0).value() == 7);
    CHECK(p(0, 0).tangent() == 2);
    CHECK(p(0, 1).tangent() == 0);
    CHECK((a * 2.0)(0, 0).tangent() == 2);
    CHECK((Eigen::MatrixXd::Identity(2, 2) * a).eval()(1, 1).tangent() == -1);
    CHECK(a.squaredNorm().tangent() == 2 - 8);
    CHECK(a.array().exp().sum().tangent() == doctest::Approx(std::exp(1.0) - std::exp(4.0)));
    CHECK(a.array().tanh().sum().value() > 3);
  }
}

}  // namespace test_dual
