// tensacode/ops/ops.hpp -- the door of room ops: the verbs, as free functions.
// Layer 7. They use the engine of the enclosing `tc::engine_scope`, or else the default engine of
// the thread.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/engine/learner.hpp>
#include <tensacode/latent/latent.hpp>

#include <concepts>
#include <cstddef>
#include <string>

namespace tc {

/// The latent of an object.
template <latent L = vector, class T>
  requires(!latent<T>)
L encode(const T& object) {
  return current_engine().encode(object);
}

/// The most likely object for a latent. It is always a valid object of its type.
template <class T, latent L>
T decode(const L& latent) {
  return current_engine().decode<T>(latent);
}

/// Similarity of the latents of two objects, of one type or of two: in [0, 1], symmetric, 1 for
/// equal objects.
template <class A, class B>
  requires(!latent<A> && !latent<B>)
double similarity(const A& a, const B& b) {
  if constexpr (std::same_as<A, B> && std::equality_comparable<A>)
    if (a == b) return 1;
  return similarity(encode(a), encode(b));
}

/// Decides yes or no for a context, as learned from feedback. `label` names the decision.
template <class Context>
decision decide(const Context& context, const std::string& label = "") {
  return current_engine().decide(context, label);
}

/// Takes one of several choices for a context, as learned from feedback.
template <class Context>
decision choose(const Context& context, std::size_t choices, const std::string& label = "") {
  return current_engine().choose(context, choices, label);
}

}  // namespace tc
