// tensacode/core/compiled/file.hpp -- reading and writing files.
// Layer 0. Defines the functions that core/file.hpp declares.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/core/file.hpp>

namespace tc {

TC_INLINE std::string read_file(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  TC_CHECK(file, file_error, "cannot open '{}' for reading: {}", path, std::strerror(errno));
  std::string bytes;
  struct stat status{};
  if (fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode))
    bytes.reserve(static_cast<std::size_t>(status.st_size) + 1);
  char block[1 << 16];
  std::size_t count = sizeof block;
  while (count == sizeof block) {  // a short read means the end of the file or an error
    count = std::fread(block, 1, sizeof block, file);
    bytes.append(block, count);
  }
  const bool failed = std::ferror(file) != 0;
  const int reason = errno;
  std::fclose(file);
  TC_CHECK(!failed, file_error, "cannot read '{}': {}", path, std::strerror(reason));
  return bytes;
}

TC_INLINE atomic_file::atomic_file(std::string path) : path_(std::move(path)) {
  static std::atomic<unsigned> counter{0};
  temporary_ = format("{}.{}.{}.tmp", path_, static_cast<long>(getpid()), counter++);
  file_ = std::fopen(temporary_.c_str(), "wb");
  TC_CHECK(file_, file_error, "cannot open '{}' for writing: {}", temporary_, std::strerror(errno));
}

TC_INLINE atomic_file::~atomic_file() {
  if (file_) {
    std::fclose(file_);
    std::remove(temporary_.c_str());
  }
}

TC_INLINE void atomic_file::write(std::string_view bytes) {
  if (bytes.empty()) return;  // data() may be null, which fwrite does not allow
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) fail("write");
}

TC_INLINE void atomic_file::commit() {
  if (std::fflush(file_) != 0 || fsync(fileno(file_)) != 0) fail("flush");
  std::FILE* const closing = file_;
  file_ = nullptr;
  if (std::fclose(closing) != 0 || std::rename(temporary_.c_str(), path_.c_str()) != 0) {
    const int reason = errno;
    std::remove(temporary_.c_str());
    throw file_error(format("cannot write '{}': {}", path_, std::strerror(reason)));
  }
}

TC_INLINE void atomic_file::fail(const char* action) {
  throw file_error(format("cannot {} '{}': {}; '{}' is left as it was", action, temporary_,
                          std::strerror(errno), path_));
}

TC_INLINE void write_file(const std::string& path, std::string_view bytes) {
  atomic_file file(path);
  file.write(bytes);
  file.commit();
}

}  // namespace tc
