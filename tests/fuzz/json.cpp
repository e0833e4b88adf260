// tests/fuzz/json.cpp -- any bytes are a value or a parse_error; values read back equal.
#include "types.hpp"

#include <cstdlib>
#include <string_view>

namespace {

template <class T>
void read_and_read_again(std::string_view text) {
  T value{};
  try {
    value = tc::from_json<T>(text, {.duplicate_keys = tc::read_policy::ignore});
  } catch (const tc::parse_error&) {
    return;
  }
  // What cannot be read again, although it was written, is a bug: these may throw.
  const std::string once = tc::to_json(value);
  const T again = tc::from_json<T>(once, {.unknown_keys = tc::read_policy::error});
  if (!tc::equal(again, value) || tc::to_json(again) != once) std::abort();
  if (!tc::equal(tc::from_json<T>(tc::to_json(value, {.indent = 2})), value)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_and_read_again<fuzz::Node>(text);
  read_and_read_again<std::vector<fuzz::Circle>>(text);
  return 0;
}
