// src/library/sqlite.cpp -- the compiled part of experience in SQLite.
#include <tensacode/engine/compiled/sqlite_store.hpp>
