// src/library/tensor.cpp -- how the library aligns Eigen's memory.
#include <tensacode/tensor/alignment.hpp>

template <>
const char tc::detail::eigen_alignment::check = 0;
