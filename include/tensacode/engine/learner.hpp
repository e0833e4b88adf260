// tensacode/engine/learner.hpp -- the engine, which the operations of ops/ops.hpp learn with.
// Layer 6. It holds an autoencoder for every type it has met and a learner for every decision.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/codec.hpp>
#include <tensacode/engine/decision.hpp>
#include <tensacode/engine/store.hpp>
#include <tensacode/latent/latent.hpp>
#include <tensacode/learn/model.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <typeinfo>
#include <utility>
#include <vector>

namespace tc {

struct engine_options {
  Eigen::Index width = 64;  ///< of latents and hidden layers
  std::uint64_t seed = 1;
  std::string store = {};  ///< file that keeps experience; empty: memory only
  decision_options decisions = {};
};

namespace detail {

class codec_site_base {
 public:
  virtual ~codec_site_base() = default;
};

/// The autoencoder of one type. Before it is fitted, its parameters are random numbers drawn from
/// the seed: equal objects already have equal latents, but decoded objects are arbitrary.
template <class T>
class codec_site : public codec_site_base {
 public:
  codec_site(Eigen::Index width, std::uint64_t seed) : width_(width), seed_(seed) {
    codec_node node = codec<T>::describe("");
    measure(node, columns(node));
    lay_out(std::move(node));
  }

  template <class Range>
  fit_result fit(const Range& objects, const fit_options& options) {
    std::vector<const T*> rows;
    for (const T& object : objects) rows.push_back(&object);
    TC_CHECK(!rows.empty(), argument_error, "engine.fit: no objects");
    codec_node node = codec<T>::describe("");
    columns all(node);
    for (const T* row : rows) codec<T>::append(*row, all);
    measure(node, all);
    lay_out(std::move(node));
    std::vector<std::size_t> order(rows.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    return learned_.train(
        order,
        [&](std::size_t i, columns& in, columns& out) {
          codec<T>::append(*rows[i], in);
          codec<T>::append(*rows[i], out);
        },
        options, seed_);
  }

  vector encode(const T& object) const {
    columns in(learned_.layout().input());
    codec<T>::append(object, in);
    return {learned_.encode(in)};
  }

  T decode(const vector& latent) const {
    TC_CHECK(latent.values.size() == width_, shape_error,
             "decode: the latent has {} numbers, this engine's have {}", latent.values.size(),
             width_);
    columns decoded(learned_.layout().output());
    learned_.decode(latent.values, decoded);
    T object{};
    codec<T>::take(decoded, object);
    return object;
  }

 private:
  void lay_out(codec_node node) {
    codec_node copy = node;
    learned_.lay_out(std::move(node), std::move(copy),
                     {.width = 2 * width_, .latent = width_, .dropout = 0.0}, seed_);
  }

  Eigen::Index width_;
  std::uint64_t seed_;
  learned_network learned_;
};

}  // namespace detail

/// Learns from objects (self-supervision) and from feedback (reinforcement). One engine is used by
/// one thread at a time.
class engine {
 public:
  explicit engine(engine_options options = {});
  engine(engine&&) noexcept;
  engine& operator=(engine&&) noexcept;
  ~engine();

  /// Learns to encode and decode objects of the range's type from the objects themselves.
  template <class Range>
  fit_result fit(const Range& objects, fit_options options = default_fit()) {
    using object = std::remove_cvref_t<decltype(*std::begin(objects))>;
    return codec_for<object>().fit(objects, options);
  }

  template <class T>
  vector encode(const T& object) {
    return codec_for<T>().encode(object);
  }
  template <class T>
  T decode(const vector& latent) {
    return codec_for<T>().decode(latent);
  }

  /// Takes one of `choices` for the context, in the decision called `label`. Contexts of different
  /// types under one label are different decisions.
  template <class Context>
  decision choose(const Context& context, std::size_t choices, const std::string& label = "") {
    TC_CHECK(choices >= 1, argument_error, "choose: there must be a choice, got {}", choices);
    auto& site = static_cast<detail::decision_site<Context>&>(decision_site(
        label, typeid(Context), choices,
        [](std::string name, std::size_t count, const engine_options& options,
           experience_store& store) -> detail::decision_learner* {
          return new detail::decision_site<Context>(std::move(name), count, options.width,
                                                    options.seed, options.decisions, store);
        }));
    return site.decide(context);
  }
  /// Yes or no: a choice between two.
  template <class Context>
  decision decide(const Context& context, const std::string& label = "") {
    return choose(context, 2, label);
  }

  /// Tells the engine how well a decision turned out. A larger reward is better; its unit does not
  /// matter. Throws `argument_error` for an unknown handle or a reward that is not finite.
  void feedback(std::int64_t handle, double reward);
  void feedback(const decision& taken, double reward) { feedback(taken.handle, reward); }

  /// Trains new networks for all decisions taken so far, on all their rewards. A new network
  /// replaces the one in use unless it predicts held-out rewards worse.
  std::vector<improvement> improve(std::size_t steps = 1000);

  const engine_options& options() const { return options_; }

 private:
  static fit_options default_fit();

  using make_decision_site = detail::decision_learner* (*)(std::string, std::size_t,
                                                           const engine_options&,
                                                           experience_store&);
  using make_codec_site = detail::codec_site_base* (*)(const engine_options&);
  /// The site of a label and a type of context. The first call makes it by `make`; the engine owns
  /// it.
  detail::decision_learner& decision_site(const std::string& label, const std::type_info& type,
                                          std::size_t choices, make_decision_site make);
  /// The autoencoder of a type. The first call makes it by `make`.
  detail::codec_site_base& codec_site(const std::type_info& type, make_codec_site make);

  template <class T>
  detail::codec_site<T>& codec_for() {
    return static_cast<detail::codec_site<T>&>(
        codec_site(typeid(T), [](const engine_options& options) -> detail::codec_site_base* {
          return new detail::codec_site<T>(options.width, options.seed);
        }));
  }

  struct contents;
  engine_options options_;
  std::unique_ptr<contents> contents_;  ///< the store, the autoencoders and the decisions
};

namespace detail {

inline thread_local engine* scope_engine = nullptr;

}  // namespace detail

/// The engine that free functions of this thread use in the enclosing block.
class engine_scope {
 public:
  explicit engine_scope(engine& used) : enclosing_(detail::scope_engine) {
    detail::scope_engine = &used;
  }
  engine_scope(const engine_scope&) = delete;
  engine_scope& operator=(const engine_scope&) = delete;
  ~engine_scope() { detail::scope_engine = enclosing_; }

 private:
  engine* enclosing_;
};

/// The engine in scope, else the default one of this thread.
engine& current_engine();

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/engine/compiled/learner.hpp>
#endif
