// tensacode/latent/latent.hpp -- the door of room latent: what objects are encoded as.
// Layer 4.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>

#include <algorithm>
#include <concepts>

#include <Eigen/Core>

namespace tc {

/// A one-dimensional embedding of an object.
struct vector {
  Eigen::VectorXd values;
};

template <class T>
concept latent = std::same_as<T, vector>;

/// In [0, 1], symmetric, 1 for equal latents, 1/2 for orthogonal ones, 0 for opposite ones:
/// 1/2 + a.b / (|a|^2 + |b|^2). Unlike the cosine it sees lengths too, and it is differentiable
/// wherever the latents are not both zero (where it is 1). Throws `shape_error`.
double similarity(const vector& a, const vector& b);

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/latent/compiled/latent.hpp>
#endif
