// tests/fuzz/npz.cpp -- any bytes are a record of arrays or a parse_error; records read back equal.
#include <cstddef>
#include <cstdint>

#if __has_include(<minizip/unzip.h>) || __has_include(<unzip.h>)
#include <tensacode/io/npz.hpp>

#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace fuzz_npz {

struct Layer {
  std::vector<std::vector<float>> weight;
  std::optional<std::vector<double>> bias;
};
struct Net {
  Layer first;
  std::vector<Layer> rest;
  std::optional<Layer> last;
  std::map<std::string, std::vector<int>> more;
};

template <class T>
void read_as(std::string_view bytes) {
  std::string again;
  try {
    again = tc::to_npz(tc::from_npz<T>(bytes, "f", {.max_bytes = 1 << 20}));
  } catch (const tc::parse_error&) {
    return;
  }
  if (tc::to_npz(tc::from_npz<T>(again)) != again) std::abort();
}

}  // namespace fuzz_npz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  fuzz_npz::read_as<fuzz_npz::Net>(bytes);
  fuzz_npz::read_as<std::map<std::string, std::vector<double>>>(bytes);
  return 0;
}
#else
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t*, std::size_t) { return 0; }
#endif
