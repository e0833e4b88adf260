// tensacode/io/detail/compiled/time_text.hpp -- the functions that io/detail/time_text.hpp
// declares. Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/detail/time_text.hpp>

namespace tc::detail {

TC_INLINE std::string fraction_digits(std::uint64_t value, int places) {
  char digits[24];
  std::snprintf(digits, sizeof digits, "%0*llu", places, static_cast<unsigned long long>(value));
  std::string text = places == 0 ? "" : digits;
  while (!text.empty() && text.back() == '0') text.pop_back();
  return text;
}

TC_INLINE std::string duration_text(const decimal_seconds& parts) {
  std::string text = parts.negative ? "-P" : "P";
  std::int64_t rest = parts.whole;
  const auto part = [&](std::int64_t unit, char letter) {
    if (rest / unit > 0) text += format("{}{}", rest / unit, letter);
    rest %= unit;
  };
  part(seconds_a_day, 'D');
  if (rest > 0 || !parts.fraction.empty() || text.back() == 'P') {
    text += 'T';
    part(3600, 'H');
    part(60, 'M');
    if (!parts.fraction.empty())
      text += format("{}.{}S", rest, parts.fraction);
    else if (rest > 0 || text.back() == 'T')
      text += format("{}S", rest);
  }
  return text;
}

TC_INLINE bool duration_from_text(std::string_view text, decimal_seconds& out) {
  out = {};
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    out.negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text.size() < 3 || text[0] != 'P') return false;
  text.remove_prefix(1);
  constexpr std::string_view letters = "WDTHMS";
  constexpr std::int64_t units[] = {7 * seconds_a_day, seconds_a_day, 0, 3600, 60, 1};
  std::size_t next = 0;
  bool in_time = false, any = false;
  int128 total = 0;
  while (!text.empty()) {
    if (text[0] == 'T') {
      if (in_time || text.size() == 1) return false;
      in_time = true;
      next = 3;
      text.remove_prefix(1);
      continue;
    }
    std::int64_t count = 0;
    const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (code != std::errc() || text[0] == '-') return false;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    std::string_view fraction;
    if (!text.empty() && (text[0] == '.' || text[0] == ',')) {
      std::size_t end = 1;
      while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
      if (end == 1) return false;
      fraction = text.substr(1, end - 1);
      text.remove_prefix(end);
    }
    if (text.empty()) return false;
    const std::size_t unit = letters.find(text[0]);
    if (unit == std::string_view::npos || unit < next || in_time != (unit > 2)) return false;
    text.remove_prefix(1);
    next = unit + 1;
    any = true;
    total += static_cast<int128>(count) * units[unit];
    if (!fraction.empty()) {
      if (!text.empty() || fraction.size() > 30) return false;  // only the last part
      if (units[unit] == 1) {
        out.fraction = fraction;
      } else {
        // 0.5H is 1800 s. A fraction that is not a whole number of microseconds is rejected.
        if (fraction.size() > 18) return false;
        int128 digits = 0, scale = 1;
        for (const char c : fraction) {
          digits = digits * 10 + (c - '0');
          scale *= 10;
        }
        const int128 micros = digits * units[unit] * 1000000;
        if (micros % scale != 0) return false;
        total += micros / scale / 1000000;
        out.fraction = fraction_digits(static_cast<std::uint64_t>(micros / scale % 1000000), 6);
      }
    }
  }
  while (!out.fraction.empty() && out.fraction.back() == '0') out.fraction.pop_back();
  if (!any || total > std::numeric_limits<std::int64_t>::max()) return false;
  out.whole = static_cast<std::int64_t>(total);
  return true;
}

TC_INLINE std::string time_text(const decimal_seconds& parts, time_end end, bool utc) {
  const std::int64_t rest = parts.whole % seconds_a_day;
  const std::int64_t days = parts.whole / seconds_a_day - (rest < 0 ? 1 : 0);
  const auto second = static_cast<int>(rest < 0 ? rest + seconds_a_day : rest);
  const civil_date date = civil_from_days(days);
  char text[96];
  std::snprintf(text, sizeof text,
                date.year >= 0 && date.year <= 9999 ? "%04lld-%02u-%02u" : "%+07lld-%02u-%02u",
                static_cast<long long>(date.year), date.month, date.day);
  if (end == time_end::date) return text;
  std::string out = text;
  std::snprintf(text, sizeof text, end == time_end::minute ? "T%02d:%02d" : "T%02d:%02d:%02d",
                second / 3600, second / 60 % 60, second % 60);
  out += text;
  if (!parts.fraction.empty()) out += "." + parts.fraction;
  if (utc) out += 'Z';
  return out;
}

TC_INLINE bool time_from_text(std::string_view text, bool utc, decimal_seconds& out) {
  out = {};
  const auto take = [&](char c) {
    if (text.empty() || text[0] != c) return false;
    text.remove_prefix(1);
    return true;
  };
  std::int64_t year = 0;
  const bool past = !text.empty() && text[0] == '-';
  if (past || (!text.empty() && text[0] == '+')) {
    text.remove_prefix(1);
    const auto dash = text.find('-');
    if (dash == std::string_view::npos || dash < 4 || dash > 12) return false;
    const auto [stop, code] = std::from_chars(text.data(), text.data() + dash, year);
    if (code != std::errc() || stop != text.data() + dash) return false;
    text.remove_prefix(dash);
    if (past) year = -year;
  } else {
    year = take_digits(text, 4);
    if (year < 0) return false;
  }
  if (!take('-')) return false;
  const int month = take_digits(text, 2);
  if (month < 1 || month > 12 || !take('-')) return false;
  const int day = take_digits(text, 2);
  if (day < 1 || day > 31) return false;
  const auto days = days_from_civil(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
  if (civil_from_days(days).day != static_cast<unsigned>(day)) return false;  // 30 February
  int128 whole = int128{days} * seconds_a_day;
  const auto good = [&] {
    out.whole = static_cast<std::int64_t>(whole);
    return out.whole == whole;
  };
  if (text.empty()) return good();
  if (!take('T') && !take(' ')) return false;
  const int hour = take_digits(text, 2);
  if (hour < 0 || hour > 23 || !take(':')) return false;
  const int minute = take_digits(text, 2);
  if (minute < 0 || minute > 59) return false;
  whole += std::int64_t{hour} * 3600 + std::int64_t{minute} * 60;
  if (take(':')) {
    const int second = take_digits(text, 2);
    if (second < 0 || second > 59) return false;
    whole += second;
    if (take('.') || take(',')) {
      while (!text.empty() && text[0] >= '0' && text[0] <= '9' && out.fraction.size() < 30)
        out.fraction += text[0], text.remove_prefix(1);
      if (out.fraction.empty()) return false;
      while (!out.fraction.empty() && out.fraction.back() == '0') out.fraction.pop_back();
    }
  }
  if (text.empty()) return good();
  if (!utc) return false;
  if (take('Z')) return text.empty() && good();
  const bool west = text[0] == '-';
  if (!take('+') && !take('-')) return false;
  const int hours = take_digits(text, 2);
  take(':');
  const int minutes = text.empty() ? 0 : take_digits(text, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || !text.empty()) return false;
  const std::int64_t offset = std::int64_t{hours} * 3600 + std::int64_t{minutes} * 60;
  whole += west ? offset : -offset;
  return good();
}

}  // namespace tc::detail
