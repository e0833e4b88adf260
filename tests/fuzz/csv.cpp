// tests/fuzz/csv.cpp -- any bytes are rows or a parse_error; rows read back equal, whatever the
// delimiter. SPDX-License-Identifier: MIT
#include "types.hpp"

#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const char* path = fuzz::file_of(data, size);
  for (const char delimiter : {',', ';'}) {
    try {
      tc::read_report report;
      const auto rows = tc::read_csv<fuzz::Row>(
          path, {.delimiter = delimiter, .on_error = tc::bad_rows::skip}, &report);
      if (report.rows != rows.size() || (report.skipped > 0) == report.errors.empty()) std::abort();
      const std::string again = fuzz::second_path();
      tc::write_csv(again, rows, {.delimiter = delimiter});
      // What cannot be read again, although it was written, is a bug: this one may throw.
      try {
        const auto back = tc::read_csv<fuzz::Row>(again, {.delimiter = delimiter});
        if (!tc::equal(back, rows) || tc::to_json(back) != tc::to_json(rows)) std::abort();
      } catch (const tc::parse_error&) {
        std::abort();
      }
      for (const auto& error : report.errors)
        if (error.file != path || error.line == 0) std::abort();
    } catch (const tc::parse_error&) {
    }
  }
  try {
    tc::for_each_csv<fuzz::Row>(path, [](const fuzz::Row&) {},
                                {.unknown_columns = tc::read_policy::error, .max_row = 64});
  } catch (const tc::parse_error&) {
  }
  return 0;
}
