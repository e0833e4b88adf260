// tests/fuzz/json.cpp -- any bytes are a value or a parse_error; values read back equal.
#include "types.hpp"

#include <cstdlib>
#include <string_view>

namespace {

template <class T>
void read_and_read_again(std::string_view text) {
  std::string once;
  try {
    once = tc::to_json(tc::from_json<T>(text));
  } catch (const tc::parse_error&) {
    return;
  }
  // What cannot be read again, although it was written, is a bug: this one may throw.
  if (tc::to_json(tc::from_json<T>(once)) != once) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_and_read_again<fuzz::Node>(text);
  read_and_read_again<std::vector<fuzz::Circle>>(text);
  return 0;
}
