// tensacode/learn/model.hpp -- `model<In, Out>`: any struct to any struct, learned from rows.
// Layer 5. This file converts objects to columns and back; learned_network.hpp does the rest.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/leaves.hpp>
#include <tensacode/learn/compiled_model.hpp>
#include <tensacode/learn/learned_network.hpp>
#include <tensacode/learn/metrics.hpp>
#include <tensacode/learn/prediction.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace tc {

struct model_options {
  std::uint64_t seed = 1;
  network_options network = {};
};

/// A learned function from `In` to `Out`. Both are any types with a codec.
template <class In, class Out>
class model {
 public:
  using row = std::pair<In, Out>;

  explicit model(model_options options = {}) : options_(options) {}

  /// Computes statistics of the rows, trains a network on them, and keeps the epoch with the least
  /// loss on the rows that `options.validation` holds out. A second call starts afresh. Throws
  /// `argument_error` without rows.
  fit_result fit(std::span<const row> rows, const fit_options& options = {}) {
    return learned_.fit(codec<In>::describe(""), codec<Out>::describe(""), rows.size(),
                        appender(rows), options_.network, options, options_.seed);
  }
  fit_result fit(const std::vector<row>& rows, const fit_options& options = {}) {
    return fit(std::span<const row>(rows), options);
  }

  /// The most likely output.
  Out operator()(const In& in) const {
    columns input(trained().input()), decoded(trained().output());
    codec<In>::append(in, input);
    learned_.run(input, decoded, nullptr);
    Out out{};
    codec<Out>::take(decoded, out);
    return out;
  }

  /// The most likely output, and the distribution of each of its fields.
  prediction<Out> predict(const In& in) const {
    return std::move(predict(std::span<const In>(&in, 1))[0]);
  }
  std::vector<prediction<Out>> predict(std::span<const In> inputs) const {
    std::vector<prediction<Out>> predictions(inputs.size());
    learned_.run_batches(
        inputs.size(), [&](std::size_t i, columns& in) { codec<In>::append(inputs[i], in); },
        [&](std::size_t begin, columns& decoded, const std::vector<leaf_belief>& beliefs) {
          for (std::size_t i = 0; i < decoded.instances; ++i) {
            auto& prediction = predictions[begin + i];
            codec<Out>::take(decoded, prediction.most_likely);
            for (const auto& belief : beliefs)
              prediction.fields.emplace_back(belief, static_cast<Eigen::Index>(i));
          }
        });
    return predictions;
  }

  /// Metrics of every output field, on rows that the model was not trained on.
  report evaluate(std::span<const row> rows) const {
    return learned_.evaluate(rows.size(), appender(rows));
  }
  report evaluate(const std::vector<row>& rows) const {
    return evaluate(std::span<const row>(rows));
  }

  /// Writes the model to a safetensors file. It is written to a temporary file and renamed, so that
  /// nobody reads an incomplete one. Throws `file_error`.
  void save(const std::string& path) const { learned_.save(path, model_schema<In, Out>()); }
  /// The model in a file that `save` wrote. Throws `file_error`, or a `parse_error` that names what
  /// does not fit these types.
  static model load(const std::string& path) {
    model loaded;
    loaded.learned_ = detail::learned_network::load(
        path, codec<In>::describe(""), codec<Out>::describe(""), model_schema<In, Out>());
    loaded.options_.network = loaded.trained().options();
    return loaded;
  }

  /// Writes the model as C++ and compiles it to the plugin `path`, which any program can load or
  /// link with; the source and its header are written beside it, `m.cpp` and `m.h` for `m.so`.
  /// Throws `compiler_error`, `file_error`.
  compiled_model<In, Out> compile(const std::string& path, compile_options options = {}) const {
    auto built = learned_.compile(path, type_name<In>(), type_name<Out>(), model_schema<In, Out>(),
                                  std::move(options));
    return compiled_model<In, Out>(std::move(built.library), built.function, trained().input(),
                                   trained().output());
  }

  /// The network. Throws `error` unless the model was fitted or loaded.
  const network& trained() const { return learned_.trained_network(); }

 private:
  static append_row appender(std::span<const row> rows) {
    return [rows](std::size_t i, columns& in, columns& out) {
      codec<In>::append(rows[i].first, in);
      codec<Out>::append(rows[i].second, out);
    };
  }

  model_options options_;
  detail::learned_network learned_;
};

}  // namespace tc
