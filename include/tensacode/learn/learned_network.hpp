// tensacode/learn/learned_network.hpp -- fits, runs, evaluates, saves, loads and compiles a
// network. Layer 5. It gets objects as columns and does not depend on their types. `model`, the
// engine's autoencoders and its decisions convert objects to columns and call it.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/columns.hpp>
#include <tensacode/codec/decoder.hpp>
#include <tensacode/codec/network.hpp>
#include <tensacode/codegen/compile.hpp>
#include <tensacode/learn/metrics.hpp>
#include <tensacode/learn/training.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <Eigen/Core>

namespace tc {

struct fit_options {
  double validation = 0.1;  ///< share of the rows held out to choose the best epoch, in [0, 1)
  bool progress = false;    ///< shows a progress bar on standard error
  training_options training = {};
};

/// The result of `fit`.
struct fit_result {
  std::size_t rows = 0;
  std::size_t epochs = 0;
  double loss = 0;  ///< least validation loss, nats a row
  double seconds = 0;
  double rows_per_cpu_second = 0;
};

namespace detail {

/// A plugin, and the name of the function in it to call.
struct compiled_network {
  plugin library;
  std::string function;
};

/// A network with its parameters in single precision, in which it is trained, and in double, in
/// which it predicts.
class learned_network {
 public:
  /// Computes statistics of the rows, trains a new network on them, and keeps the parameters of the
  /// epoch with the least loss on the rows that `options.validation` holds out. `append` appends
  /// row i of `rows` to columns of the input and of the output. Throws `argument_error` without
  /// rows.
  fit_result fit(codec_node input, codec_node output, std::size_t rows, const append_row& append,
                 const network_options& network, const fit_options& options, std::uint64_t seed);

  /// Lays out a network between measured nodes, with parameters drawn from `seed`.
  void lay_out(codec_node input, codec_node output, const network_options& options,
               std::uint64_t seed);
  /// Trains the existing network on all of `rows`, without holding any out.
  fit_result train(const std::vector<std::size_t>& rows, const append_row& append,
                   const fit_options& options, std::uint64_t seed);

  /// Appends the most likely output of every instance of `in` to `decoded`, and the distributions
  /// of its leaves to `beliefs`, unless that is null.
  void run(const columns& in, columns& decoded, std::vector<leaf_belief>* beliefs) const;
  /// Calls `append(i, in)` for rows 0 to `rows` - 1 in batches, runs each batch, and passes the
  /// number of its first row and its results to `take`.
  void run_batches(std::size_t rows, const std::function<void(std::size_t, columns&)>& append,
                   const std::function<void(std::size_t, columns&,
                                            const std::vector<leaf_belief>&)>& take) const;
  /// The latent of the only instance of `in`.
  Eigen::VectorXd encode(const columns& in) const;
  /// Appends the most likely output for a latent to `decoded`.
  void decode(const Eigen::VectorXd& latent, columns& decoded) const;
  /// Metrics of every output field over `rows` rows.
  report evaluate(std::size_t rows, const append_row& append) const;

  /// Writes a safetensors file. `schema` identifies the types. Throws `file_error`.
  void save(const std::string& path, std::uint64_t schema) const;
  /// Reads what `save` wrote. Throws `file_error`, or a `parse_error` that names what does not fit
  /// the types of the nodes.
  static learned_network load(const std::string& path, codec_node input, codec_node output,
                              std::uint64_t schema);
  /// Writes the network as C++ source, header and compiled plugin at `path`. The names are those of
  /// the input type and the output type. Throws `compiler_error`, `file_error`.
  compiled_network compile(const std::string& path, std::string_view input_name,
                           std::string_view output_name, std::uint64_t schema,
                           compile_options options) const;

  bool trained() const { return !network_.parameters().blocks.empty(); }
  /// Throws `error` unless it was fitted or loaded.
  const network& trained_network() const;
  const network& layout() const { return network_; }

 private:
  network network_;
  parameter_set<double> exact_;
};

}  // namespace detail
}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/learn/compiled/learned_network.hpp>
#endif
