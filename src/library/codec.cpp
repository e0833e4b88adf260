// src/library/codec.cpp -- the compiled part of room codec.
#include <tensacode/codec/compiled/columns.hpp>
#include <tensacode/codec/compiled/leaves.hpp>
#include <tensacode/codec/compiled/plugin_layout.hpp>
#include <tensacode/codec/compiled/statistics.hpp>
#include <tensacode/codec/compiled/tokens.hpp>
