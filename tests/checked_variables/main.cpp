// tests/checked_variables/main.cpp -- programs that define TC_CHECK_VARIABLES are told of
// variables that are used where their adjoints are not. A program of its own: all of its files
// define it.
#include <tensacode/autodiff/autodiff.hpp>
#include <tensacode/transform/transform.hpp>

#include <cstdio>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace {

int failures = 0;

void check(bool holds, const char* what) {
  if (!holds) ++failures;
  std::printf("%s %s\n", holds ? "ok    " : "FAILED", what);
}

/// The message of the variable_error that `f` throws; empty if it throws none.
template <class F>
std::string error_of(const F& f) {
  try {
    f();
  } catch (const tc::variable_error& problem) {
    return problem.what();
  }
  return {};
}

}  // namespace

int main() {
  using tc::var;
  {
    std::optional<var> kept;
    const auto f = [&](const var& x) {
      const var y = kept ? *kept * x : x * x;
      if (!kept) kept = y;
      return y;
    };
    check(tc::grad(f)(3.0) == 6, "a variable is used in its own recording");
    const std::string message = error_of([&] { tc::grad(f)(3.0); });
    check(message.find("variable of value 9: used after its recording ended") == 0,
          "a variable of an ended recording is noticed, though its slot is taken again");
  }
  {
    const auto f = [](const var& x) {
      std::string message;
      std::thread([&] {
        message = error_of([&] { tc::grad([&](const var& inner) { return inner * x; })(2.0); });
      }).join();
      check(message.find("another tape") != std::string::npos,
            "a variable of another thread is noticed");
      return x * x;
    };
    check(tc::grad(f)(5.0) == 10, "its own thread goes on with it");
  }
  {
    const auto nested = [](const var& x) {
      const var y = x * x;
      const double inner = tc::grad([](const var& v) { return v * v * v; })(2.0);
      var sum = y;
      for (int i = 0; i < 3; ++i) sum += y * inner;
      std::vector<var> many(10, sum);
      many.erase(many.begin());
      return many[3] - y;
    };
    check(error_of([&] {
            check(tc::grad(nested)(1.5) == 3 * 2 * 1.5 * 12, "recordings inside of one another");
          }).empty(),
          "nothing is found where nothing is wrong");
  }
  {
    const auto [value, pullback] = tc::vjp([](const auto& x) { return x * x; })(4.0);
    check(value == 16 && pullback(1.0) == 8, "a pullback outlives its call");
  }
  {
    std::optional<var> kept;
    tc::grad([&](const var& x) {
      kept = x * 2;
      return *kept;
    })(1.0);
    check(error_of([&] { check((*kept + 1).value() == 3, "outside of recordings"); }).empty(),
          "a variable is a number where nothing is recorded");
  }
  return failures == 0 ? 0 : 1;
}
