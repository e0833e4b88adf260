// tensacode/engine/compiled/sqlite_store.hpp -- the functions that engine/sqlite_store.hpp
// declares. Layer 6. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/engine/sqlite_store.hpp>

namespace tc {

TC_INLINE sqlite_store::sqlite_store(const std::string& path) : path_(path) {
  sqlite3* opened = nullptr;
  const int result =
      sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  database_.reset(opened);
  if (result != SQLITE_OK) fail("open");
  sqlite3_busy_timeout(opened, longest_wait_ms);
  // One process at a time looks and lays out; an exception closes the file, which undoes both.
  run("BEGIN IMMEDIATE");
  const std::int64_t version = number("PRAGMA user_version");
  const bool empty = number("SELECT count(*) FROM sqlite_master") == 0;
  const bool ours =
      number("SELECT count(*) FROM sqlite_master WHERE name = 'experience_site'") == 1;
  if (!ours && !(version == 0 && empty))
    throw store_error(format("store '{}': the file is another application's database", path_));
  if (ours && version != layout_version)
    throw store_error(
        format("store '{}': expected layout version {}, found {}", path_, layout_version, version));
  if (empty) {
    run("CREATE TABLE experience (handle INTEGER PRIMARY KEY AUTOINCREMENT, "
        "site TEXT NOT NULL, schema INTEGER NOT NULL, context TEXT NOT NULL, "
        "choice INTEGER NOT NULL, probability REAL NOT NULL, reward REAL)");
    run("CREATE INDEX experience_site ON experience (site, schema)");
    run(format("PRAGMA user_version = {}", layout_version).c_str());
  }
  run("COMMIT");
  run("PRAGMA journal_mode = WAL");
  run("PRAGMA synchronous = NORMAL");
}

TC_INLINE std::int64_t sqlite_store::add(const experience& item) {
  statement insert(*this,
                   "INSERT INTO experience (site, schema, context, choice, probability, reward) "
                   "VALUES (?, ?, ?, ?, ?, ?)");
  insert.bind(1, item.site);
  insert.bind(2, std::bit_cast<std::int64_t>(item.schema));
  insert.bind(3, item.context);
  insert.bind(4, item.choice);
  insert.bind(5, item.probability);
  if (item.reward) insert.bind(6, *item.reward);
  insert.step();
  return sqlite3_last_insert_rowid(database_.get());
}

TC_INLINE void sqlite_store::set_reward(std::int64_t handle, double reward) {
  statement update(*this, "UPDATE experience SET reward = ? WHERE handle = ?");
  update.bind(1, reward);
  update.bind(2, handle);
  update.step();
  TC_CHECK(sqlite3_changes(database_.get()) == 1, argument_error,
           "feedback: no decision has the handle {}", handle);
}

TC_INLINE std::vector<experience> sqlite_store::of_site(const std::string& site,
                                                        std::uint64_t schema) {
  statement select(*this,
                   "SELECT handle, context, choice, probability, reward FROM experience "
                   "WHERE site = ? AND schema = ? ORDER BY handle");
  select.bind(1, site);
  select.bind(2, std::bit_cast<std::int64_t>(schema));
  std::vector<experience> found;
  while (select.step()) {
    experience item;
    item.handle = sqlite3_column_int64(select.get(), 0);
    item.site = site;
    item.schema = schema;
    const void* const text = sqlite3_column_blob(select.get(), 1);
    if (text)
      item.context.assign(static_cast<const char*>(text),
                          static_cast<std::size_t>(sqlite3_column_bytes(select.get(), 1)));
    item.choice = sqlite3_column_int64(select.get(), 2);
    item.probability = sqlite3_column_double(select.get(), 3);
    if (sqlite3_column_type(select.get(), 4) != SQLITE_NULL)
      item.reward = sqlite3_column_double(select.get(), 4);
    found.push_back(std::move(item));
  }
  return found;
}

TC_INLINE sqlite_store::statement::statement(sqlite_store& store, const char* sql) : store_(store) {
  if (sqlite3_prepare_v2(store.database_.get(), sql, -1, &handle_, nullptr) != SQLITE_OK)
    store.fail("prepare a statement for");
}

TC_INLINE void sqlite_store::statement::bind(int position, const std::string& text) {
  // The text outlives the statement, which is stepped at once.
  sqlite3_bind_text64(handle_, position, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

TC_INLINE bool sqlite_store::statement::step() {
  const int result = sqlite3_step(handle_);
  if (result != SQLITE_ROW && result != SQLITE_DONE) store_.fail("read or write");
  return result == SQLITE_ROW;
}

TC_INLINE std::int64_t sqlite_store::number(const char* sql) {
  statement query(*this, sql);
  return query.step() ? sqlite3_column_int64(query.get(), 0) : 0;
}

TC_INLINE void sqlite_store::run(const char* sql) {
  // SQLite does not wait by itself where waiting with a lock could block two processes for ever, as
  // in the change to write-ahead mode. A statement that fails so has changed nothing.
  constexpr int pause_ms = 10;
  for (int waited_ms = 0;; waited_ms += pause_ms) {
    const int result = sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr);
    if (result == SQLITE_OK) return;
    if (result != SQLITE_BUSY || waited_ms >= longest_wait_ms) fail("set up");
    sqlite3_sleep(pause_ms);
  }
}

TC_INLINE void sqlite_store::fail(const char* action) {
  throw store_error(format("cannot {} store '{}': {}", action, path_,
                           database_ ? sqlite3_errmsg(database_.get()) : "out of memory"));
}

}  // namespace tc
