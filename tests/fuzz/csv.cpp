// tests/fuzz/csv.cpp -- any bytes are rows or a parse_error; rows read back equal.
#include "types.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const char* path = fuzz::file_of(data, size);
  try {
    const auto rows = tc::read_csv<fuzz::Row>(path, {.on_error = tc::bad_rows::skip});
    tc::write_csv(path, rows);
    if (tc::to_json(tc::read_csv<fuzz::Row>(path)) != tc::to_json(rows)) std::abort();
  } catch (const tc::parse_error&) {
  }
  return 0;
}
