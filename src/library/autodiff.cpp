// src/library/autodiff.cpp -- the compiled part of room autodiff.
#include <tensacode/autodiff/compiled/reserved_stream.hpp>
