// src/library/npz.cpp -- the compiled part of .npz files.
#include <tensacode/io/arrays/compiled/zip_memory.hpp>
