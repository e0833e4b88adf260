// src/library/kernels/avx512.cpp -- the kernels for x86-64-v4.
#define TC_KERNELS_PROCESSOR "x86-64-v4"
#define TC_KERNELS_SUFFIX avx512
#define TC_KERNELS_TABLE avx512_kernels
#include "kernels_of_processor.hpp"
