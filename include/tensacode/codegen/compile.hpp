// tensacode/codegen/compile.hpp -- C++ source to a loaded plugin, through a cache by content.
// Layer 2.
//
// The key of a cache entry is a hash of source, flags, compiler identity and ABI version; the
// entry keeps the source itself, which is compared on every hit, so equal hashes of different
// sources cannot be confused. An entry is built under a file lock and appears by renaming:
// processes share the cache, and build an entry once. An entry that does not load is rebuilt.
// Start reading at `compile_source`.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codegen/plugin.hpp>
#include <tensacode/core/file.hpp>
#include <tensacode/core/hash.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tc {

/// Part of the cache key. It is increased when plugins built by an older version must not be used.
inline constexpr std::uint64_t plugin_abi = 1;

/// The compiler could not be run, or rejected the source.
struct compiler_error : error {
  std::string message;      ///< what the compiler printed
  std::string source_path;  ///< the source, kept for reading
  compiler_error(std::string said, std::string path);
};

struct compile_options {
  std::vector<std::string> symbols = {};  ///< must be present in the plugin
  std::vector<std::string> flags = {"-O2"};
  std::string compiler = {};  ///< empty: $CXX, else c++
  std::string cache = {};     ///< folder; empty: $TENSACODE_CACHE, else the user's cache folder
};

namespace detail {

std::string environment(const char* name);

std::string cache_folder(const compile_options& options);

/// Creates a folder and those above it; existing ones are fine.
void create_folders(const std::string& path);

inline bool file_exists(const std::string& path) { return access(path.c_str(), R_OK) == 0; }

struct process_result {
  int status = -1;     ///< exit status; 128 + signal if it was killed
  std::string output;  ///< standard output and error together
};

/// Runs a program without a shell and waits for it.
process_result run_process(const std::vector<std::string>& arguments);

/// The words of a command such as `ccache g++`, split at blanks.
std::vector<std::string> split_words(std::string_view text);

/// A lock on a file that other processes, and other threads, wait for.
class file_lock {
 public:
  explicit file_lock(const std::string& path);
  file_lock(const file_lock&) = delete;
  file_lock& operator=(const file_lock&) = delete;
  ~file_lock() { close(descriptor_); }

 private:
  int descriptor_;
};

std::string hexadecimal(std::uint64_t word);

}  // namespace detail

namespace detail {

/// The paths of the programs of a command, and when they were last changed.
std::string program_stamps(const std::vector<std::string>& command);

}  // namespace detail

/// What identifies the compiler: the first line it prints for --version. It is asked once a
/// process, and again when its program changes. Throws `compiler_error` if it cannot be run.
std::string compiler_identity(const std::string& compiler);

/// Compiles C++ source to a shared object (or finds it in the cache) and loads it.
/// Functions to be called are declared extern "C" in the source and named in `options.symbols`.
/// Throws `compiler_error` with the compiler's message, `plugin_error` if a symbol is missing.
plugin compile_source(const std::string& source, const compile_options& options = {});

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/codegen/compiled/compile.hpp>
#endif
