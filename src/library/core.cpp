// src/library/core.cpp -- the compiled part of room core.
#include <tensacode/core/compiled/file.hpp>
#include <tensacode/core/compiled/parallel.hpp>
