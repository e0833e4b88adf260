// tensacode/learn/progress_bar.hpp -- shows on standard error how far a fit has come.
// Layer 5.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/learn/training.hpp>

namespace tc::detail {

/// A bar on standard error. A terminal sees one bar that is redrawn; a file gets one line an epoch.
class progress_bar {
 public:
  explicit progress_bar(bool shown);
  progress_bar(const progress_bar&) = delete;
  progress_bar& operator=(const progress_bar&) = delete;
  ~progress_bar();
  void draw(const fit_progress& progress);

 private:
  bool shown_, terminal_, drawn_ = false;
};

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/learn/compiled/progress_bar.hpp>
#endif
