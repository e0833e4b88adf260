// tensacode/codegen/compiled/plugin.hpp -- the functions that codegen/plugin.hpp declares.
// Layer 2. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codegen/plugin.hpp>
#include <tensacode/core/config.hpp>

namespace tc {

TC_INLINE plugin::plugin(const std::string& path) : path_(path) {
  // A path without a slash would be searched for in the system's library folders.
  const std::string file = path.find('/') == std::string::npos ? "./" + path : path;
  void* handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) throw plugin_error(format("cannot load plugin '{}': {}", path, dlerror()));
  library_ = std::shared_ptr<void>(handle, [](void* library) { dlclose(library); });
}

TC_INLINE void* plugin::symbol(const std::string& name) const {
  if (!library_) throw plugin_error("plugin: nothing is loaded");
  dlerror();
  void* address = dlsym(library_.get(), name.c_str());
  if (!address) throw plugin_error(format("plugin '{}' has no symbol '{}'", path_, name));
  return address;
}

}  // namespace tc
