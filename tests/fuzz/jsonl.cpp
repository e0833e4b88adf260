// tests/fuzz/jsonl.cpp -- any bytes are lines or errors; bad lines are skipped and counted.
#include "types.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const char* path = fuzz::file_of(data, size);
  tc::read_report report;
  tc::read_jsonl<fuzz::Rect>(path, {.on_error = tc::bad_rows::skip}, &report);
  try {
    tc::read_jsonl<fuzz::Circle>(path, {.max_line = 32});
  } catch (const tc::parse_error&) {
  }
  return 0;
}
