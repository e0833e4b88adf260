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

/// Changes when plugins built by an older version must not be taken from the cache.
inline constexpr std::uint64_t plugin_abi = 1;

/// The compiler could not be run, or rejected the source.
struct compiler_error : error {
  std::string message;      ///< what the compiler printed
  std::string source_path;  ///< the source, kept for reading
  compiler_error(std::string said, std::string path)
      : error(format("compiling '{}' failed:\n{}", path, said)),
        message(std::move(said)),
        source_path(std::move(path)) {}
};

struct compile_options {
  std::vector<std::string> symbols = {};  ///< must be present in the plugin
  std::vector<std::string> flags = {"-O2"};
  std::string compiler = {};  ///< empty: $CXX, else c++
  std::string cache = {};     ///< folder; empty: $TENSACODE_CACHE, else the user's cache folder
};

namespace detail {

inline std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

inline std::string cache_folder(const compile_options& options) {
  if (!options.cache.empty()) return options.cache;
  if (const auto folder = environment("TENSACODE_CACHE"); !folder.empty()) return folder;
  if (const auto folder = environment("XDG_CACHE_HOME"); !folder.empty())
    return folder + "/tensacode";
  if (const auto home = environment("HOME"); !home.empty()) return home + "/.cache/tensacode";
  const auto temporary = environment("TMPDIR");
  return (temporary.empty() ? "/tmp" : temporary) + "/tensacode-cache";
}

/// Creates a folder and those above it; existing ones are fine.
inline void create_folders(const std::string& path) {
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    TC_CHECK(mkdir(part.c_str(), 0777) == 0 || errno == EEXIST || errno == EISDIR, file_error,
             "cannot create cache folder '{}': {}", part, std::strerror(errno));
    if (end == std::string::npos) return;
  }
}

inline bool file_exists(const std::string& path) { return access(path.c_str(), R_OK) == 0; }

struct process_result {
  int status = -1;     ///< exit status; 128 + signal if it was killed
  std::string output;  ///< standard output and error together
};

/// Runs a program without a shell and waits for it.
inline process_result run_process(const std::vector<std::string>& arguments) {
  int ends[2];
  TC_CHECK(pipe2(ends, O_CLOEXEC) == 0, tc::error, "cannot create a pipe: {}",
           std::strerror(errno));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_t child = 0;
  const int failure = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  process_result result;
  if (failure != 0) {
    close(ends[0]);
    result.output = format("cannot run '{}': {}", arguments[0], std::strerror(failure));
    return result;
  }
  char block[4096];
  ssize_t count = 0;
  while ((count = read(ends[0], block, sizeof block)) > 0 || (count < 0 && errno == EINTR))
    if (count > 0) result.output.append(block, static_cast<std::size_t>(count));
  close(ends[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

/// The words of a command such as `ccache g++`, split at blanks.
inline std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto end = text.find(' ');
    if (end != 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return words;
}

/// A lock on a file that other processes, and other threads, wait for.
class file_lock {
 public:
  explicit file_lock(const std::string& path)
      : descriptor_(open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600)) {
    TC_CHECK(descriptor_ >= 0, file_error, "cannot open lock '{}': {}", path, std::strerror(errno));
    while (flock(descriptor_, LOCK_EX) != 0)
      if (errno != EINTR) {
        close(descriptor_);
        throw file_error(format("cannot lock '{}': {}", path, std::strerror(errno)));
      }
  }
  file_lock(const file_lock&) = delete;
  file_lock& operator=(const file_lock&) = delete;
  ~file_lock() { close(descriptor_); }

 private:
  int descriptor_;
};

inline std::string hexadecimal(std::uint64_t word) {
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(word));
  return digits;
}

}  // namespace detail

namespace detail {

/// Where the programs of a command are, and when they were last changed.
inline std::string program_stamps(const std::vector<std::string>& command) {
  std::string stamps;
  for (const auto& word : command) {
    std::vector<std::string> places{word};
    if (word.find('/') == std::string::npos) {
      places.clear();
      std::string folders = environment("PATH");
      for (std::size_t end; !folders.empty(); folders.erase(0, end + 1)) {
        end = std::min(folders.find(':'), folders.size() - 1);
        places.push_back(folders.substr(0, folders[end] == ':' ? end : end + 1) + "/" + word);
      }
    }
    struct stat status{};
    for (const auto& place : places)
      if (stat(place.c_str(), &status) == 0) {
        stamps += format("{} {}.{} {}\n", place, status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
                         status.st_size);
        break;
      }
  }
  return stamps;
}

}  // namespace detail

/// What identifies the compiler: the first line it prints for --version. It is asked once a
/// process, and again when its program changes. Throws `compiler_error` if it cannot be run.
inline std::string compiler_identity(const std::string& compiler) {
  static std::mutex mutex;
  static std::unordered_map<std::string, std::string> identities;
  auto command = detail::split_words(compiler);
  const std::string key = compiler + "\n" + detail::program_stamps(command);
  const std::lock_guard lock(mutex);
  if (const auto known = identities.find(key); known != identities.end()) return known->second;
  command.emplace_back("--version");
  const auto result = detail::run_process(command);
  if (result.status != 0) throw compiler_error(result.output, "(no source)");
  return identities[key] = result.output.substr(0, result.output.find('\n'));
}

/// Compiles C++ source to a shared object (or finds it in the cache) and loads it.
/// Functions to be called are declared extern "C" in the source and named in `options.symbols`.
/// Throws `compiler_error` with the compiler's message, `plugin_error` if a symbol is missing.
inline plugin compile_source(const std::string& source, const compile_options& options = {}) {
  std::string compiler = options.compiler;
  if (compiler.empty()) compiler = detail::environment("CXX");
  if (compiler.empty()) compiler = "c++";

  std::string identity = format("{}\n{}\n{}\n", plugin_abi, compiler, compiler_identity(compiler));
  for (const auto& flag : options.flags) identity += flag + "\n";
  const std::uint64_t key = mix64(fnv1a(source, fnv1a(identity)));
  const std::string folder = detail::cache_folder(options);
  detail::create_folders(folder);
  const std::string base = folder + "/" + detail::hexadecimal(key);
  const std::string object = base + ".so", text = base + ".cpp", note = base + ".txt";

  const auto stored_as_wanted = [&] {
    return detail::file_exists(object) && detail::file_exists(text) && detail::file_exists(note) &&
           read_file(text) == source && read_file(note) == identity;
  };
  const auto load = [&] {
    plugin loaded(object);
    for (const auto& symbol : options.symbols) loaded.template constant<char>(symbol);
    return loaded;
  };
  const detail::file_lock lock(base + ".lock");
  if (stored_as_wanted()) {
    try {
      return load();
    } catch (const plugin_error&) {
      // A damaged entry: fall through and build it anew.
    }
  }
  write_file(text, source);
  const std::string built = format("{}.{}.tmp", object, static_cast<long>(getpid()));
  auto command = detail::split_words(compiler);
  command.insert(command.end(), options.flags.begin(), options.flags.end());
  for (const char* argument : {"-shared", "-fPIC", "-o"}) command.emplace_back(argument);
  command.push_back(built);
  command.push_back(text);
  const auto result = detail::run_process(command);
  if (result.status != 0) {
    std::remove(built.c_str());
    throw compiler_error(result.output, text);
  }
  // The old object may be mapped by someone: it is replaced, never overwritten.
  TC_CHECK(std::rename(built.c_str(), object.c_str()) == 0, file_error, "cannot write '{}': {}",
           object, std::strerror(errno));
  write_file(note, identity);
  return load();
}

}  // namespace tc
