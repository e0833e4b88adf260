// tensacode/io/arrays/named_arrays.hpp -- converts a record to named arrays of numbers, and back.
// Layer 3. Shared by .npz and safetensors.
//
// An array gets the path of its field as its name, for example `layer.weight`. Records in a list
// are numbered: `layers.0.weight`. For a map, the key is the last part of the name. A file does not
// store the length of a list of records, nor whether an optional is empty. When reading, both
// follow from the names that exist.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/core/lookup.hpp>
#include <tensacode/io/arrays/fill_array.hpp>
#include <tensacode/io/arrays/flatten_array.hpp>
#include <tensacode/io/arrays/number_array.hpp>
#include <tensacode/io/detail/field_checks.hpp>
#include <tensacode/io/parse_error.hpp>
#include <tensacode/io/read_policy.hpp>
#include <tensacode/reflect/attributes.hpp>
#include <tensacode/reflect/holder.hpp>
#include <tensacode/reflect/offender.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc::detail {

// --- which types -------------------------------------------------------------------------------
/// Whether T is a list of records, or a list of such lists.
template <class T>
consteval bool is_list_of_records() {
  if constexpr (!is_level<T>)
    return false;
  else if constexpr (kind_of<level_element<T>> == kind::record)
    return true;
  else
    return is_list_of_records<level_element<T>>();
}

template <class T>
consteval bool is_map_of_arrays() {
  if constexpr (kind_of<T> == kind::map)
    return std::is_same_v<typename T::key_type, std::string> &&
           is_array_of_numbers<typename T::mapped_type>;
  else
    return false;
}

template <class T>
struct named_arrays_take {
  static constexpr bool stops = is_array_of_numbers<T> || is_map_of_arrays<T>();
  static constexpr bool value = [] {
    if constexpr (kind_of<T> == kind::optional)
      return is_array_of_numbers<held_type<T>> || kind_of<held_type<T>> == kind::record;
    else
      return kind_of<T> == kind::record || is_list_of_records<T>();
  }();
};

template <class T>
struct named_arrays_read {
  static constexpr bool stops = named_arrays_take<T>::stops;
  static constexpr bool value = named_arrays_take<T>::value && std::is_default_constructible_v<T>;
};

/// The first part of T that prevents it from being a record or a map of arrays, if there is one.
template <template <class> class Takes, class T>
consteval auto find_unnamed_array() {
  if constexpr (kind_of<T> == kind::record || is_map_of_arrays<T>())
    return find_offender<Takes, T>();
  else
    return offending_type<T>{};
}

template <class T>
using written_offender = decltype(find_unnamed_array<named_arrays_take, T>());
template <class T>
using read_offender = decltype(find_unnamed_array<named_arrays_read, T>());

namespace error {

template <class Offender>
struct field_is_no_array {
  static_assert(is_acceptable<Offender>,
                "tensacode[R21] arrays by name: neither an array of numbers nor a record or map of "
                "them. Fix: TC_FIELD(Type, field, tc::ignore), or a type listed in docs/io.md.");
};
template <class Offender>
struct field_cannot_be_read {
  static_assert(
      is_acceptable<Offender>,
      "tensacode[R24] arrays by name: neither an array of numbers nor a record or map of "
      "them, or no default constructor. Fix: TC_FIELD(Type, field, tc::ignore), or a type "
      "listed in docs/io.md.");
};

}  // namespace error

// --- writing -----------------------------------------------------------------------------------
inline std::string name_below(const std::string& name, std::string_view last) {
  return name.empty() ? std::string(last) : name + "." + std::string(last);
}

/// Calls `f(name, array)` for each array of numbers in the object. `name` is the name of the object
/// itself.
template <class T, class F>
void for_each_named_array(const T& object, const std::string& name, const F& f) {
  if constexpr (is_array_of_numbers<T>) {
    f(name, object);
  } else if constexpr (kind_of<T> == kind::record) {
    for_each_active_field(object, [&]<std::size_t I, class Field>(
                                      std::integral_constant<std::size_t, I>, const Field& field) {
      for_each_named_array(field, name_below(name, field_names<T>()[I]), f);
    });
  } else if constexpr (kind_of<T> == kind::optional) {
    if (object) for_each_named_array(*object, name, f);
  } else if constexpr (kind_of<T> == kind::map) {
    // Write the entries sorted by key, so that equal objects give equal files.
    std::vector<const typename T::value_type*> sorted;
    for (const auto& entry : object) sorted.push_back(&entry);
    std::sort(sorted.begin(), sorted.end(),
              [](const auto* a, const auto* b) { return a->first < b->first; });
    for (const auto* entry : sorted) f(name_below(name, entry->first), entry->second);
  } else {
    std::size_t index = 0;
    for (const auto& element : object)
      for_each_named_array(element, name_below(name, format("{}", index++)), f);
  }
}

struct named_array {
  std::string name;
  flat_array array;
};

/// The named arrays of a record. The result may refer to the memory of the record, so the record
/// must outlive it.
///
/// Errors   argument_error if nested lists have different lengths; it names the field and the index
template <class T>
std::vector<named_array> flatten_record(const T& record, bool may_be_column_major) {
  std::vector<named_array> out;
  for_each_named_array(record, "", [&](const std::string& name, const auto& array) {
    try {
      out.push_back({name, flatten_array(array, may_be_column_major)});
    } catch (const argument_error& error) {
      throw argument_error("field '" + name + "': " + error.what());
    }
  });
  return out;
}

// --- reading -----------------------------------------------------------------------------------
/// Sorted array names, searched by bisection.
struct sorted_names {
  std::vector<std::string> list;

  void sort();
  auto begin() const { return list.begin(); }
  auto end() const { return list.end(); }
  auto lower_bound(const std::string& name) const {
    return std::lower_bound(list.begin(), list.end(), name);
  }
  bool contains(const std::string& name) const;
};

/// Reads a record from a source. The source has `names()`, which are sorted, and `read(name, array,
/// problem)`, which returns false and sets `problem` if it fails.
template <class Source>
class named_array_reader {
 public:
  explicit named_array_reader(Source& source) : source_(source) {}

  /// Reads the record and adds all problems to the list.
  template <class T>
  void read_record(T& out, read_policy unknown_arrays, problem_list& problems) {
    read(out, "", 0, problems);
    if (unknown_arrays == read_policy::ignore) return;
    for (const auto& name : source_.names())
      if (!used_.contains(name))
        problems.add({0, 0, {}, "names of the type", detail::quoted(name)});
  }

 private:
  bool has(const std::string& name) const { return source_.names().contains(name); }
  bool has_below(const std::string& name) const {
    const std::string prefix = name + ".";
    const auto at = source_.names().lower_bound(prefix);
    return at != source_.names().end() && at->starts_with(prefix);
  }
  template <class T>
  bool is_there(const std::string& name) const {
    if constexpr (kind_of<T> == kind::optional)
      return is_there<held_type<T>>(name);
    else
      return is_array_of_numbers<T> ? has(name) : has_below(name);
  }

  /// Returns false if there were problems; they are added to the list.
  template <class T>
  bool read(T& out, const std::string& name, std::size_t depth, problem_list& problems) {
    constexpr std::size_t most = 512;  // limits the recursion of a type that contains itself
    bool good = true;
    if (depth > most) {
      problems.add({0, 0, name, format("at most {} names in each other", most), "more"});
      good = false;
    } else if constexpr (is_array_of_numbers<T>) {
      parse_problem problem;
      good = has(name);
      if (good) {
        used_.insert(name);
        good = source_.read(name, out, problem);
      } else {
        problem.expected = expected_shape<T>();
        problem.found = "no such name";
      }
      if (!good) {
        problem.path = name;
        problems.add(std::move(problem));
      }
    } else if constexpr (kind_of<T> == kind::record) {
      for_each_active_field(out, [&]<std::size_t I, class Field>(
                                     std::integral_constant<std::size_t, I>, Field& field) {
        const std::string path = name_of_field<T, I>(name);
        bool field_is_good = read(field, path, depth + 1, problems);
        if constexpr (is_checked<T, I>) {
          std::string expected;
          if (field_is_good) expected = expected_by_attributes<T, I>(field);
          if (!expected.empty()) {
            problems.add({0, 0, path, std::move(expected), "others"});
            field_is_good = false;
          }
        }
        good = good && field_is_good;
      });
    } else if constexpr (kind_of<T> == kind::optional) {
      if (is_there<T>(name))
        good = read(emplace_held(out), name, depth, problems);
      else
        out.reset();
    } else if constexpr (kind_of<T> == kind::map) {
      out.clear();
      const std::string prefix = name.empty() ? name : name + ".";
      const auto& names = source_.names();
      for (auto at = names.lower_bound(prefix); at != names.end() && at->starts_with(prefix); ++at)
        good &= read(out[at->substr(prefix.size())], *at, depth + 1, problems);
    } else {
      if constexpr (kind_of<T> == kind::sequence) {
        out.clear();
        for (std::size_t i = 0; is_there<level_element<T>>(name_below(name, format("{}", i))); ++i)
          out.emplace_back();
      }
      std::size_t index = 0;
      for (auto& element : out)
        good &= read(element, name_below(name, format("{}", index++)), depth + 1, problems);
    }
    return good;
  }

  /// The name of a field in the file. This is its current name, unless the file has only an older
  /// one.
  template <class T, std::size_t I>
  std::string name_of_field(const std::string& above) const {
    std::string name = name_below(above, field_names<T>()[I]);
    if constexpr (has_attribute<renamed_from, T, I>) {
      if (is_there<field_type<T, I>>(name)) return name;
      std::apply(
          [&](const auto&... attributes) {
            const auto try_older = [&](const auto& attribute) {
              if constexpr (std::is_same_v<std::remove_cvref_t<decltype(attribute)>,
                                           renamed_from>) {
                std::string older = name_below(above, attribute.name);
                if (is_there<field_type<T, I>>(older)) name = std::move(older);
              }
            };
            (try_older(attributes), ...);
          },
          attributes_of<T, I>);
    }
    return name;
  }

  Source& source_;
  lookup_set<std::string, text_hash> used_;
};

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/io/arrays/compiled/named_arrays.hpp>
#endif
