#if __has_include(<sqlite3.h>)

#include <tensacode/engine/engine.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include <unistd.h>

namespace test_decision {

struct temporary_file {
  std::string path = (std::filesystem::temp_directory_path() /
                      ("tensacode_engine_" + std::to_string(getpid()) + ".db"))
                         .string();
  temporary_file() { remove(); }
  ~temporary_file() { remove(); }
  void remove() const {
    for (const auto* end : {"", "-wal", "-shm"}) std::remove((path + end).c_str());
  }
};

struct Visit {
  double hour = 0;
  bool member = false;
};
struct Nothing {};

Visit visit(std::uint64_t seed, std::uint64_t i) {
  const tc::random_key key = tc::random_key(seed).split(17);
  return {24 * key.uniform(2 * i), key.uniform(2 * i + 1) < 0.5};
}

/// Choice 1 is right for members in the afternoon and others in the morning.
double chance(const Visit& v, std::size_t choice) {
  const bool right = (v.hour > 12) == v.member;
  return (choice == 1) == right ? 0.9 : 0.1;
}

/// Mean of the chances of rewards, over `count` visits, of what the engine decides.
double policy(tc::engine& engine, std::uint64_t seed, std::uint64_t begin, std::uint64_t count,
              bool learn, double corrupted = 0) {
  double total = 0;
  for (std::uint64_t i = begin; i < begin + count; ++i) {
    const Visit v = visit(seed, i);
    const auto taken = engine.decide(v, "offer");
    total += chance(v, taken.choice);
    const tc::random_key noise = tc::random_key(seed).split(18);
    if (learn) {
      const double reward = noise.uniform(2 * i) < chance(v, taken.choice) ? 1.0 : 0.0;
      engine.feedback(taken, noise.uniform(2 * i + 1) < corrupted ? 1 - reward : reward);
    }
  }
  return total / static_cast<double>(count);
}

TEST_SUITE("engine/decision") {
  TEST_CASE("1,000 feedbacks: 95 % of the best achievable reward, 5 of 5 seeds, with a context") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      tc::engine engine({.seed = seed});
      policy(engine, seed, 0, 1000, true);
      const double reached = policy(engine, seed, 5000, 500, false) / 0.9;
      MESSAGE("seed " << seed << ": " << reached << " of the best");
      CHECK(reached >= 0.95);
    }
  }
  TEST_CASE("and without one") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      tc::engine engine({.seed = seed});
      const tc::random_key key = tc::random_key(seed).split(3);
      const double chances[] = {0.4, 0.6};
      double total = 0;
      for (std::uint64_t i = 0; i < 2000; ++i) {
        const auto taken = engine.decide(Nothing{}, "arm");
        if (i < 1000)
          engine.feedback(taken, key.uniform(i) < chances[taken.choice] ? 1 : 0);
        else
          total += chances[taken.choice] / 0.6 / 1000;
      }
      MESSAGE("seed " << seed << ": " << total << " of the best");
      CHECK(total >= 0.95);
    }
  }
  TEST_CASE(
      "probabilities sum to 1, every choice stays possible, and the choice is what they say") {
    tc::engine engine;
    for (int i = 0; i < 60; ++i) {
      const auto taken = engine.choose(Visit{}, 5, "five");
      double sum = 0;
      for (const double p : taken.probabilities) {
        CHECK(p >= 0.02 / 5 * 0.999);
        sum += p;
      }
      CHECK(sum == doctest::Approx(1));
      CHECK(taken.probability == taken.probabilities[taken.choice]);
      CHECK(taken.log_probability() == doctest::Approx(std::log(taken.probability)));
      CHECK(static_cast<bool>(taken) == (taken.choice != 0));
      engine.feedback(taken, taken.choice == 3 ? 1 : 0);
    }
    CHECK(engine.choose(Visit{}, 1, "one").choice == 0);
    CHECK_THROWS_AS(engine.choose(Visit{}, 0, "none"), tc::argument_error);
    CHECK_THROWS_WITH_AS(engine.choose(Visit{}, 4, "five"),
                         "choose: decision 'five' had 5 choices, now 4", tc::argument_error);
  }
  TEST_CASE("improve adopts nothing that is worse on held-out experience, whatever the rewards") {
    tc::engine engine;
    policy(engine, 1, 0, 300, true);
    const double before = policy(engine, 1, 5000, 300, false);
    for (std::uint64_t round = 0; round < 4; ++round) {
      policy(engine, 1, 1000 + 20 * round, 20, true, 0.5);  // half of them are false
      for (const auto& done : engine.improve(100)) {
        CHECK(done.experiences >= 300);
        if (done.adopted) CHECK(done.error_after <= 1.02 * done.error_before);
      }
    }
    CHECK(policy(engine, 1, 5000, 300, false) >= 0.93 * before);
  }
  TEST_CASE("a restart goes on from the store; feedback on an old handle is kept and used") {
    const temporary_file file;
    std::int64_t open_handle = 0;
    {
      tc::engine engine({.store = file.path});
      policy(engine, 2, 0, 400, true);
      open_handle = engine.decide(visit(2, 9000), "offer").handle;
    }
    tc::engine engine({.store = file.path});
    engine.feedback(open_handle, 0.5);  // before the site is met again
    const auto next = engine.decide(visit(2, 9001), "offer");
    CHECK(next.handle == open_handle + 1);
    CHECK(policy(engine, 2, 5000, 300, false) / 0.9 >= 0.93);
    CHECK(engine.improve(10).at(0).experiences == 401);
    engine.feedback(next, 1);
    CHECK(engine.improve(10).at(0).experiences == 402);
    engine.feedback(next, 0);  // corrected
    CHECK(engine.improve(10).at(0).experiences == 402);
  }
  TEST_CASE("unknown handles and rewards that are no numbers throw, and change nothing") {
    tc::engine engine;
    const auto taken = engine.decide(Visit{});
    CHECK_THROWS_WITH_AS(engine.feedback(taken.handle + 1, 1),
                         doctest::Contains("no decision has the handle"), tc::argument_error);
    CHECK_THROWS_AS(engine.feedback(0, 1), tc::argument_error);
    for (const double reward : {NAN, INFINITY, -INFINITY})
      CHECK_THROWS_AS(engine.feedback(taken, reward), tc::argument_error);
    CHECK(engine.improve().at(0).experiences == 0);
  }
  TEST_CASE("labels keep decisions apart") {
    tc::engine engine;
    for (int i = 0; i < 40; ++i) {
      const auto a = engine.decide(Nothing{}, "a"), b = engine.decide(Nothing{}, "b");
      engine.feedback(a, a ? 1 : 0);
      engine.feedback(b, b ? 0 : 1);
    }
    const auto a = engine.decide(Nothing{}, "a"), b = engine.decide(Nothing{}, "b");
    CHECK(a.probabilities[1] > 0.5);
    CHECK(b.probabilities[0] > 0.5);
  }
  TEST_CASE("two engines on one file do not lose each other's experience") {
    const temporary_file file;
    {
      tc::engine one({.store = file.path}), two({.store = file.path});
      for (int i = 0; i < 10; ++i) {
        const auto a = one.decide(Visit{}, "x"), b = two.decide(Visit{}, "x");
        CHECK(a.handle != b.handle);
        one.feedback(b, 1);  // the other's handle
        two.feedback(a, 1);
      }
    }
    tc::engine engine({.store = file.path});
    engine.decide(Visit{}, "x");
    CHECK(engine.improve(10).at(0).experiences == 20);
  }
}

}  // namespace test_decision

#endif
