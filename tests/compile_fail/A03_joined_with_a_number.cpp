// expect: tensacode\[A03\] hcat, vcat: a part is no matrix, or there is none\. Fix:
// A number beside a matrix where matrices are joined.
#include <tensacode/autodiff/tensor/gather.hpp>

tc::tensor_var widened(const tc::tensor_var& x) {
#if defined(TC_REJECT)
  return tc::hcat(x, 1.0);
#else
  return tc::hcat(x, Eigen::MatrixXd::Constant(1, 1, 1.0));
#endif
}

int main() {}
