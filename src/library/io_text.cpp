// src/library/io_text.cpp -- the compiled part of texts for people.
#include <tensacode/io/text/compiled/cursor.hpp>
#include <tensacode/io/text/compiled/read_leaf.hpp>
#include <tensacode/io/text/compiled/words.hpp>
#include <tensacode/io/text/compiled/writer.hpp>
