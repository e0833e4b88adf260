// tensacode/io/detail/number_text.hpp -- parses numbers exactly and checks their range.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

namespace tc::detail {

enum class number_result { good, not_a_number, out_of_range };

/// Parses an integer. Also accepts an integer written as a fraction or with an exponent, such as
/// "3.0" and "1e3".
template <class Wide>
number_result wide_integer_from_text(std::string_view text, Wide& out) {
  const char* const end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, out);
  if (code == std::errc() && stop == end) return number_result::good;
  double real = 0;
  const auto [real_stop, real_code] = std::from_chars(text.data(), end, real);
  if (real_code == std::errc::invalid_argument || real_stop != end || std::isnan(real))
    return number_result::not_a_number;
  if (real_code == std::errc::result_out_of_range || std::isinf(real))
    return number_result::out_of_range;
  if (real != std::trunc(real)) return number_result::not_a_number;
  // Above 2^53 a double cannot represent every integer, so the text is ambiguous.
  if (code == std::errc::result_out_of_range || std::abs(real) > 0x1p53)
    return number_result::out_of_range;
  if (std::is_unsigned_v<Wide> && real < 0) return number_result::out_of_range;
  out = static_cast<Wide>(real);
  return number_result::good;
}

template <class T>
number_result integer_from_text(std::string_view text, T& out) {
  using wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
  wide value = 0;
  const auto result = wide_integer_from_text<wide>(text, value);
  if (result != number_result::good) return result;
  // std::in_range does not accept character types.
  if (value < static_cast<wide>(std::numeric_limits<T>::min()) ||
      value > static_cast<wide>(std::numeric_limits<T>::max()))
    return number_result::out_of_range;
  out = static_cast<T>(value);
  return number_result::good;
}

/// Whether the magnitude of a number is 1 or more, judged by its digits. strtod could tell, but it
/// depends on the locale.
constexpr bool is_at_least_one(std::string_view text) {
  // Number of digits in front of the point, without leading zeros.
  std::int64_t digits = 0, exponent = 0;
  bool leading = true, behind_point = false;
  std::size_t i = 0;
  for (; i < text.size() && text[i] != 'e' && text[i] != 'E'; ++i) {
    if (text[i] == '.') {
      behind_point = true;
    } else if (text[i] >= '0' && text[i] <= '9') {
      leading = leading && text[i] == '0';
      if (!behind_point && !leading) ++digits;
      if (behind_point && leading) --digits;
    }
  }
  if (leading) return false;
  const bool negative = i + 1 < text.size() && text[i + 1] == '-';
  constexpr std::int64_t most = std::int64_t{1} << 40;  // more than the length of any text
  for (++i; i < text.size(); ++i)
    if (text[i] >= '0' && text[i] <= '9' && exponent < most)
      exponent = exponent * 10 + (text[i] - '0');
  return digits + (negative ? -exponent : exponent) > 0;
}

/// Parses a finite number. A number too small for the type is read as 0.
template <class T>
number_result floating_from_text(std::string_view text, T& out) {
  const char* const end = text.data() + text.size();
  T value{};
  const auto [stop, code] = std::from_chars(text.data(), end, value);
  if (code == std::errc::invalid_argument || stop != end) return number_result::not_a_number;
  if (code == std::errc::result_out_of_range) {
    if (is_at_least_one(text)) return number_result::out_of_range;
    value = text.front() == '-' ? -T{0} : T{0};
  }
  if (!std::isfinite(value)) return number_result::not_a_number;
  out = value;
  return number_result::good;
}

template <class T>
std::string integer_range_name() {
  using wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
  return format("an integer from {} to {}", static_cast<wide>(std::numeric_limits<T>::min()),
                static_cast<wide>(std::numeric_limits<T>::max()));
}

template <class T>
std::string floating_range_name() {
  return format("a finite number of at most {}", std::numeric_limits<T>::max());
}

}  // namespace tc::detail
