// tensacode/io/csv/cells.hpp -- converts between the cells of a row and the leaves of a record.
// Layer 3. For each record type a template builds a list of leaves: a dotted name and a function
// that reads a cell. For each object it collects the addresses of the leaves. Matching columns and
// reading rows is ordinary code, independent of the type.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/csv/rows.hpp>
#include <tensacode/io/detail/canonical.hpp>
#include <tensacode/io/detail/field_checks.hpp>
#include <tensacode/io/detail/number_text.hpp>
#include <tensacode/io/detail/time_text.hpp>
#include <tensacode/io/detail/utf8.hpp>
#include <tensacode/io/enum_text.hpp>
#include <tensacode/io/read_policy.hpp>
#include <tensacode/reflect/offender.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc::detail {

// --- which types -------------------------------------------------------------------------------
template <class T>
inline constexpr bool is_cell =
    kind_of<T> == kind::boolean || kind_of<T> == kind::integer || kind_of<T> == kind::floating ||
    kind_of<T> == kind::enumeration || kind_of<T> == kind::text || kind_of<T> == kind::duration ||
    kind_of<T> == kind::time_point;

template <class T>
inline constexpr bool is_optional_cell = [] {
  if constexpr (kind_of<T> == kind::optional) return is_cell<typename T::value_type>;
  return false;
}();

template <class T>
using csv_takes =
    std::bool_constant<is_cell<T> || is_optional_cell<T> ||
                       (kind_of<T> == kind::record && std::is_default_constructible_v<T>)>;

template <class T>
inline constexpr bool is_row_pair = false;
template <class In, class Out>
inline constexpr bool is_row_pair<std::pair<In, Out>> = reflected<In> && reflected<Out>;

template <class T>
consteval auto find_csv_offender() {
  if constexpr (is_row_pair<T>)
    return first_offender_of<csv_takes, type_stack<>, typename T::first_type,
                             typename T::second_type>();
  else if constexpr (kind_of<T> != kind::record)
    return offending_type<T>{};
  else
    return find_offender<csv_takes, T>();
}
template <class T>
using csv_offender = decltype(find_csv_offender<T>());

// --- reading one cell --------------------------------------------------------------------------
inline std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Reads a truth value. If the text is none, returns false and leaves `out` unchanged.
bool truth_from_text(std::string_view text, bool& out);

/// Reads a cell. Returns an empty string on success, otherwise a description of what was expected.
template <class T>
std::string read_cell(const csv_cell& cell, T& out) {
  if constexpr (kind_of<T> == kind::optional) {
    if (cell.text.empty() && !(cell.quoted && kind_of<typename T::value_type> == kind::text)) {
      out.reset();
      return {};
    }
    return read_cell(cell, out.emplace());
  } else if constexpr (kind_of<T> == kind::text) {
    if (invalid_utf8(cell.text) != std::string_view::npos) return "UTF-8";
    out.assign(cell.text);
    return {};
  } else {
    std::string_view text = trimmed(cell.text);
    if constexpr (kind_of<T> == kind::boolean) {
      if (!truth_from_text(text, out)) return "true or false";
    } else if constexpr (kind_of<T> == kind::duration || kind_of<T> == kind::time_point) {
      if (!chrono_from_text(text, out)) return expected_chrono_text<T>();
    } else if constexpr (kind_of<T> == kind::enumeration) {
      const auto value = enum_from_text<T>(text);
      if (!value) return one_of(enum_spellings<T>());
      out = *value;
    } else {
      if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
      if constexpr (kind_of<T> == kind::integer) {
        const auto result = integer_from_text(text, out);
        if (result == number_result::out_of_range) return integer_range_name<T>();
        if (result != number_result::good) return "an integer";
      } else {
        const auto result = floating_from_text(text, out);
        if (result == number_result::out_of_range) return floating_range_name<T>();
        if (result != number_result::good) return "a finite number";
      }
    }
    return {};
  }
}

// --- leaves ------------------------------------------------------------------------------------
struct csv_leaf {
  std::string name;      ///< path of the field, with dots
  std::string old_name;  ///< path under the field's older name, or empty
  std::string (*read)(const csv_cell&, void* field);
  bool is_optional;
};

using csv_leaf_list = std::vector<csv_leaf>;

template <class T>
void append_csv_leaves(csv_leaf_list& leaves, const std::string& prefix);

/// Appends the leaves of field `I` of `T`. `prefix` is empty or ends in a dot.
template <class T, std::size_t I>
void append_csv_field(csv_leaf_list& leaves, const std::string& prefix) {
  using field = field_type<T, I>;
  const std::string name = prefix + std::string(field_names<T>()[I]);
  if constexpr (kind_of<field> == kind::record) {
    append_csv_leaves<field>(leaves, name + ".");
  } else {
    std::string old_name;
    if constexpr (has_attribute<renamed_from, T, I>)
      old_name = prefix + std::string(attribute_of<renamed_from, T, I>.name);
    leaves.push_back({name, old_name,
                      [](const csv_cell& cell, void* address) {
                        auto& value = *static_cast<field*>(address);
                        std::string expected = read_cell(cell, value);
                        if constexpr (is_checked<T, I>)
                          if (expected.empty()) expected = expected_by_attributes<T, I>(value);
                        return expected;
                      },
                      kind_of<field> == kind::optional});
  }
}

template <class T>
void append_csv_leaves(csv_leaf_list& leaves, const std::string& prefix) {
  with_active_fields<T>([&]<std::size_t... I>(std::index_sequence<I...>) {
    (append_csv_field<T, I>(leaves, prefix), ...);
  });
}

/// The leaves of a row type, in order of declaration. For a pair, those of `In` come before those
/// of `Out`.
template <class T>
csv_leaf_list csv_leaves() {
  csv_leaf_list leaves;
  if constexpr (is_row_pair<T>) {
    append_csv_leaves<typename T::first_type>(leaves, "");
    append_csv_leaves<typename T::second_type>(leaves, "");
  } else {
    append_csv_leaves<T>(leaves, "");
  }
  return leaves;
}

/// Writes the addresses of the leaves of `object` to `out`, in the order of `csv_leaves`. Returns
/// the end.
template <class T>
void** csv_addresses(T& object, void** out) {
  if constexpr (is_row_pair<T>) {
    out = csv_addresses(object.first, out);
    out = csv_addresses(object.second, out);
  } else if constexpr (kind_of<T> == kind::record) {
    for_each_active_field(object, [&](auto, auto& field) { out = csv_addresses(field, out); });
  } else {
    *out++ = &object;
  }
  return out;
}

// --- rows --------------------------------------------------------------------------------------
/// Whether the row is an empty line.
inline bool is_blank(const csv_rows& rows) {
  const auto& cells = rows.cells();
  return cells.size() == 1 && cells[0].text.empty() && !cells[0].quoted;
}

/// Reads the header. Returns the index of the leaf for each column, `no_match` if it has none.
/// Throws parse_error with all problems of the header.
std::vector<std::size_t> assign_columns(csv_rows& rows, const csv_leaf_list& leaves,
                                        read_policy unknown_columns);

/// Reads the cells of the current row into the leaves at `fields`. Returns false if there were
/// problems.
bool read_row(const csv_rows& rows, const csv_leaf_list& leaves,
              const std::vector<std::size_t>& columns, const std::vector<void*>& fields,
              problem_list& problems);

// --- writing -----------------------------------------------------------------------------------
class csv_writer {
 public:
  explicit csv_writer(char delimiter);

  const std::string& text() const { return out_; }
  void clear() { out_.clear(); }

  void cell(std::string_view text, bool quote_empty = false) {
    separate();
    bool plain = !(text.empty() && quote_empty);
    for (const char c : text) plain &= (c != '"') & (c != '\n') & (c != '\r') & (c != delimiter_);
    if (plain) {
      out_ += text;
      return;
    }
    out_ += '"';
    for (std::size_t quote = 0; (quote = text.find('"')) != std::string_view::npos;) {
      out_ += text.substr(0, quote + 1);
      out_ += '"';
      text.remove_prefix(quote + 1);
    }
    out_ += text;
    out_ += '"';
  }
  template <class Number>
  void number(Number value) {
    separate();
    append_value(out_, value);
  }
  void end_row();

 private:
  void separate() {
    if (!first_) out_ += delimiter_;
    first_ = false;
  }

  std::string out_;
  char delimiter_;
  bool first_ = true;
};

void write_header(csv_writer& out, const csv_leaf_list& leaves);

template <class T>
void write_cells(csv_writer& out, const T& value) {
  if constexpr (is_row_pair<T>) {
    write_cells(out, value.first);
    write_cells(out, value.second);
  } else if constexpr (kind_of<T> == kind::record) {
    for_each_active_field(value, [&](auto, const auto& field) { write_cells(out, field); });
  } else if constexpr (kind_of<T> == kind::optional) {
    if (!value)
      out.cell("");
    else if constexpr (kind_of<typename T::value_type> == kind::text)
      out.cell(*value, true);
    else
      write_cells(out, *value);
  } else if constexpr (kind_of<T> == kind::text) {
    out.cell(value);
  } else if constexpr (kind_of<T> == kind::boolean) {
    out.cell(value ? "true" : "false");
  } else if constexpr (kind_of<T> == kind::enumeration) {
    out.cell(enum_to_text(value));
  } else if constexpr (kind_of<T> == kind::duration || kind_of<T> == kind::time_point) {
    out.cell(chrono_to_text(value));
  } else if constexpr (kind_of<T> == kind::floating) {
    if (std::isfinite(value))
      out.number(value);
    else
      out.cell("");
  } else if constexpr (std::is_signed_v<T>) {
    out.number(static_cast<long long>(value));
  } else {
    out.number(static_cast<unsigned long long>(value));
  }
}

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/io/csv/compiled/cells.hpp>
#endif
