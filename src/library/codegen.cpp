// src/library/codegen.cpp -- the compiled part of room codegen.
#include <tensacode/codegen/compiled/compile.hpp>
#include <tensacode/codegen/compiled/plugin.hpp>
