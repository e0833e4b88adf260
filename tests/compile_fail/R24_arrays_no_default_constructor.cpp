// expect: offending_field<net, (tc::)?fixed_string<6>\{"layer"\}, dense>(.|\n)*tensacode\[R24\] arrays by name: (.|\n)*no default constructor\. Fix:
// max_lines: 13
// A reflected class without a default constructor can be written, but not read.
#include <tensacode/io/safetensors.hpp>

#include <vector>

class dense {
  std::vector<float> weight_;

 public:
#if !defined(TC_REJECT)
  dense() = default;
#endif
  explicit dense(std::vector<float> weight) : weight_(std::move(weight)) {}
  TC_REFLECT(dense, weight_)
};
struct net {
  dense layer;
};

int main() { tc::read_safetensors<net>("net.safetensors"); }
