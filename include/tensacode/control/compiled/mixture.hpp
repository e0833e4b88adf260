// tensacode/control/compiled/mixture.hpp -- the functions that control/mixture.hpp declares.
// Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/mixture.hpp>
#include <tensacode/core/config.hpp>

namespace tc::detail {

TC_INLINE std::string place::text() const {
  if (!above) return {};
  const std::string out = above->text();
  if (field.empty()) return out + format("[{}]", index);
  return out.empty() ? std::string(field) : out + "." + std::string(field);
}

TC_INLINE void raise_disagreement(const place& at) {
  const std::string path = at.text();
  throw branch_disagreement(format(
      "gate: the branches leave different values in '{}', which is not differentiable and cannot "
      "be mixed. Make it a tc::var, keep it equal, or use tc::hard or tc::score_function here.",
      path.empty() ? "the result" : path));
}

}  // namespace tc::detail
