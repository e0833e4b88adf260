// src/library/kernels/kernels_of_processor.hpp -- the kernels, compiled anew by each file that
// includes this.
//
// Three files compile the same templates with different instructions. If the templates had the same
// names in all of them, the linker would keep one copy of each, and an old processor might meet
// instructions that it does not know. So each file gives the namespaces that it compiles names of
// its own; tests/kernels/check_symbols.py sees that no other name is left.
//
// The including file defines TC_KERNELS_SUFFIX, TC_KERNELS_TABLE and TC_KERNELS_PROCESSOR.
#include "tables.hpp"

#include <tensacode/autodiff/tensor/kernels.hpp>

#define TC_JOIN(a, b) a##b
#define TC_JOINED(a, b) TC_JOIN(a, b)
#define Eigen TC_JOINED(Eigen_, TC_KERNELS_SUFFIX)
#include <Eigen/Core>
#define tc TC_JOINED(tc_, TC_KERNELS_SUFFIX)
#include <tensacode/autodiff/tensor/vector_math.hpp>
namespace lanes = tc::detail;
#undef tc

namespace {

template <class Scalar, int AOrder, int BOrder>
void multiply_in_order(const tc::detail::product_operands<Scalar>& p) {
  using Eigen::Dynamic;
  using Stride = Eigen::OuterStride<>;
  const Eigen::Map<const Eigen::Matrix<Scalar, Dynamic, Dynamic, AOrder>, 0, Stride> a(
      p.a, p.m, p.k, Stride(p.a_stride));
  const Eigen::Map<const Eigen::Matrix<Scalar, Dynamic, Dynamic, BOrder>, 0, Stride> b(
      p.b, p.k, p.n, Stride(p.b_stride));
  Eigen::Map<Eigen::Matrix<Scalar, Dynamic, Dynamic>, 0, Stride> out(p.out, p.m, p.n,
                                                                     Stride(p.out_stride));
  if (p.add)
    out.noalias() += a * b;
  else
    out.noalias() = a * b;
}

template <class Scalar>
void multiply(const tc::detail::product_operands<Scalar>& p) {
  constexpr int columns = Eigen::ColMajor, rows = Eigen::RowMajor;
  if (p.a_transposed)
    p.b_transposed ? multiply_in_order<Scalar, rows, rows>(p)
                   : multiply_in_order<Scalar, rows, columns>(p);
  else
    p.b_transposed ? multiply_in_order<Scalar, columns, rows>(p)
                   : multiply_in_order<Scalar, columns, columns>(p);
}

template <class Function, class Scalar>
void map(const Scalar* x, Scalar* y, std::size_t count) {
  lanes::map_lanes<Function>(x, y, count);
}

template <class Scalar>
constexpr tc::detail::scalar_kernels<Scalar> kernels_of_scalar{
    multiply<Scalar>, map<lanes::exp_lanes, Scalar>, map<lanes::expm1_lanes, Scalar>,
    map<lanes::tanh_lanes, Scalar>, map<lanes::sigmoid_lanes, Scalar>};

}  // namespace

const tc::detail::processor_kernels& tc::detail::TC_KERNELS_TABLE() {
  static constexpr tc::detail::processor_kernels table{
      TC_KERNELS_PROCESSOR, kernels_of_scalar<float>, kernels_of_scalar<double>};
  return table;
}
