// src/library/kernels/kernels.cpp -- chooses the kernels for the processor.
#include "tables.hpp"

#include <tensacode/autodiff/tensor/kernels.hpp>
#include <tensacode/core/error.hpp>

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace tc::detail {

std::span<const processor_kernels* const> runnable_kernels() {
  static const std::vector<const processor_kernels*> all = [] {
    std::vector<const processor_kernels*> found{&baseline_kernels()};
#if defined(TC_X86_64_KERNELS)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
        __builtin_cpu_supports("bmi2")) {
      found.push_back(&avx2_kernels());
      if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
          __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
          __builtin_cpu_supports("avx512vl"))
        found.push_back(&avx512_kernels());
    }
#endif
    return found;
  }();
  return all;
}

const processor_kernels& kernels() {
  static const processor_kernels& chosen = []() -> const processor_kernels& {
    const auto runnable = runnable_kernels();
    const char* wanted = std::getenv("TENSACODE_PROCESSOR");
    if (!wanted || *wanted == '\0') return *runnable.back();
    std::string names;
    for (const auto* each : runnable) {
      if (std::string_view(each->processor) == wanted) return *each;
      names += (names.empty() ? "" : ", ") + std::string(each->processor);
    }
    throw error(format("TENSACODE_PROCESSOR is '{}'; this processor runs the kernels of {}", wanted,
                       names));
  }();
  return chosen;
}

}  // namespace tc::detail
