// tests/fuzz/safetensors.cpp -- any bytes are tensors or a parse_error; tensors and records read
// back equal.
#include "types.hpp"

#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fuzz {

struct Layer {
  std::vector<std::vector<float>> weight;
  std::optional<std::vector<double>> bias;
};
struct Net {
  std::vector<Layer> layers;
  std::map<std::string, std::vector<std::int64_t>> counts;
};

template <class T>
void read_as(std::string_view bytes) {
  std::string again;
  try {
    again = tc::to_safetensors(tc::from_safetensors<T>(bytes));
  } catch (const tc::parse_error&) {
    return;
  }
  if (tc::to_safetensors(tc::from_safetensors<T>(again)) != again) std::abort();
}

}  // namespace fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  fuzz::read_as<fuzz::Net>(bytes);
  fuzz::read_as<std::map<std::string, std::vector<double>>>(bytes);
  tc::safetensors_file file;
  try {
    file = tc::from_safetensors(bytes);
  } catch (const tc::parse_error&) {
    return 0;
  }
  // What cannot be written again, although it was read, is a bug.
  if (tc::to_safetensors(tc::from_safetensors(tc::to_safetensors(file))) !=
      tc::to_safetensors(file))
    std::abort();
  return 0;
}
