// src/library/tree.cpp -- the compiled part of room tree.
#include <tensacode/tree/compiled/compare.hpp>
#include <tensacode/tree/compiled/trail.hpp>
