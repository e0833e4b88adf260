// src/library/io_json.cpp -- the compiled part of JSON.
#include <tensacode/io/json/compiled/cursor.hpp>
#include <tensacode/io/json/compiled/read_shared.hpp>
#include <tensacode/io/json/compiled/references.hpp>
#include <tensacode/io/json/compiled/schema.hpp>
#include <tensacode/io/json/compiled/tape.hpp>
#include <tensacode/io/json/compiled/write.hpp>
