// expect: offending_field<layer, (tc::)?fixed_string<6>\{"names"\}, std::vector<std::(__cxx11::)?(basic_)?string(.|\n)*tensacode\[R21\] arrays by name: neither an array of numbers nor a record or map of them\. Fix:
// max_lines: 13
// A list of texts in a record in a list.
#include <tensacode/io/safetensors.hpp>

#include <optional>
#include <string>
#include <vector>

struct layer {
  std::vector<std::vector<float>> weight;
  std::optional<double> scale;
#if defined(TC_REJECT)
  std::vector<std::string> names;
#else
  std::vector<float> names;
#endif
};
struct net {
  std::vector<layer> layers;
};

int main() { tc::write_safetensors("net.safetensors", net{}); }
