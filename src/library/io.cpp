// src/library/io.cpp -- the compiled part of what the formats of room io share.
#include <tensacode/io/compiled/parse_error.hpp>
#include <tensacode/io/compiled/patch.hpp>
#include <tensacode/io/compiled/read_policy.hpp>
#include <tensacode/io/detail/compiled/block_reader.hpp>
#include <tensacode/io/detail/compiled/position.hpp>
#include <tensacode/io/detail/compiled/time_text.hpp>
#include <tensacode/io/detail/compiled/utf8.hpp>
