// tests/autodiff/tape.cpp -- what is recorded, what is forgotten, and the sweep.
#include <tensacode/autodiff/autodiff.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <limits>

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
    CHECK(tape.operand_count() == operands + 3);
    const var same = z;
    const var constant = passive * 2 + 1;
    CHECK(tape.statement_count() == statements + 1);
    CHECK(same.slot() == z.slot());
    CHECK(constant.slot() == 0);
    recorded.differentiate(z.slot());
    CHECK(tape.adjoint(x.slot()) == 10);
    CHECK(tape.adjoint(y.slot()) == 2);
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
    CHECK(tape.mark().arguments == before.arguments);
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
    CHECK(recorded.tape().operand_count() == 2'000'000);
    recorded.differentiate(y.slot());
    CHECK(recorded.tape().adjoint(x.slot()) == 500'001);
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
