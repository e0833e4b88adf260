// src/library/transform_trace.cpp -- the compiled part of recordings as graphs.
#include <tensacode/transform/compiled/trace.hpp>
