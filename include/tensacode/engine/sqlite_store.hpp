// tensacode/engine/sqlite_store.hpp -- experience in an SQLite database.
// Layer 6. The only file that includes SQLite. Every change is a transaction of its own, in
// write-ahead mode: a crash loses at most the change it interrupts, and several processes may
// share the file.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/engine/store.hpp>

#include <bit>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sqlite3.h>

namespace tc {

/// The database cannot be opened or used, or was written by another version.
struct store_error : error {
  using error::error;
};

class sqlite_store : public experience_store {
 public:
  explicit sqlite_store(const std::string& path);

  std::int64_t add(const experience& item) override;

  void set_reward(std::int64_t handle, double reward) override;

  std::vector<experience> of_site(const std::string& site, std::uint64_t schema) override;

 private:
  static constexpr std::int64_t layout_version = 1;
  static constexpr int longest_wait_ms = 10'000;

  struct close_database {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };

  class statement {
   public:
    statement(sqlite_store& store, const char* sql);
    statement(const statement&) = delete;
    statement& operator=(const statement&) = delete;
    ~statement() { sqlite3_finalize(handle_); }

    sqlite3_stmt* get() const { return handle_; }
    void bind(int position, const std::string& text);
    void bind(int position, std::int64_t value) { sqlite3_bind_int64(handle_, position, value); }
    void bind(int position, double value) { sqlite3_bind_double(handle_, position, value); }
    /// True if there is a row.
    bool step();

   private:
    sqlite_store& store_;
    sqlite3_stmt* handle_ = nullptr;
  };

  /// Runs a statement of the set-up, waiting while another process holds the file.
  void run(const char* sql);
  std::int64_t number(const char* sql);
  [[noreturn]] void fail(const char* action);

  std::string path_;
  std::unique_ptr<sqlite3, close_database> database_;
};

namespace detail {

inline const bool sqlite_is_the_file_store = [] {
  open_file_store = [](const std::string& path) -> std::unique_ptr<experience_store> {
    return std::make_unique<sqlite_store>(path);
  };
  return true;
}();

}  // namespace detail
}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/engine/compiled/sqlite_store.hpp>
#endif
