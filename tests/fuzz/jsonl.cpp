// tests/fuzz/jsonl.cpp -- any bytes are lines or errors; bad lines are skipped and counted, good
// ones read back equal. SPDX-License-Identifier: MIT
#include "types.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const char* path = fuzz::file_of(data, size);
  tc::read_report report;
  const auto circles =
      tc::read_jsonl<fuzz::Circle>(path, {.on_error = tc::bad_rows::collect}, &report);
  if (report.rows != circles.size() || report.skipped != report.errors.size()) std::abort();
  for (const auto& error : report.errors)
    if (error.file != path || error.line == 0) std::abort();
  const std::string again = fuzz::second_path();
  tc::write_jsonl(again, circles);
  if (!tc::equal(tc::read_jsonl<fuzz::Circle>(again), circles)) std::abort();
  try {
    tc::read_jsonl<fuzz::Rect>(path, {.max_line = 32});
  } catch (const tc::parse_error&) {
  }
  return 0;
}
