// tests/support/small_disk.hpp -- what a write does that the disk has no room for.
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/core/file.hpp>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <filesystem>
#include <string>

/// Whether `write(path)` ends in a file_error on a disk with room for 1000 bytes, and what was at
/// the path and nothing else is there afterwards.
template <class Write>
bool small_disk_keeps_old_file(const Write& write) {
  namespace fs = std::filesystem;
  const fs::path folder =
      fs::temp_directory_path() / ("tensacode_small_disk_" + std::to_string(getpid()));
  fs::remove_all(folder);
  fs::create_directory(folder);
  const std::string path = (folder / "file").string();
  tc::write_file(path, "old");
  // The limit and its signal belong to the process, so a child tries.
  const pid_t child = fork();
  if (child == 0) {
    const rlimit limit{1000, 1000};
    setrlimit(RLIMIT_FSIZE, &limit);
    std::signal(SIGXFSZ, SIG_IGN);
    try {
      write(path);
    } catch (const tc::file_error&) {
      _exit(0);
    }
    _exit(1);
  }
  int status = -1;
  const bool failed = waitpid(child, &status, 0) == child && status == 0;
  const auto files = std::distance(fs::directory_iterator(folder), fs::directory_iterator());
  const bool kept = tc::read_file(path) == "old" && files == 1;
  fs::remove_all(folder);
  return failed && kept;
}
