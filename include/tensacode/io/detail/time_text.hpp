// tensacode/io/detail/time_text.hpp -- converts std::chrono durations and time points to ISO 8601
// text and back.
// Layer 3. Durations are written as `PT1H30M`, `P2DT0.25S`, `-PT5S`. Time points of the system
// clock are in UTC: `2026-11-22T20:29:46.25Z`, or `2026-11-22` if the period is whole days. Local
// times are the same without Z; if the period is whole minutes, they have no seconds. (RFC 3339
// requires seconds, but only of times with an offset.) Time points of other clocks are written as
// the duration since the epoch of the clock. This header does not include <chrono>, because it is
// large and code that uses such a type has included it already.
//
// If a tick is a decimal fraction of a second, a duration is written exactly, and a text finer than
// a tick is rejected. Other types (frames of 1/60 s, floating point) are written with at least 21
// digits, which give the same value back, and are read to the nearest tick.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/reflect/kinds.hpp>

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>

namespace tc::detail {

__extension__ using int128 = __int128;

/// Seconds as a whole number and a decimal fraction in [0, 1).
struct decimal_seconds {
  std::int64_t whole = 0;
  std::string fraction = {};  ///< digits after the point, empty if zero
  bool negative = false;      ///< only for durations: `whole` and `fraction` are the magnitude
};

constexpr std::int64_t seconds_a_day = 86400;

/// The number of decimal digits needed to write 1 / den exactly; -1 if there is no such number, or
/// if it is above 18.
constexpr int decimal_places(std::intmax_t den) {
  int twos = 0, fives = 0;
  for (; den % 2 == 0; den /= 2) ++twos;
  for (; den % 5 == 0; den /= 5) ++fives;
  if (den != 1) return -1;
  const int places = twos > fives ? twos : fives;
  return places <= 18 ? places : -1;
}

/// Whether a decimal number of seconds can represent every tick exactly.
template <class Duration>
inline constexpr bool is_decimal_duration =
    std::is_integral_v<typename Duration::rep> && decimal_places(Duration::period::den) >= 0;

std::string fraction_digits(std::uint64_t value, int places);

/// Splits a duration into whole seconds and a fraction. If `floored`, the whole part is rounded
/// down and may be negative. Otherwise the parts are the magnitude and `negative` is the sign.
/// Throws `argument_error` beyond 2^63 seconds.
template <class Duration>
decimal_seconds split_seconds(const Duration& duration, bool floored) {
  using period = typename Duration::period;
  decimal_seconds parts;
  if constexpr (std::is_integral_v<typename Duration::rep>) {
    int128 ticks = static_cast<int128>(duration.count()) * period::num;
    parts.negative = !floored && ticks < 0;
    if (parts.negative) ticks = -ticks;
    int128 whole = ticks / period::den, rest = ticks % period::den;
    if (rest < 0) {
      rest += period::den;
      --whole;
    }
    TC_CHECK(whole <= std::numeric_limits<std::int64_t>::max() &&
                 whole >= std::numeric_limits<std::int64_t>::min(),
             argument_error, "a duration of {} ticks is beyond 2^63 seconds",
             static_cast<long long>(duration.count()));
    parts.whole = static_cast<std::int64_t>(whole);
    constexpr int places = is_decimal_duration<Duration> ? decimal_places(period::den) : 21;
    for (int i = 0; i < places && rest != 0; ++i) {
      rest *= 10;
      parts.fraction += static_cast<char>('0' + static_cast<int>(rest / period::den));
      rest %= period::den;
    }
    while (!parts.fraction.empty() && parts.fraction.back() == '0') parts.fraction.pop_back();
  } else {
    long double seconds = static_cast<long double>(duration.count()) * period::num / period::den;
    TC_CHECK(std::isfinite(seconds) && std::abs(seconds) < 9.2e18L, argument_error,
             "a duration of {} s cannot be written", static_cast<double>(seconds));
    parts.negative = !floored && seconds < 0;
    if (parts.negative) seconds = -seconds;
    const long double whole = std::floor(seconds);
    parts.whole = static_cast<std::int64_t>(whole);
    if (seconds != whole) {
      char digits[64];
      std::snprintf(digits, sizeof digits, "%.30Lf", seconds - whole);
      parts.fraction = digits + 2;
      if (digits[0] == '1') {  // rounded up
        ++parts.whole;
        parts.fraction.clear();
      }
      while (!parts.fraction.empty() && parts.fraction.back() == '0') parts.fraction.pop_back();
    }
  }
  return parts;
}

/// Sets `out` to the duration nearest to the parts. Returns false if it is out of range, or if it
/// is finer than a tick of an exact type. `floored` is as in `split_seconds`.
template <class Duration>
bool join_seconds(const decimal_seconds& parts, bool floored, Duration& out) {
  using rep = typename Duration::rep;
  using period = typename Duration::period;
  const bool negate = parts.negative && !floored;
  if constexpr (is_decimal_duration<Duration>) {
    constexpr int places = decimal_places(period::den);
    if (parts.fraction.size() > static_cast<std::size_t>(places)) return false;
    int128 rest = 0, scale = 1;
    for (int i = 0; i < places; ++i) {
      const auto at = static_cast<std::size_t>(i);
      rest = rest * 10 + (at < parts.fraction.size() ? parts.fraction[at] - '0' : 0);
      scale *= 10;
    }
    // rest / scale seconds are rest * den / scale ticks of 1 / den.
    const int128 dens = rest * period::den;
    if (dens % scale != 0) return false;
    int128 ticks = static_cast<int128>(parts.whole) * period::den + dens / scale;
    if (ticks % period::num != 0) return false;
    ticks /= period::num;
    if (negate) ticks = -ticks;
    if (ticks < static_cast<int128>(std::numeric_limits<rep>::min()) ||
        ticks > static_cast<int128>(std::numeric_limits<rep>::max()))
      return false;
    out = Duration(static_cast<rep>(ticks));
    return true;
  } else {
    long double fraction = 0;
    if (!parts.fraction.empty()) {
      const std::string digits = "0." + parts.fraction;
      std::from_chars(digits.data(), digits.data() + digits.size(), fraction);
    }
    if constexpr (std::is_integral_v<rep>) {
      // The whole seconds are computed exactly. The rest is small enough for a long double.
      const int128 exact = static_cast<int128>(parts.whole) * period::den;
      const auto rest = static_cast<long double>(exact % period::num) + fraction * period::den;
      int128 ticks = exact / period::num + static_cast<int128>(std::nearbyint(rest / period::num));
      if (negate) ticks = -ticks;
      if (ticks < static_cast<int128>(std::numeric_limits<rep>::min()) ||
          ticks > static_cast<int128>(std::numeric_limits<rep>::max()))
        return false;
      out = Duration(static_cast<rep>(ticks));
    } else {
      const long double ticks =
          (static_cast<long double>(parts.whole) + fraction) * period::den / period::num;
      out = Duration(static_cast<rep>(negate ? -ticks : ticks));
    }
    return true;
  }
}

std::string duration_text(const decimal_seconds& parts);

/// Reads weeks, days, hours, minutes and seconds. The last part may have a fraction. Years and
/// months have no fixed length, so they are rejected.
bool duration_from_text(std::string_view text, decimal_seconds& out);

/// Converts a date of the proleptic Gregorian calendar to days since 1970-01-01, and back (Hinnant
/// 2013, "chrono-compatible low-level date algorithms").
constexpr std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = static_cast<unsigned>(year - era * 400);
  const unsigned day_of_year = (153 * (month + (month > 2 ? -3U : 9U)) + 2) / 5 + day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + static_cast<std::int64_t>(day_of_era) - 719468;
}
struct civil_date {
  std::int64_t year;
  unsigned month, day;
};
constexpr civil_date civil_from_days(std::int64_t days) {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const auto day_of_era = static_cast<unsigned>(days - era * 146097);
  const unsigned year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const unsigned day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted = (5 * day_of_year + 2) / 153;
  const unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0), month,
          day_of_year - (153 * shifted + 2) / 5 + 1};
}

/// The last unit in the text of a time point.
enum class time_end { date, minute, second };

/// Writes `parts`, counted since 1970. A year has four digits, or a sign and more digits.
std::string time_text(const decimal_seconds& parts, time_end end, bool utc);

/// Reads exactly `count` digits from the front of `text` and removes them. Returns -1 if they are
/// not there.
constexpr int take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return -1;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

/// Reads a date, or a date and a time to the minute or finer. `T` or a blank separates the two. A
/// UTC time may end in `Z`, in an offset (`+02:00`) or in neither; a local time in neither.
bool time_from_text(std::string_view text, bool utc, decimal_seconds& out);

enum class clock_kind { system, local, other };

template <class TimePoint>
consteval clock_kind clock_kind_of() {
  if constexpr (
      requires(TimePoint t) { TimePoint::clock::to_time_t(t); } ||
      requires { TimePoint::clock::from_time_t(0); })
    return clock_kind::system;
  else if constexpr (!requires { TimePoint::clock::now(); })
    return clock_kind::local;
  else
    return clock_kind::other;
}

/// The text of a duration or a time point. Throws `argument_error` beyond 2^63 seconds.
template <class T>
std::string chrono_to_text(const T& value) {
  if constexpr (kind_of<T> == kind::duration) {
    return duration_text(split_seconds(value, false));
  } else {
    constexpr clock_kind clock = clock_kind_of<T>();
    constexpr auto counts_whole = [](std::int64_t seconds) {
      return std::is_integral_v<typename T::rep> && T::period::num % seconds == 0 &&
             T::period::den == 1;
    };
    constexpr time_end end = counts_whole(seconds_a_day)                       ? time_end::date
                             : clock != clock_kind::system && counts_whole(60) ? time_end::minute
                                                                               : time_end::second;
    if constexpr (clock == clock_kind::other)
      return chrono_to_text(value.time_since_epoch());
    else
      return time_text(split_seconds(value.time_since_epoch(), true), end,
                       clock == clock_kind::system);
  }
}

/// Reads a duration or a time point. If the text is invalid or the type cannot hold the value,
/// returns false and leaves `out` unchanged.
template <class T>
bool chrono_from_text(std::string_view text, T& out) {
  decimal_seconds parts;
  if constexpr (kind_of<T> == kind::duration) {
    return duration_from_text(text, parts) && join_seconds(parts, false, out);
  } else {
    constexpr clock_kind clock = clock_kind_of<T>();
    typename T::duration since_epoch{};
    if constexpr (clock == clock_kind::other) {
      if (!chrono_from_text(text, since_epoch)) return false;
    } else {
      if (!time_from_text(text, clock == clock_kind::system, parts) ||
          !join_seconds(parts, true, since_epoch))
        return false;
    }
    out = T(since_epoch);
    return true;
  }
}

/// For example "a duration such as 'PT1H30M', in whole ticks of 1/1000 s".
template <class T>
std::string expected_chrono_text() {
  using period = typename T::period;
  std::string ticks;
  if constexpr (std::is_integral_v<typename T::rep>) {
    ticks = ", in whole seconds";
    if constexpr (period::den != 1)
      ticks = format(", in whole ticks of {}/{} s", static_cast<long long>(period::num),
                     static_cast<long long>(period::den));
    else if constexpr (period::num != 1)
      ticks = format(", in whole ticks of {} s", static_cast<long long>(period::num));
  }
  if constexpr (kind_of<T> == kind::duration || clock_kind_of<T>() == clock_kind::other)
    return "a duration such as 'PT1H30M'" + ticks;
  else if constexpr (clock_kind_of<T>() == clock_kind::local)
    return "a local time such as '2026-11-22T20:29:46'" + ticks;
  else
    return "a time such as '2026-11-22T20:29:46Z'" + ticks;
}

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/io/detail/compiled/time_text.hpp>
#endif
