// src/library/kernels/avx2.cpp -- the kernels for x86-64-v3.
#define TC_KERNELS_PROCESSOR "x86-64-v3"
#define TC_KERNELS_SUFFIX avx2
#define TC_KERNELS_TABLE avx2_kernels
#include "kernels_of_processor.hpp"
