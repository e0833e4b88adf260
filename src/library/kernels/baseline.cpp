// src/library/kernels/baseline.cpp -- the kernels for any processor that the library runs on.
#if defined(__x86_64__)
#define TC_KERNELS_PROCESSOR "x86-64"
#else
#define TC_KERNELS_PROCESSOR "any"
#endif
#define TC_KERNELS_SUFFIX baseline
#define TC_KERNELS_TABLE baseline_kernels
#include "kernels_of_processor.hpp"
