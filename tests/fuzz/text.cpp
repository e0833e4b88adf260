// tests/fuzz/text.cpp -- any bytes are a value or a parse_error; values read back equal; no budget
// is exceeded where something can be left out.
#include "types.hpp"

#include <cstdlib>
#include <string_view>

namespace {

template <class T>
void read_and_read_again(std::string_view text) {
  constexpr std::size_t budget = 60;
  T value{};
  try {
    value = tc::from_text<T>(text);
  } catch (const tc::parse_error&) {
    return;
  }
  const std::string once = tc::to_text(value), shorter = tc::to_text(value, {.budget = budget});
  // What cannot be read again, although it was written, is a bug: this one may throw.
  const T again = tc::from_text<T>(once);
  if (!tc::equal(again, value) || tc::to_text(again) != once) std::abort();
  if (once.size() > budget && shorter.size() > budget) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_and_read_again<fuzz::Node>(text);
  read_and_read_again<std::vector<fuzz::Circle>>(text);
  return 0;
}
