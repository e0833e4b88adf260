// src/library/reflect.cpp -- the compiled part of room reflect.
#include <tensacode/reflect/compiled/glob.hpp>
#include <tensacode/reflect/compiled/path.hpp>
#include <tensacode/reflect/detail/compiled/descent.hpp>
