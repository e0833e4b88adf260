// tensacode/io/json/schema.hpp -- writes the JSON Schema (draft 2020-12) of the JSON that a type is
// read from.
// Layer 3. Records become definitions that refer to each other, so a type may contain itself.
// `tc::range`, `tc::length` and `tc::doc` become `minimum`, `maxLength`, `description` and so on.
// `tc::unit` becomes `unit`, which validators ignore.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/json/json.hpp>
#include <tensacode/reflect/offender.hpp>
#include <tensacode/reflect/reflect.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace tc {
namespace detail {

/// The limits that the attributes of a field set for the numbers, texts and containers in it.
struct field_bounds {
  const range* numbers = nullptr;
  const length* count = nullptr;
};

/// Writes one schema, and collects the records that it refers to.
class json_schema_writer {
 public:
  explicit json_schema_writer(const json_write_options& options) : out_(options) {}

  template <class T>
  std::string schema() {
    out_.open('{');
    entry("$schema", "https://json-schema.org/draft/2020-12/schema");
    members<T>({});
    if (!records_.empty()) {
      out_.field("$defs");
      out_.open('{');
      // A definition may add further records. NOLINTNEXTLINE(modernize-loop-convert)
      for (std::size_t i = 0; i < records_.size(); ++i) {
        out_.key(records_[i].name);
        (this->*records_[i].define)();
      }
      out_.close('}');
    }
    out_.close('}');
    return std::string(out_.text());
  }

 private:
  struct record {
    std::uint64_t type;
    std::string name;
    void (json_schema_writer::*define)();
  };

  void entry(std::string_view name, std::string_view value);
  template <class Number>
  void bound(std::string_view name, Number value) {
    out_.field(name);
    out_.number(value);
  }
  template <class T>
  void nested(std::string_view name, field_bounds bounds) {
    out_.field(name);
    value<T>(bounds);
  }
  template <class T>
  void value(field_bounds bounds) {
    out_.open('{');
    members<T>(bounds);
    out_.close('}');
  }

  /// The name of a record among the definitions. Two types with the same name get different names.
  template <class T>
  const std::string& definition() {
    const std::uint64_t type = fnv1a(pretty_type<T>());
    std::size_t same_name = 0;
    const std::string name(type_name<T>());
    for (const auto& known : records_) {
      if (known.type == type) return known.name;
      same_name += known.name == name || known.name.starts_with(name + "_") ? 1 : 0;
    }
    records_.push_back({type, same_name == 0 ? name : format("{}_{}", name, same_name + 1),
                        &json_schema_writer::define<T>});
    return records_.back().name;
  }

  template <class T>
  void define() {
    out_.open('{');
    entry("type", "object");
    out_.field("properties");
    out_.open('{');
    with_active_fields<T>(
        [&]<std::size_t... I>(std::index_sequence<I...>) { (property<T, I>(), ...); });
    out_.close('}');
    out_.field("required");
    out_.open('[');
    with_active_fields<T>(
        [&]<std::size_t... I>(std::index_sequence<I...>) { (require<T, I>(), ...); });
    out_.close(']');
    out_.close('}');
  }
  template <class T, std::size_t I>
  void property() {
    out_.field(field_names<T>()[I]);
    out_.open('{');
    field_bounds bounds;
    if constexpr (has_attribute<range, T, I>) bounds.numbers = &attribute_of<range, T, I>;
    if constexpr (has_attribute<length, T, I>) bounds.count = &attribute_of<length, T, I>;
    members<field_type<T, I>>(bounds);
    if constexpr (has_attribute<doc, T, I>) entry("description", attribute_of<doc, T, I>.text);
    if constexpr (has_attribute<unit, T, I>) entry("unit", attribute_of<unit, T, I>.name);
    out_.close('}');
  }
  template <class T, std::size_t I>
  void require() {
    if constexpr (!holder<field_type<T, I>>) {
      out_.separate();
      out_.string(field_names<T>()[I]);
    }
  }

  void elements_between(std::size_t least, std::size_t greatest);
  void list(field_bounds bounds);

  template <class T>
  void members(field_bounds bounds) {
    constexpr kind k = kind_of<T>;
    if constexpr (std::is_same_v<T, std::monostate>) {
      entry("type", "null");
    } else if constexpr (k == kind::boolean) {
      entry("type", "boolean");
    } else if constexpr (k == kind::integer || k == kind::floating) {
      entry("type", k == kind::integer ? "integer" : "number");
      if (bounds.numbers) {
        bound("minimum", bounds.numbers->least);
        bound("maximum", bounds.numbers->greatest);
      } else if constexpr (k == kind::integer) {
        using wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
        bound("minimum", static_cast<wide>(std::numeric_limits<T>::min()));
        bound("maximum", static_cast<wide>(std::numeric_limits<T>::max()));
      }
    } else if constexpr (k == kind::enumeration) {
      out_.field("enum");
      out_.open('[');
      for (const std::string_view name : enum_spellings<T>()) {
        out_.separate();
        out_.string(name);
      }
      out_.close(']');
    } else if constexpr (k == kind::text) {
      entry("type", "string");
      if (bounds.count) {
        bound("minLength", bounds.count->least);
        bound("maxLength", bounds.count->greatest);
      }
    } else if constexpr (k == kind::duration) {
      entry("type", "string");
      entry("format", "duration");
    } else if constexpr (k == kind::time_point) {
      entry("type", "string");
      if constexpr (clock_kind_of<T>() == clock_kind::other)
        entry("format", "duration");
      else if constexpr (clock_kind_of<T>() == clock_kind::system)
        entry("format", "date-time");
    } else if constexpr (k == kind::tensor) {
      tensor<T>(tensor_rank<T>(), bounds);
    } else if constexpr (holder<T>) {
      out_.field("anyOf");
      out_.open('[');
      out_.separate();
      value<held_type<T>>(bounds);
      out_.separate();
      value<std::monostate>({});
      out_.close(']');
    } else if constexpr (k == kind::variant || k == kind::tuple) {
      constexpr std::size_t count = [] {
        if constexpr (k == kind::variant)
          return std::variant_size_v<T>;
        else
          return std::tuple_size_v<T>;
      }();
      if constexpr (k == kind::tuple) list({});
      out_.field(k == kind::variant ? "anyOf" : "prefixItems");
      out_.open('[');
      for_each_child_type<T>([&]<class Child>(std::string_view, std::type_identity<Child>) {
        out_.separate();
        value<Child>({});
      });
      out_.close(']');
      if constexpr (k == kind::tuple) elements_between(count, count);
    } else if constexpr (k == kind::array) {
      list({});
      nested<array_element<T>>("items", bounds);
      elements_between(array_extent<T>, array_extent<T>);
    } else if constexpr (k == kind::map) {
      map<T>(bounds);
    } else if constexpr (k == kind::record) {
      entry("$ref", "#/$defs/" + definition<T>());
    } else {
      list(bounds);
      nested<typename T::value_type>("items", {bounds.numbers, nullptr});
      if constexpr (k == kind::set) {
        out_.field("uniqueItems");
        out_.raw("true");
      }
    }
  }

  template <class T>
  void map(field_bounds bounds) {
    if constexpr (is_object_key<typename T::key_type>) {
      entry("type", "object");
      nested<typename T::mapped_type>("additionalProperties", {});
      if (bounds.count) {
        bound("minProperties", bounds.count->least);
        bound("maxProperties", bounds.count->greatest);
      }
    } else {
      list(bounds);
      nested<std::pair<typename T::key_type, typename T::mapped_type>>("items", {});
    }
  }

  /// Nests one array per dimension. A tensor of any rank is just an array.
  template <class T>
  void tensor(int rank, field_bounds bounds) {
    if (rank == 0) return members<tensor_element<T>>(bounds);
    entry("type", "array");
    if (rank < 0) return;
    out_.field("items");
    out_.open('{');
    tensor<T>(rank - 1, bounds);
    out_.close('}');
  }

  json_writer out_;
  std::vector<record> records_;
};

}  // namespace detail

/// Returns the JSON Schema of the JSON that `tc::from_json<T>` reads and `tc::to_json` writes.
///
/// Errors   at compile time R10
template <class T>
std::string json_schema(const json_write_options& options = {}) {
  using offender = detail::offender_in<detail::json_takes, T>;
  if constexpr (detail::is_offender<offender>) {
    static_cast<void>(sizeof(detail::error::type_has_no_json_form<offender>));
    return {};
  } else {
    detail::json_schema_writer writer(options);
    return writer.template schema<T>();
  }
}

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/io/json/compiled/schema.hpp>
#endif
