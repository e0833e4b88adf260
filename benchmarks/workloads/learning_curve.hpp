// benchmarks/workloads/learning_curve.hpp -- losses on the way, as a table and as a picture.
// The picture is an SVG file that needs nothing else: the loss over evaluations of the program and
// over seconds, both on logarithmic axes, a line for each run and a colour for each estimator.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/core/file.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace workloads {

struct learning_curve {
  struct point {
    std::uint64_t evaluations;
    double seconds;  // of training
    double loss;     // of the crisp program
  };
  std::string estimator;
  std::uint64_t seed;
  std::vector<point> points;
};

inline std::string curves_as_csv(const std::vector<learning_curve>& curves) {
  std::string text = "estimator,seed,evaluations,seconds,loss\n";
  for (const auto& curve : curves)
    for (const auto& at : curve.points)
      text += tc::format("\"{}\",{},{},{},{}\n", curve.estimator, curve.seed, at.evaluations,
                         at.seconds, at.loss);
  return text;
}

inline std::string curves_as_svg(const std::vector<learning_curve>& curves,
                                 const std::string& title) {
  constexpr std::array colors{"#2060c0", "#c04020", "#208040", "#8040a0", "#a07000", "#606060"};
  constexpr double left = 70, top = 40, width = 340, height = 260, gap = 60;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  double least = infinity, most = -infinity;
  std::vector<std::string> names;
  for (const auto& curve : curves) {
    if (std::find(names.begin(), names.end(), curve.estimator) == names.end())
      names.push_back(curve.estimator);
    for (const auto& at : curve.points)
      least = std::min(least, at.loss), most = std::max(most, at.loss);
  }
  const double range = most > least ? most - least : 1;
  std::string text = tc::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"860\" height=\"{}\" "
      "font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" "
      "fill=\"white\"/>\n<text x=\"{}\" y=\"20\">{}</text>\n",
      top + height + 50 + 16 * static_cast<double>(names.size()), left, title);
  for (const bool by_seconds : {false, true}) {
    const double from = left + (by_seconds ? width + gap : 0);
    const auto across = [by_seconds](const learning_curve::point& at) {
      return by_seconds ? at.seconds : static_cast<double>(at.evaluations);
    };
    // What comes before the first measured step has no place on a logarithmic axis.
    double first = infinity, last = 0;
    for (const auto& curve : curves)
      for (const auto& at : curve.points)
        if (across(at) > 0) first = std::min(first, across(at)), last = std::max(last, across(at));
    const double decades = last > first ? std::log(last / first) : 1;
    text += tc::format(
        "<path d=\"M{} {}V{}H{}\" fill=\"none\" stroke=\"black\"/>\n"
        "<text x=\"{}\" y=\"{}\">{}</text>\n"
        "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{} {}</text>\n",
        from, top, top + height, from + width, from, top + height + 16, first, from + width,
        top + height + 16, last, by_seconds ? "seconds" : "evaluations");
    for (const double loss : {least, most})
      text += tc::format("<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\n", from - 4,
                         top + height * (most - loss) / range + 4, std::round(loss * 1000) / 1000);
    for (const auto& curve : curves) {
      const auto name = std::find(names.begin(), names.end(), curve.estimator) - names.begin();
      std::string line;
      for (const auto& at : curve.points)
        line += tc::format("{},{} ",
                           from + width * std::log(std::max(across(at), first) / first) / decades,
                           top + height * (most - at.loss) / range);
      text += tc::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\"/>\n", line,
                         colors[static_cast<std::size_t>(name) % colors.size()]);
    }
  }
  for (std::size_t i = 0; i < names.size(); ++i)
    text += tc::format("<text x=\"{}\" y=\"{}\" fill=\"{}\">{}</text>\n", left,
                       top + height + 40 + 16 * static_cast<double>(i), colors[i % colors.size()],
                       names[i]);
  return text + "</svg>\n";
}

/// Writes `path`.csv and `path`.svg.
inline void write_curves(const std::vector<learning_curve>& curves, const std::string& title,
                         const std::string& path) {
  tc::write_file(path + ".csv", curves_as_csv(curves));
  tc::write_file(path + ".svg", curves_as_svg(curves, title));
}

}  // namespace workloads
