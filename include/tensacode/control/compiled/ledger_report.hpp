// tensacode/control/compiled/ledger_report.hpp -- the functions that control/ledger_report.hpp
// declares. Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/ledger_report.hpp>
#include <tensacode/core/config.hpp>

namespace tc::detail {

TC_INLINE std::string quotable(std::string_view text, bool html) {
  std::string out;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (html && (c == '<' || c == '>' || c == '&' || c == '"'))
      out += format("&#{};", static_cast<int>(code));
    else if (!html && (c == '"' || c == '\\'))
      (out += '\\') += c;
    else if (code < 0x20)
      out +=
          html ? std::string(" ") : format("\\u00{}{}", code >> 4, "0123456789abcdef"[code & 15]);
    else
      out += c;
  }
  return out;
}

TC_INLINE std::string column(double number, int width) {
  char text[40];
  std::snprintf(text, sizeof text, " %*.4g", width, number);
  return text;
}

TC_INLINE std::string column(std::string_view name, int width) {
  std::string text(name.substr(0, static_cast<std::size_t>(width)));
  text.resize(static_cast<std::size_t>(width), ' ');
  return text;
}

}  // namespace tc::detail

namespace tc {

TC_INLINE std::string ledger_table(const ledger& book) {
  using detail::column;
  std::string out =
      "site                     construct    visits  weight entropy        gap     spread"
      " derivative   variance    dropped\n";
  for (const auto& s : book.sites()) {
    out += column(s.name(), 25) + column(s.construct, 10);
    out += column(static_cast<double>(s.visits), 8) + column(s.mean_weight(), 7);
    out += column(s.mean_entropy(), 7) + column(s.mean_gap(), 10) + column(s.margin_spread(), 10);
    out += column(s.mean_derivative(), 10) + column(s.derivative_variance(), 10);
    out += column(static_cast<double>(s.dropped), 10) + "\n";
  }
  return out;
}

TC_INLINE std::string ledger_json(const ledger& book) {
  std::string out = "[";
  const char* separator = "";
  for (const auto& s : book.sites()) {
    out += separator;
    separator = ",";
    out += format("\n  {\"site\": \"{}\", \"construct\": \"{}\", \"file\": \"{}\", \"line\": {}",
                  detail::quotable(s.name(), false), s.construct,
                  detail::quotable(s.site.where.file_name(), false), s.site.where.line());
    const auto count = [&](const char* name, std::size_t n) {
      out += format(", \"{}\": {}", name, n);
    };
    const auto number = [&](const char* name, double x) {
      out += format(", \"{}\": {}", name, detail::json_number(x));
    };
    count("visits", s.visits);
    count("hard_visits", s.hard_visits);
    count("dropped", s.dropped);
    number("mean_weight", s.mean_weight());
    number("mean_entropy", s.mean_entropy());
    number("mean_gap", s.mean_gap());
    number("margin_spread", s.margin_spread());
    number("truncation_bound", s.truncation_bound);
    count("sweeps", s.sweeps);
    number("mean_derivative", s.mean_derivative());
    number("derivative_variance", s.derivative_variance());
    out += ", \"weights\": [";
    for (std::size_t i = 0; i < site_record::bins; ++i)
      out += format("{}{}", i ? ", " : "", s.weights[i]);
    out += "]}";
  }
  return out + "\n]\n";
}

TC_INLINE std::string ledger_html(const ledger& book) {
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Ledger</title>\n"
      "<style>body{font-family:sans-serif;margin:2em}section{display:inline-block;margin:1em;"
      "vertical-align:top}pre{background:#f4f4f4;padding:1em}</style></head><body>\n"
      "<h1>Branches and loops</h1>\n<pre>" +
      detail::quotable("", true);
  for (const char c : ledger_table(book))
    out += c == '\n' ? std::string("\n") : detail::quotable(std::string_view(&c, 1), true);
  out += "</pre>\n";
  for (const auto& s : book.sites()) {
    constexpr int width = 12, height = 120;
    const std::size_t most =
        std::max<std::size_t>(1, *std::max_element(s.weights.begin(), s.weights.end()));
    out += format("<section><h2>{}</h2><p>{}, {} visits, mean weight {}, derivative {}</p>\n",
                  detail::quotable(s.name(), true), s.construct, s.visits,
                  detail::column(s.mean_weight(), 1), detail::column(s.mean_derivative(), 1));
    out += format(R"(<svg width="{}" height="{}" role="img">)", width * 20 + 20, height + 30);
    for (std::size_t i = 0; i < site_record::bins; ++i) {
      const auto bar =
          static_cast<int>(height * static_cast<double>(s.weights[i]) / static_cast<double>(most));
      out += format(R"(<rect x="{}" y="{}" width="{}" height="{}" fill="#38a"/>)",
                    10 + static_cast<int>(i) * width, height - bar, width - 1, bar);
    }
    out +=
        format(R"(<line x1="10" y1="{}" x2="{}" y2="{}" stroke="#444"/><text x="6" y="{}">0</text>)"
               R"(<text x="{}" y="{}">1</text></svg></section>)",
               height, 10 + 20 * width, height, height + 18, 6 + 20 * width, height + 18);
    out += '\n';
  }
  return out + "</body></html>\n";
}

}  // namespace tc
