// tensacode/control/relaxed_draws.hpp -- discrete draws that can be relaxed, and the two estimators
// that relax them.
// Layer 3. `bernoulli` and `one_hot` draw like `flip` and `categorical`, but return numbers that a
// program computes with. A relaxed draw is a number between 0 and 1, and passes a gradient.
// `concrete` estimates the gradient of the relaxed program, which is biased for the program itself
// (Maddison, Mnih & Teh 2017, arXiv:1611.00712; Jang, Gu & Poole 2017, arXiv:1611.01144). `rebar`
// uses the relaxed program as a control variate, and is unbiased (Tucker et al. 2017,
// arXiv:1703.07370).
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/bernoulli.hpp>
#include <tensacode/control/concrete.hpp>
#include <tensacode/control/rebar.hpp>
