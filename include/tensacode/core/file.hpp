// tensacode/core/file.hpp -- whole-file reading and atomic writing.
// Layer 0.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace tc {

/// Returns the bytes of the file at `path`. Throws `file_error` with the path and the system's
/// reason.
std::string read_file(const std::string& path);

/// Writes a file so that it appears at its path all at once. The bytes go to a temporary file in
/// the same folder; `commit()` flushes it to disk and renames it. Without `commit()`, the file at
/// the path does not change. All functions throw `file_error`.
class atomic_file {
 public:
  /// Opens the temporary file.
  explicit atomic_file(std::string path);
  atomic_file(const atomic_file&) = delete;
  atomic_file& operator=(const atomic_file&) = delete;
  ~atomic_file();

  /// Appends bytes to the temporary file.
  void write(std::string_view bytes);

  /// Flushes the temporary file to disk and renames it to the path. Call it once, at the end.
  void commit();

 private:
  [[noreturn]] void fail(const char* action);

  std::string path_;
  std::string temporary_;
  std::FILE* file_ = nullptr;
};

/// Replaces the contents of the file at `path` by `bytes`. If this fails, throws `file_error` and
/// leaves the file unchanged.
void write_file(const std::string& path, std::string_view bytes);

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/core/compiled/file.hpp>
#endif
