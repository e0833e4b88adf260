// tests/fuzz/safetensors.cpp -- any bytes are tensors or a parse_error; tensors read back equal.
#include "types.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tc::safetensors_file file;
  try {
    file = tc::from_safetensors({reinterpret_cast<const char*>(data), size});
  } catch (const tc::parse_error&) {
    return 0;
  }
  // What cannot be written again, although it was read, is a bug.
  if (tc::to_safetensors(tc::from_safetensors(tc::to_safetensors(file))) !=
      tc::to_safetensors(file))
    std::abort();
  return 0;
}
