// tests/io/time_text.cpp -- durations and time points as ISO 8601 text.
// SPDX-License-Identifier: MIT
#include <tensacode/core/random.hpp>
#include <tensacode/io/csv.hpp>
#include <tensacode/io/json.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace {

using namespace std::chrono_literals;
namespace chrono = std::chrono;
using tc::detail::chrono_from_text;
using tc::detail::chrono_to_text;

template <class T>
std::string again(const std::string& text) {
  T value{};
  return chrono_from_text(text, value) ? chrono_to_text(value) : "refused";
}

using frames = chrono::duration<std::int64_t, std::ratio<1, 60>>;
using day_time = chrono::time_point<chrono::system_clock, chrono::days>;
using milli_time = chrono::time_point<chrono::system_clock, chrono::milliseconds>;
using local_time = chrono::local_time<chrono::seconds>;
using real_milliseconds = chrono::duration<double, std::milli>;

TEST_CASE("durations are written with the largest units") {
  CHECK(chrono_to_text(0s) == "PT0S");
  CHECK(chrono_to_text(5400s) == "PT1H30M");
  CHECK(chrono_to_text(48h) == "P2D");
  CHECK(chrono_to_text(49h + 1s) == "P2DT1H1S");
  CHECK(chrono_to_text(-1500ms) == "-PT1.5S");
  CHECK(chrono_to_text(1ns) == "PT0.000000001S");
  CHECK(chrono_to_text(chrono::duration<double>(0.1)).starts_with("PT0.1000000000000000055"));
  CHECK(chrono_to_text(chrono::nanoseconds::min()) == "-P106751DT23H47M16.854775808S");
}

TEST_CASE("durations are read in every form that says a fixed length") {
  CHECK(again<chrono::seconds>("PT90M") == "PT1H30M");
  CHECK(again<chrono::seconds>("P1W") == "P7D");
  CHECK(again<chrono::seconds>("+P1D") == "P1D");
  CHECK(again<chrono::seconds>("-PT0S") == "PT0S");
  CHECK(again<chrono::seconds>("PT0.5H") == "PT30M");
  CHECK(again<chrono::milliseconds>("PT1,25S") == "PT1.25S");
  CHECK(again<chrono::seconds>("PT1.000S") == "PT1S");
}

TEST_CASE("what is no duration, or none that fits, is refused") {
  for (const char* text : {"",
                           "P",
                           "PT",
                           "5",
                           "PT5",
                           "P5",
                           "P1Y",
                           "P1M",
                           "PT1S1M",
                           "P1DT",
                           "PT1.S",
                           "PT-1S",
                           "PT.5S",
                           "PT1.5M1S",
                           "P1D ",
                           "pt1s",
                           "PT1S1S",
                           "P1H",
                           "PT99999999999999999999S",
                           "P9223372036854775807W",
                           "--PT1S"})
    CHECK_MESSAGE(again<chrono::seconds>(text) == "refused", text);
  CHECK(again<chrono::seconds>("PT1.5S") == "refused");  // finer than a tick
  CHECK(again<chrono::hours>("PT30M") == "refused");
  CHECK(again<chrono::duration<std::int8_t>>("PT128S") == "refused");
  CHECK(again<chrono::duration<std::uint8_t>>("-PT1S") == "refused");
  CHECK(again<chrono::duration<std::int8_t>>("-PT128S") == "-PT2M8S");
}

TEST_CASE("every tick comes back, decimal or not") {
  const tc::random_key key(7);
  for (std::uint64_t i = 0; i < 20000; ++i) {
    const auto bits = static_cast<std::int64_t>(key.bits(i)) >> (i % 60);
    const chrono::nanoseconds exact(bits);
    chrono::nanoseconds exact_again{};
    REQUIRE(chrono_from_text(chrono_to_text(exact), exact_again));
    CHECK(exact_again == exact);
    const frames shown(bits);
    frames shown_again{};
    REQUIRE(chrono_from_text(chrono_to_text(shown), shown_again));
    CHECK(shown_again == shown);
    const real_milliseconds real(static_cast<double>(bits) * 0x1p-20);
    real_milliseconds real_again{};
    REQUIRE(chrono_from_text(chrono_to_text(real), real_again));
    CHECK(real_again.count() == real.count());
    const milli_time when(chrono::milliseconds(bits / 4));
    milli_time when_again{};
    const auto text = chrono_to_text(when);
    REQUIRE_MESSAGE(chrono_from_text(text, when_again), text);
    CHECK(when_again == when);
  }
}

TEST_CASE("time points are dates of the calendar") {
  CHECK(chrono_to_text(milli_time(0ms)) == "1970-01-01T00:00:00Z");
  CHECK(chrono_to_text(milli_time(-1ms)) == "1969-12-31T23:59:59.999Z");
  CHECK(chrono_to_text(day_time(chrono::days(19000))) == "2022-01-08");
  CHECK(chrono_to_text(local_time(951827696s)) == "2000-02-29T12:34:56");
  CHECK(chrono_to_text(chrono::local_time<chrono::minutes>(754min)) == "1970-01-01T12:34");
  CHECK(chrono_to_text(chrono::local_time<chrono::hours>(12h)) == "1970-01-01T12:00");
  CHECK(chrono_to_text(chrono::sys_time<chrono::minutes>(754min)) == "1970-01-01T12:34:00Z");
  CHECK(chrono_to_text(milli_time(chrono::milliseconds(253402300800000))) ==
        "+010000-01-01T00:00:00Z");
  CHECK(chrono_to_text(day_time(chrono::days(-719529))) == "-000001-12-31");
  CHECK(chrono_to_text(chrono::steady_clock::time_point(90s)) == "PT1M30S");
  // The library's own calendar agrees, on every day of 800 years.
  for (int day = -146097; day <= 146097; ++day) {
    const chrono::year_month_day expected{chrono::sys_days(chrono::days(day))};
    const auto date = tc::detail::civil_from_days(day);
    REQUIRE(date.year == static_cast<int>(expected.year()));
    REQUIRE(date.month == static_cast<unsigned>(expected.month()));
    REQUIRE(date.day == static_cast<unsigned>(expected.day()));
    REQUIRE(tc::detail::days_from_civil(date.year, date.month, date.day) == day);
  }
}

TEST_CASE("the first and the last second that can be counted are dates, too") {
  CHECK(chrono_to_text(chrono::sys_seconds::min()) == "-292277022657-01-27T08:29:52Z");
  CHECK(chrono_to_text(chrono::sys_seconds::max()) == "+292277026596-12-04T15:30:07Z");
  for (const auto time : {chrono::sys_seconds::min(), chrono::sys_seconds::max()}) {
    chrono::sys_seconds same{};
    REQUIRE(chrono_from_text(chrono_to_text(time), same));
    CHECK(same == time);
  }
  CHECK(again<chrono::sys_seconds>("-292277022657-01-27T08:29:51Z") == "refused");
  CHECK(again<chrono::sys_seconds>("+292277026596-12-04T15:30:08Z") == "refused");
  CHECK(again<chrono::sys_seconds>("+292277026596-12-04T15:30:07-00:01") == "refused");
  CHECK(again<chrono::sys_seconds>("+999999999999-12-04T15:30:08Z") == "refused");
  CHECK(again<chrono::sys_days>("-999999999999-12-04") == "refused");
  for (const auto ticks : {frames::min(), frames::min() + frames(1), frames::max(), frames(-1)}) {
    frames same{};
    REQUIRE(chrono_from_text(chrono_to_text(ticks), same));
    CHECK(same == ticks);
  }
}

TEST_CASE("times are read with offsets, in minutes, or as a date") {
  CHECK(again<milli_time>("2026-11-22T20:29:46.5+02:00") == "2026-11-22T18:29:46.5Z");
  CHECK(again<milli_time>("2026-11-22 20:29") == "2026-11-22T20:29:00Z");
  CHECK(again<milli_time>("2026-11-22T01:00:00-0130") == "2026-11-22T02:30:00Z");
  CHECK(again<milli_time>("2024-02-29") == "2024-02-29T00:00:00Z");
  CHECK(again<local_time>("2026-11-22T20:29") == "2026-11-22T20:29:00");
  for (const char* text :
       {"", "2026", "2026-13-01", "2026-02-30", "2025-02-29", "2026-00-10", "2026-01-00",
        "2026-1-1", "2026-11-22T", "2026-11-22T24:00:00Z", "2026-11-22T20:60", "20261122",
        "2026-11-22T20:29:60Z", "2026-11-22T20:29:46.Z", "2026-11-22T20:29:46ZZ",
        "2026-11-22T20:29:46+25:00", "2026-11-22T20:29:46.0001Z", "+99999999999-01-01", "-01-01"})
    CHECK_MESSAGE(again<milli_time>(text) == "refused", text);
  CHECK(again<local_time>("2026-11-22T20:29:46Z") == "refused");
}

struct Shift {
  milli_time begin{};
  chrono::minutes length{};
  std::optional<local_time> until;
};

TEST_CASE("in JSON and CSV they are texts, and errors say the form") {
  const Shift shift{milli_time(1s), 90min, {}};
  const std::string text = tc::to_json(shift);
  CHECK(text == R"({"begin":"1970-01-01T00:00:01Z","length":"PT1H30M"})");
  CHECK(tc::to_json(tc::from_json<Shift>(text)) == text);
  try {
    tc::from_json<Shift>(R"({"begin":"yesterday","length":"PT30S"})");
    FAIL("must throw");
  } catch (const tc::parse_error& error) {
    REQUIRE(error.problems.size() == 2);
    CHECK(error.problems[0].path == "begin");
    CHECK(error.problems[0].expected ==
          "a time such as '2026-11-22T20:29:46Z', in whole ticks of 1/1000 s");
    CHECK(error.problems[1].expected == "a duration such as 'PT1H30M', in whole ticks of 60 s");
  }
}

}  // namespace
