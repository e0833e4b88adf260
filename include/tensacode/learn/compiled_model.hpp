// tensacode/learn/compiled_model.hpp -- a trained model as a plugin of plain C++.
// Layer 5.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/codec.hpp>
#include <tensacode/codegen/codegen.hpp>
#include <tensacode/core/file.hpp>
#include <tensacode/learn/prediction.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tc {

/// A hash of the types. A model file or a plugin is refused for types with another one.
template <class In, class Out>
constexpr std::uint64_t model_schema() {
  return mix64(schema_hash<In>() * 3 + schema_hash<Out>());
}

namespace detail {

/// Replaces the extension of a path: what follows the last dot of its last part.
std::string with_extension(const std::string& path, const char* extension);

}  // namespace detail

/// The function of a plugin that `model<In, Out>::compile` wrote, called with the user's types.
/// Beside the plugin lie its source (.cpp) and the header (.h) that programs without TensaCode
/// include to call it.
template <class In, class Out>
class compiled_model {
  using leaf_beliefs = std::vector<leaf_belief>;

 public:
  compiled_model(plugin library, const std::string& function, codec_node input, codec_node output)
      : nodes_(std::make_shared<const nodes>(nodes{std::move(input), std::move(output)})),
        library_(std::move(library)),
        function_(library_.template get<void(const void*, void*)>(function)) {
    const auto stated = library_.template constant<unsigned long long>("tc_plugin_schema");
    const auto expected = model_schema<In, Out>();
    if (stated != expected)
      throw plugin_error(format("plugin '{}' was made for types of schema {}, these have {}",
                                library_.path(), static_cast<std::uint64_t>(stated), expected));
  }

  Out operator()(const In& in) const {
    columns decoded(nodes_->output);
    run(in, decoded, nullptr);
    Out out{};
    codec<Out>::take(decoded, out);
    return out;
  }
  prediction<Out> predict(const In& in) const {
    columns decoded(nodes_->output);
    leaf_beliefs beliefs;
    run(in, decoded, &beliefs);
    prediction<Out> result;
    codec<Out>::take(decoded, result.most_likely);
    for (const auto& belief : beliefs) result.fields.emplace_back(belief, 0);
    return result;
  }

  const std::string& path() const { return library_.path(); }
  std::string source_path() const { return detail::with_extension(path(), ".cpp"); }
  std::string header_path() const { return detail::with_extension(path(), ".h"); }

 private:
  struct nodes {
    codec_node input, output;
  };

  void run(const In& in, columns& decoded, leaf_beliefs* beliefs) const {
    columns c(nodes_->input);
    codec<In>::append(in, c);
    const detail::plugin_input arguments(nodes_->input, c);
    std::vector<plugin_slot> result(detail::output_slots(nodes_->output));
    function_(arguments.address(), result.data());
    detail::read_plugin_output(nodes_->output, result.data(), decoded, beliefs);
  }

  std::shared_ptr<const nodes> nodes_;
  plugin library_;
  plugin_function<void(const void*, void*)> function_;
};

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/learn/compiled/compiled_model.hpp>
#endif
