// tests/autodiff/tape.cpp -- what is recorded, what is forgotten, and the sweep.
#include <tensacode/autodiff/autodiff.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <fstream>
#include <limits>
#include <utility>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace test_tape {

using tc::var;

TEST_SUITE("autodiff/tape") {
  TEST_CASE("an assignment is one statement, with an operand for each active argument") {
    tc::recording<double> recorded;
    auto& tape = recorded.tape();
    const var x = var::input(2), y = var::input(3), passive = 7;
    const auto statements = tape.statement_count(), operands = tape.operand_count();
    const var z = x * y + passive * x - 5;
    CHECK(tape.statement_count() == statements + 1);
    CHECK(tape.operand_count() == operands + 2);  // x is one
    const var same = z;
    const var constant = passive * 2 + 1;
    CHECK(tape.statement_count() == statements + 1);
    CHECK(same.slot() == z.slot());
    CHECK(constant.slot() == 0);
    recorded.differentiate(z.slot());
    CHECK(tape.adjoint(x.slot()) == 10);
    CHECK(tape.adjoint(y.slot()) == 2);
  }
  TEST_CASE("an operand that occurs several times is kept once") {
    tc::recording<double> recorded;
    auto& tape = recorded.tape();
    const var x = var::input(3), y = var::input(5);
    const auto operands = tape.operand_count();
    const var z = 100 * (y - x * x) * (y - x * x) + (1 - x) * (1 - x);
    CHECK(tape.operand_count() == operands + 2);
    recorded.differentiate(z.slot());
    CHECK(tape.adjoint(x.slot()) == 400 * 3 * 4 + 2 * 2);
    CHECK(tape.adjoint(y.slot()) == -200 * 4);
  }
  TEST_CASE("a statement of many operands, of which few are active and equal") {
    tc::recording<double> recorded;
    auto& tape = recorded.tape();
    const var x = var::input(3), p = 1;
    var y = x * x;  // and a chain behind it
    y = y * p * p * p * p * p * p * p * p * p * y * p * p;
    const var z = y * 2;
    recorded.differentiate(z.slot());
    CHECK(z.value() == 162);
    CHECK(tape.adjoint(x.slot()) == 8 * 27);
  }
  TEST_CASE("statements with any number of operands, in every order of results") {
    tc::recording<double> recorded;
    auto& tape = recorded.tape();
    const var a = var::input(2), b = var::input(3), c = var::input(5), d = var::input(7);
    const var one = exp(0 * a);
    const var two = one * b, three = two * one + c;
    const var four = three * two * one * d;
    var sum = four + three;
    sum += two * three;
    const var last = sum * one + four;
    // With e = exp(0): one = 1, two = 3, three = 8, four = 168, sum = 176 + 24.
    CHECK(last.value() == 368);
    recorded.differentiate(last.slot());
    const double d_four = 2, d_three = d_four * 21 + 1 + 3;
    const double d_two = d_three + d_four * 56 + 8;
    CHECK(tape.adjoint(d.slot()) == d_four * 24);
    CHECK(tape.adjoint(c.slot()) == d_three);
    CHECK(tape.adjoint(b.slot()) == d_two);
    CHECK(tape.adjoint(a.slot()) == 0);
    CHECK(tape.adjoint(one.slot()) == 200 + d_four * 168 + d_three * 3 + d_two * 3);
  }
  TEST_CASE("a sum grows in place") {
    tc::recording<double> recorded;
    auto& tape = recorded.tape();
    const var x = var::input(3), y = var::input(5);
    var sum = 0;
    sum += x * y;  // the first one takes a slot
    const auto slot = tape.next_slot();
    const auto operands = tape.operand_count();
    sum += x * x;
    sum -= 2 * y;
    sum += y;
    CHECK(tape.next_slot() == slot);
    CHECK(tape.operand_count() == operands + 3);
    CHECK(sum.value() == 15 + 9 - 10 + 5);
    recorded.differentiate(sum.slot());
    CHECK(tape.adjoint(x.slot()) == 5 + 6);
    CHECK(tape.adjoint(y.slot()) == 3 - 1);
  }
  TEST_CASE("a sum that was looked at does not grow in place") {
    tc::recording<double> recorded;
    auto& tape = recorded.tape();
    const var x = var::input(3);
    var sum = x * 2;
    const var copy = sum;
    sum += x * x;
    var other = x * 5;
    auto kept = other * 2;  // an expression, recorded later
    other += x;
    const var assigned = kept;
    var self = x * 7;
    self += self;
    self += self * x;
    var moved = x * 11;
    const var taken = std::move(moved);
    moved = x;
    moved += x * x;
    const var y = copy + 10 * sum + 100 * assigned + 1000 * other + self + taken + moved;
    CHECK(copy.value() == 6);
    CHECK(assigned.value() == 30);
    CHECK(other.value() == 18);
    CHECK(self.value() == 14 * 3 + 14 * 9);
    recorded.differentiate(y.slot());
    CHECK(tape.adjoint(x.slot()) ==
          2 + 10 * (2 + 6) + 100 * 10 + 1000 * 6 + (14 + 28 * 3) + 11 + 1 + 6);
  }
  TEST_CASE("a sum of an outer recording that grows in an inner one") {
    for (int repeat = 0; repeat < 4; ++repeat) {
      tc::recording<double> outer;
      const var x = var::input(3);
      var y = x * x;
      double inner_gradient = 0;
      {
        tc::recording<double> inner;
        const var z = var::input(2);
        const var w = z * 3;
        y += w * 2;
        const var result = z * z;
        inner.differentiate(result.slot());
        inner_gradient = inner.tape().adjoint(z.slot());
      }
      CHECK(inner_gradient == 4);
    }
  }
  TEST_CASE("inputs in between and after a nested recording keep their slots apart") {
    tc::recording<double> outer;
    const var a = var::input(2);
    {
      tc::recording<double> inner;
      const var b = var::input(3), c = var::input(4);
      const var d = b * c;
      inner.differentiate(d.slot());
      CHECK(inner.tape().adjoint(c.slot()) == 3);
    }
    const var e = var::input(5), f = var::input(6);
    const var g = a * e * f;
    CHECK(e.slot() == a.slot() + 1);
    outer.differentiate(g.slot());
    CHECK(outer.tape().adjoint(a.slot()) == 30);
    CHECK(outer.tape().adjoint(f.slot()) == 10);
  }
  TEST_CASE("the end of a recording forgets it") {
    auto& tape = tc::detail::tape_of_thread<double>();
    const auto before = tape.mark();
    {
      tc::recording<double> recorded;
      const var x = var::input(2);
      const var y = x * x;
      CHECK(tape.mark().next_slot > before.next_slot);
      CHECK(y.slot() != 0);
    }
    CHECK(tape.mark().statements == before.statements);
    CHECK(tape.mark().operands == before.operands);
    CHECK(tape.mark().next_slot == before.next_slot);
    CHECK(tape.mark().arena_bytes == before.arena_bytes);
    CHECK(var::input(2).slot() == 0);
  }
  TEST_CASE("a nested recording leaves the outer one as it was") {
    tc::recording<double> outer;
    const var x = var::input(3);
    const var y = x * x;
    {
      tc::recording<double> inner;
      const var u = var::input(5);
      const var v = u * u * u;
      inner.differentiate(v.slot());
      CHECK(inner.tape().adjoint(u.slot()) == 75);
    }
    const var z = y * x;
    outer.differentiate(z.slot());
    CHECK(outer.tape().adjoint(x.slot()) == 27);
  }
  TEST_CASE("differentiating twice starts from zero, and a passive result gives zero") {
    tc::recording<double> recorded;
    const var x = var::input(3);
    const var y = x * x;
    for (int i = 0; i < 2; ++i) {
      recorded.differentiate(y.slot());
      CHECK(recorded.tape().adjoint(x.slot()) == 6);
    }
    recorded.differentiate(y.slot(), 2);
    CHECK(recorded.tape().adjoint(x.slot()) == 12);
    recorded.differentiate(0);
    CHECK(recorded.tape().adjoint(x.slot()) == 0);
  }
  TEST_CASE("a chain of a million statements is swept without recursion") {
    tc::recording<double> recorded;
    const var x = var::input(1);
    var y = x;
    const auto before = recorded.tape().statement_count();
    for (int i = 0; i < 1'000'000; ++i) y = y + 0.5 * x;
    CHECK(recorded.tape().statement_count() == before + 1'000'000);
    CHECK(recorded.tape().operand_count() == 1'999'999);  // at first y is x
    recorded.differentiate(y.slot());
    CHECK(recorded.tape().adjoint(x.slot()) == 500'001);
  }
  TEST_CASE("a process with little address space left records too") {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      // What is in use, and 300 MB.
      std::size_t pages = 0;
      std::ifstream("/proc/self/statm") >> pages;
      const rlim_t bytes = pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + (300u << 20);
      const rlimit limit{bytes, bytes};
      if (setrlimit(RLIMIT_AS, &limit) != 0) _exit(2);
      tc::basic_tape<float> first;
      tc::basic_tape<float> second;  // of another thread, say
      tc::adjoint_slot slot = second.input();
      const tc::adjoint_slot input = slot;
      const auto start = second.mark();
      for (int i = 0; i < 100'000; ++i) {
        float partials[] = {2};
        tc::adjoint_slot slots[] = {slot};
        slot = second.record(partials, slots);
        if (i % 2) continue;
        partials[0] = .5F, slots[0] = slot;
        slot = second.record(partials, slots);
        partials[0] = .5F, slots[0] = slot;
        slot = second.record(partials, slots);
      }
      second.adjoint(slot) = 1;
      second.reverse(start);
      _exit(second.adjoint(input) == 1 ? 0 : 1);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
  }
  TEST_CASE("what does not fit is refused") {
    tc::recording<double> recorded;
    CHECK_THROWS_AS(recorded.tape().allocate<double>(std::size_t{1} << 50), tc::tape_full);
    CHECK_THROWS_AS(recorded.tape().inputs(std::size_t{1} << 40), tc::tape_full);
    CHECK_THROWS_AS(recorded.tape().allocate<double>(std::numeric_limits<std::size_t>::max() / 8),
                    tc::tape_full);
    const var x = var::input(2);
    const var y = x * x;
    recorded.differentiate(y.slot());
    CHECK(recorded.tape().adjoint(x.slot()) == 4);
  }
}

}  // namespace test_tape
