// tensacode/codegen/compiled/compile.hpp -- the functions that codegen/compile.hpp declares.
// Layer 2. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codegen/compile.hpp>
#include <tensacode/core/config.hpp>

namespace tc {

TC_INLINE compiler_error::compiler_error(std::string said, std::string path)
    : error(format("compiling '{}' failed:\n{}", path, said)),
      message(std::move(said)),
      source_path(std::move(path)) {}

}  // namespace tc

namespace tc::detail {

TC_INLINE std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

TC_INLINE std::string cache_folder(const compile_options& options) {
  if (!options.cache.empty()) return options.cache;
  if (const auto folder = environment("TENSACODE_CACHE"); !folder.empty()) return folder;
  if (const auto folder = environment("XDG_CACHE_HOME"); !folder.empty())
    return folder + "/tensacode";
  if (const auto home = environment("HOME"); !home.empty()) return home + "/.cache/tensacode";
  const auto temporary = environment("TMPDIR");
  return (temporary.empty() ? "/tmp" : temporary) + "/tensacode-cache";
}

TC_INLINE void create_folders(const std::string& path) {
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    TC_CHECK(mkdir(part.c_str(), 0777) == 0 || errno == EEXIST || errno == EISDIR, file_error,
             "cannot create cache folder '{}': {}", part, std::strerror(errno));
    if (end == std::string::npos) return;
  }
}

TC_INLINE process_result run_process(const std::vector<std::string>& arguments) {
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

TC_INLINE std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto end = text.find(' ');
    if (end != 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return words;
}

TC_INLINE file_lock::file_lock(const std::string& path)
    : descriptor_(open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600)) {
  TC_CHECK(descriptor_ >= 0, file_error, "cannot open lock '{}': {}", path, std::strerror(errno));
  while (flock(descriptor_, LOCK_EX) != 0)
    if (errno != EINTR) {
      close(descriptor_);
      throw file_error(format("cannot lock '{}': {}", path, std::strerror(errno)));
    }
}

TC_INLINE std::string hexadecimal(std::uint64_t word) {
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(word));
  return digits;
}

TC_INLINE std::string program_stamps(const std::vector<std::string>& command) {
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

}  // namespace tc::detail

namespace tc {

TC_INLINE std::string compiler_identity(const std::string& compiler) {
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

TC_INLINE plugin compile_source(const std::string& source, const compile_options& options) {
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
  // Another process may have loaded the old object. Overwriting it would change that process.
  TC_CHECK(std::rename(built.c_str(), object.c_str()) == 0, file_error, "cannot write '{}': {}",
           object, std::strerror(errno));
  write_file(note, identity);
  return load();
}

}  // namespace tc
