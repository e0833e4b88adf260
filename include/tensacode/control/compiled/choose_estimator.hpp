// tensacode/control/compiled/choose_estimator.hpp -- the functions that
// control/choose_estimator.hpp declares. Layer 3. Compiled once into the library, or in each file
// of a header-only program. SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/choose_estimator.hpp>
#include <tensacode/core/config.hpp>

namespace tc::detail {

TC_INLINE std::string three_digits(double number) {
  char text[40];
  std::snprintf(text, sizeof text, "%.3g", number);
  return text;
}

}  // namespace tc::detail

namespace tc {

TC_INLINE std::string estimator_report::to_text() const {
  using row_texts = std::vector<std::string>;
  const auto number = [](double n) { return detail::three_digits(n); };
  std::vector<row_texts> table{{"estimator", "runs", "sweeps", "us", "bias", "z", "variance",
                                "variance x cost", "squared error", ""}};
  for (const auto& row : rows) {
    const bool measured = row.evaluations > 0;
    row_texts texts{row.name};
    if (measured) {
      texts.insert(texts.end(), {format("{}", row.evaluations), format("{}", row.sweeps),
                                 number(1e6 * row.seconds), number(row.bias), number(row.z_score),
                                 number(row.variance), number(row.work_normalized_variance),
                                 number(row.mean_squared_error)});
    } else {
      texts.resize(table[0].size() - 1, "-");
    }
    texts.push_back(row.note);
    table.push_back(std::move(texts));
  }
  std::vector<std::size_t> widths(table[0].size());
  for (const auto& row : table)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  std::string text;
  for (const auto& row : table) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool to_the_left = i == 0 || i + 1 == row.size();
      const std::string padding(widths[i] - row[i].size(), ' ');
      if (i > 0) line += "  ";
      line += to_the_left ? row[i] + padding : padding + row[i];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text + "bias against: " + reference + "\nbest: " + reason + "\n";
}

}  // namespace tc
