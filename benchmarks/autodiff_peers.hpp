// benchmarks/autodiff_peers.hpp -- gradients of functions of a vector by the tapes that Debian
// packages: ADOL-C and Sacado's reverse mode. Each re-records at every call, as ours does.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#if defined(TC_BENCHMARK_ADOLC)
#include <adolc/adolc.h>
#endif
#if defined(TC_BENCHMARK_SACADO)
#include <Sacado_trad.hpp>
#endif

namespace peers {

using numbers = std::vector<double>;

#if defined(TC_BENCHMARK_ADOLC)
inline constexpr short adolc_tag = 1;

template <class F>
std::pair<double, numbers> by_adolc(const F& f, const numbers& x) {
  constexpr short tag = adolc_tag;
  double value = 0;
  trace_on(tag);
  {
    std::vector<adouble> variables(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) variables[i] <<= x[i];
    adouble y = f(variables);
    y >>= value;
  }
  trace_off();
  numbers g(x.size());
  gradient(tag, static_cast<int>(x.size()), x.data(), g.data());
  return {value, std::move(g)};
}
#endif

/// Large tapes of ADOL-C are files in the working directory.
inline void remove_files() {
#if defined(TC_BENCHMARK_ADOLC)
  removeTape(adolc_tag, ADOLC_REMOVE_COMPLETELY);
#endif
}

#if defined(TC_BENCHMARK_SACADO)
template <class F>
std::pair<double, numbers> by_sacado(const F& f, const numbers& x) {
  using variable = Sacado::Rad::ADvar<double>;
  std::vector<variable> variables(x.begin(), x.end());
  variable y = f(variables);
  variable::Gradcomp();
  numbers g(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) g[i] = variables[i].adj();
  return {y.val(), std::move(g)};
}
#endif

}  // namespace peers
