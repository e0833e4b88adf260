// tensacode/engine/store.hpp -- where an engine keeps its experience.
// Layer 6. The engine uses this interface only. sqlite_store.hpp implements it by a file, and sets
// `open_file_store`, by which the engine opens one.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tc {

/// One decision, as it was taken and as it turned out.
struct experience {
  std::int64_t handle = 0;   ///< unique in the store
  std::string site;          ///< the decision's label
  std::uint64_t schema = 0;  ///< of the context's type
  std::string context;       ///< as JSON
  std::int64_t choice = 0;
  double probability = 0;  ///< of the choice, when it was taken
  std::optional<double> reward;
};

class experience_store {
 public:
  virtual ~experience_store() = default;
  /// Keeps a new experience and returns its handle.
  virtual std::int64_t add(const experience& item) = 0;
  /// Sets the reward of a kept experience; throws `argument_error` if there is no such handle.
  virtual void set_reward(std::int64_t handle, double reward) = 0;
  /// All experiences of a site with contexts of that schema, oldest first.
  virtual std::vector<experience> of_site(const std::string& site, std::uint64_t schema) = 0;
};

/// Keeps experience in memory, until it is destroyed.
class memory_store : public experience_store {
 public:
  std::int64_t add(const experience& item) override;
  void set_reward(std::int64_t handle, double reward) override;
  std::vector<experience> of_site(const std::string& site, std::uint64_t schema) override;

 private:
  std::vector<experience> items_;
};

namespace detail {

/// Opens a store on a file; set by the header that can.
using store_opener = std::unique_ptr<experience_store> (*)(const std::string& path);
inline store_opener open_file_store = nullptr;

std::unique_ptr<experience_store> open_store(const std::string& path);

}  // namespace detail
}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/engine/compiled/store.hpp>
#endif
