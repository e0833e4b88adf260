// expect: offending_field<model, (tc::)?fixed_string<7>\{"layers"\}, layer>(.|\n)*tensacode\[T04\] tree: the type cannot be made anew\. Fix:
// max_lines: 12
// A class without a default constructor is an element of a container.
#include <tensacode/tree/tree.hpp>

#include <vector>

class layer {
 public:
#if !defined(TC_REJECT)
  layer() = default;
#endif
  explicit layer(double weight) : weight_(weight) {}

 private:
  double weight_ = 0;
  TC_REFLECT(layer, weight_)
};
struct model {
  int version = 1;
  std::vector<layer> layers;
};

int main() {
  return static_cast<int>(tc::map(model{}, [](double x) { return x; }).layers.size());
}
