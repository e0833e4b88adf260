// src/library/transform.cpp -- the compiled part of room transform.
#include <tensacode/transform/compiled/sparse.hpp>
