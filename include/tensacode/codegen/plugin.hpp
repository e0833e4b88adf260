// tensacode/codegen/plugin.hpp -- functions of a shared object, callable while anyone holds it.
// Layer 2.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>

#include <memory>
#include <string>
#include <utility>

#include <dlfcn.h>

namespace tc {

/// A shared object could not be loaded, lacks a symbol, or states another ABI or schema.
struct plugin_error : error {
  using error::error;
};

/// A function of a plugin, which stays loaded as long as the function lives.
template <class Signature>
class plugin_function;

template <class Result, class... Arguments>
class plugin_function<Result(Arguments...)> {
 public:
  plugin_function(std::shared_ptr<void> library, Result (*function)(Arguments...))
      : library_(std::move(library)), function_(function) {}
  Result operator()(Arguments... arguments) const {
    return function_(std::forward<Arguments>(arguments)...);
  }
  Result (*pointer() const)(Arguments...) { return function_; }

 private:
  std::shared_ptr<void> library_;
  Result (*function_)(Arguments...);
};

/// A loaded shared object. Copies share it; it is unloaded when the last copy, and the last
/// function taken from it, are gone.
class plugin {
 public:
  plugin() = default;
  /// Loads the file; throws `plugin_error` with the loader's reason.
  explicit plugin(const std::string& path);

  /// The function `name`. The caller must state its type correctly: a C symbol has none to check.
  /// Throws `plugin_error` if the plugin has no such symbol.
  template <class Signature>
  plugin_function<Signature> get(const std::string& name) const {
    return {library_, reinterpret_cast<Signature*>(symbol(name))};
  }
  /// The value of the constant `name`.
  template <class T>
  const T& constant(const std::string& name) const {
    return *static_cast<const T*>(symbol(name));
  }
  const std::string& path() const { return path_; }

 private:
  void* symbol(const std::string& name) const;

  std::string path_;
  std::shared_ptr<void> library_;
};

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/codegen/compiled/plugin.hpp>
#endif
