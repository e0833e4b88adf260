// src/library/kernels/tables.hpp -- the kernels of each processor.
#pragma once

namespace tc::detail {

struct processor_kernels;

const processor_kernels& baseline_kernels();
const processor_kernels& avx2_kernels();
const processor_kernels& avx512_kernels();

}  // namespace tc::detail
