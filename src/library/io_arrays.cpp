// src/library/io_arrays.cpp -- the compiled part of .npy and safetensors files.
#include <tensacode/io/arrays/compiled/named_arrays.hpp>
#include <tensacode/io/arrays/compiled/npy_format.hpp>
#include <tensacode/io/arrays/compiled/number_array.hpp>
#include <tensacode/io/arrays/compiled/number_bytes.hpp>
#include <tensacode/io/arrays/compiled/safetensors.hpp>
#include <tensacode/io/arrays/compiled/safetensors_file.hpp>
#include <tensacode/io/arrays/compiled/safetensors_format.hpp>
