// tests/fuzz/time_text.cpp -- any bytes are a duration or a time, or are refused; what is read, and
// any number of ticks, comes back from its text. SPDX-License-Identifier: MIT
#include "types.hpp"

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <ratio>
#include <string_view>

namespace {

namespace chrono = std::chrono;

template <class T>
auto ticks(const T& value) {
  if constexpr (requires { value.time_since_epoch(); })
    return value.time_since_epoch().count();
  else
    return value.count();
}

/// What cannot be read again, although it was written, is a bug.
template <class T>
void write_and_read(const T& value) {
  const std::string text = tc::detail::chrono_to_text(value);
  T again{};
  if (!tc::detail::chrono_from_text(text, again) || ticks(again) != ticks(value)) std::abort();
  if (tc::detail::chrono_to_text(again) != text) std::abort();
  const auto json = tc::from_json<std::vector<T>>(tc::to_json(std::vector<T>{value}));
  const auto words = tc::from_text<std::vector<T>>(tc::to_text(std::vector<T>{value}));
  if (ticks(json[0]) != ticks(value) || ticks(words[0]) != ticks(value)) std::abort();
}

template <class T>
void check(std::string_view text, std::int64_t count) {
  T value{}, untouched{};
  if (tc::detail::chrono_from_text(text, value))
    write_and_read(value);
  else if (ticks(value) != ticks(untouched))
    std::abort();
  using rep = typename T::rep;
  if constexpr (requires { typename T::duration; })
    value = T(typename T::duration(static_cast<rep>(count)));
  else
    value = T(static_cast<rep>(count));
  try {
    tc::detail::chrono_to_text(value);
  } catch (const tc::argument_error&) {
    return;  // beyond 2^63 seconds
  }
  write_and_read(value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::int64_t count = 0;
  if (size > 0) std::memcpy(&count, data, size < 8 ? size : 8);
  check<chrono::seconds>(text, count);
  check<chrono::nanoseconds>(text, count);
  check<chrono::hours>(text, count);
  check<chrono::weeks>(text, count);
  check<chrono::duration<std::uint8_t>>(text, count);
  check<chrono::duration<std::int64_t, std::ratio<1, 60>>>(text, count);
  check<chrono::duration<std::uint64_t, std::milli>>(text, count);
  check<chrono::duration<double>>(text, count);
  check<chrono::duration<float, std::micro>>(text, count);
  check<chrono::sys_seconds>(text, count);
  check<chrono::sys_days>(text, count);
  check<chrono::sys_time<chrono::nanoseconds>>(text, count);
  check<chrono::sys_time<chrono::duration<std::int32_t, std::ratio<1, 60>>>>(text, count);
  check<chrono::local_time<chrono::minutes>>(text, count);
  check<chrono::time_point<chrono::steady_clock, chrono::milliseconds>>(text, count);
  return 0;
}
