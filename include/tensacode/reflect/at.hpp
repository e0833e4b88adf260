// tensacode/reflect/at.hpp -- the part of an object at a path, and all parts.
// Layer 1.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/address_of.hpp>
#include <tensacode/core/error.hpp>
#include <tensacode/core/type_name.hpp>
#include <tensacode/reflect/attributes.hpp>
#include <tensacode/reflect/detail/descent.hpp>
#include <tensacode/reflect/enums.hpp>
#include <tensacode/reflect/fields.hpp>
#include <tensacode/reflect/holder.hpp>
#include <tensacode/reflect/path.hpp>
#include <tensacode/reflect/schema.hpp>

#include <charconv>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <variant>
#include <vector>

namespace tc {

/// A reference to a part of an object whose type is known only at run time. It is valid as long as
/// the object lives.
class part {
 public:
  template <class T>
  explicit part(T& object)
      : address_(detail::address_of(object)),
        type_(&typeid(T)),
        name_(type_name<std::remove_const_t<T>>()),
        kind_(kind_of<T>),
        constant_(std::is_const_v<T>) {}

  tc::kind kind() const { return kind_; }
  std::string_view type() const { return name_; }
  template <class T>
  bool is() const {
    return *type_ == typeid(T) && (std::is_const_v<T> || !constant_);
  }
  /// The part as a `T`, or as a `const T` if the object was const. Throws `argument_error` if the
  /// part has another type.
  template <class T>
  T& get() const {
    TC_CHECK(is<T>(), argument_error, "at: the part is a {}{}, not a {}{}",
             constant_ ? "const " : "", name_, std::is_const_v<T> ? "const " : "",
             type_name<std::remove_const_t<T>>());
    return *static_cast<T*>(const_cast<void*>(address_));
  }

 private:
  const void* address_;
  const std::type_info* type_;
  std::string_view name_;
  tc::kind kind_;
  bool constant_;
};

namespace detail {

/// The number of single-character changes between two names (Levenshtein 1966). Names of 64 or more
/// characters count as 64 apart.
constexpr std::size_t edit_distance(std::string_view a, std::string_view b) {
  constexpr std::size_t most = 64;
  if (a.size() >= most || b.size() >= most) return most;
  std::size_t row[most + 1] = {};
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
      row[j] = substituted < row[j] ? substituted : row[j];
    }
  }
  return row[b.size()];
}

/// The name most similar to `wanted`; empty if none is similar.
template <class Names>
constexpr std::string_view nearest_name(const Names& names, std::string_view wanted) {
  std::string_view nearest;
  std::size_t least = wanted.size() / 3 + 2;
  for (const std::string_view name : names) {
    const std::size_t distance = edit_distance(name, wanted);
    if (distance < least) {
      least = distance;
      nearest = name;
    }
  }
  return nearest;
}

template <class Key>
bool key_from_text(std::string_view text, Key& key) {
  if constexpr (kind_of<Key> == kind::text) {
    key = text;
    return true;
  } else if constexpr (kind_of<Key> == kind::enumeration) {
    const auto value = enum_cast<Key>(text);
    if (value) key = *value;
    return value.has_value();
  } else if constexpr (kind_of<Key> == kind::integer) {
    const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), key);
    return code == std::errc() && stop == text.data() + text.size();
  } else {
    return false;
  }
}

/// Whether a path can name keys of this type.
template <class Key>
inline constexpr bool is_path_key =
    kind_of<Key> == kind::text || kind_of<Key> == kind::enumeration ||
    kind_of<Key> == kind::integer;

/// Only declared. Accepts elements that are objects, so not those of std::vector<bool>.
template <class Element>
void has_addresses(Element& element);

/// Tells `f` through which field the path leads, if `f` has a member `pass`.
template <class Record, std::size_t I, class Field, class F>
void pass_through(Field& field, const F& f) {
  if constexpr (requires { f.template pass<Record, I>(field); }) f.template pass<Record, I>(field);
}

/// A search for the part at a path. It holds the current part and the function that takes the next
/// step there. `find_part` runs the steps in a loop, so even a long path, or one that goes around a
/// cycle many times, does not use up the stack.
template <class F>
struct part_search {
  std::string_view rest;  ///< the part of the path not yet followed
  std::string_view whole;
  const F& found;
  const void* place = nullptr;
  void (*step)(part_search&) = nullptr;  ///< null at the end of the search

  template <class T>
  void go_to(T& part);
};

template <class T, class F>
void step_into_part(part_search<F>& search) {
  using type = std::remove_const_t<T>;
  constexpr kind k = kind_of<type>;
  void* const place = const_cast<void*>(search.place);
  T& object = *static_cast<T*>(place);
  const std::string_view whole = search.whole;
  const auto before = whole.substr(0, whole.size() - search.rest.size());
  if (search.rest.empty()) {
    search.step = nullptr;
    search.found(object);
  } else if constexpr (holder<type>) {
    TC_CHECK(object, argument_error, "at: '{}': '{}' holds nothing", whole, before);
    search.go_to(*object);
  } else if constexpr (k == kind::variant) {
    std::visit([&](auto& held) { search.go_to(held); }, object);
  } else {
    step_text step;
    take_step(search.rest, search.rest.size() == whole.size(), step);
    const auto check_index = [&](std::size_t count) {
      TC_CHECK(step.kind == step_kind::index, argument_error,
               "at: '{}': expected an index behind '{}', a {}, found '{}'", whole, before,
               type_name<type>(), step.text);
      TC_CHECK(step.index < count, argument_error,
               "at: '{}': '{}' has {} elements, there is no [{}]", whole, before, count,
               step.index);
    };
    if constexpr (k == kind::record) {
      const std::size_t index =
          step.kind == step_kind::name ? field_index<type>(step.text) : field_count<type>;
      if (index == field_count<type>) {
        const auto meant = nearest_name(field_names<type>(), step.text);
        throw argument_error(format("at: '{}': {} has no field '{}'{}", whole, type_name<type>(),
                                    step.text,
                                    meant.empty() ? "" : format("; did you mean '{}'?", meant)));
      }
      [&]<std::size_t... I>(std::index_sequence<I...>) {
        [[maybe_unused]] const auto visit =
            [&]<std::size_t J>(std::integral_constant<std::size_t, J>) {
              if (index != J) return;
              auto& field = fields_of<type>::template get<J>(object);
              pass_through<type, J>(field, search.found);
              search.go_to(field);
            };
        (visit(std::integral_constant<std::size_t, I>{}), ...);
      }(std::make_index_sequence<field_count<type>>{});
    } else if constexpr (k == kind::array) {
      check_index(array_extent<type>);
      search.go_to(object[step.index]);
    } else if constexpr ((k == kind::sequence || k == kind::set) &&
                         requires { has_addresses(*object.begin()); }) {
      check_index(object.size());
      search.go_to(*std::next(object.begin(), static_cast<std::ptrdiff_t>(step.index)));
    } else if constexpr (k == kind::tuple) {
      check_index(std::tuple_size_v<type>);
      [&]<std::size_t... I>(std::index_sequence<I...>) {
        [[maybe_unused]] const auto visit =
            [&]<std::size_t J>(std::integral_constant<std::size_t, J>) {
              if (step.index == J) search.go_to(std::get<J>(object));
            };
        (visit(std::integral_constant<std::size_t, I>{}), ...);
      }(std::make_index_sequence<std::tuple_size_v<type>>{});
    } else if constexpr (k == kind::map) {
      typename type::key_type key{};
      const auto text = step.kind == step_kind::key ? key_of(step.text) : std::string(step.text);
      auto found = object.end();
      if (key_from_text(text, key)) found = object.find(key);
      TC_CHECK(found != object.end(), argument_error, "at: '{}': '{}' has no key '{}'", whole,
               before, text);
      search.go_to(found->second);
    } else {
      throw argument_error(
          format("at: '{}': '{}' is a {} and has no parts", whole, before, type_name<type>()));
    }
  }
}

template <class F>
template <class T>
void part_search<F>::go_to(T& part) {
  place = address_of(part);
  step = &step_into_part<T, F>;
}

/// Calls `f` with the part of `object` at `where`, which is the text of a path. Throws
/// `argument_error` if there is no such part.
template <class T, class F>
void find_part(T& object, std::string_view where, const F& f) {
  part_search<F> search{where, where, f};
  search.go_to(object);
  while (search.step) search.step(search);
}

}  // namespace detail

/// The part of the object at a path: `tc::at(person, "home.street").get<std::string>()`. If there
/// is no such part, throws `argument_error` with the step that failed and the most similar field
/// name.
template <int = 0, class T>
part at(T& object, const path& where) {
  std::vector<part> found;
  detail::find_part(object, where.text(), [&](auto& reached) { found.push_back(part(reached)); });
  return found.front();
}

/// The same if the type is known: `tc::at<int>(person, "home.zip") = 12045`. Throws
/// `argument_error` also if the part has another type.
template <class Part, class T>
Part& at(T& object, const path& where) {
  return at(object, where).template get<Part>();
}

namespace detail {

/// The path of a map's element. Contains the key if a path can name it, otherwise the position.
template <class Key>
path path_of_key(const path& where, const Key& key, std::size_t position) {
  if constexpr (kind_of<Key> == kind::text)
    return where / key;
  else if constexpr (kind_of<Key> == kind::enumeration)
    return where / enum_name(key);
  else if constexpr (kind_of<Key> == kind::integer)
    return where / format("{}", key);
  else
    return where[position];
}

template <class T, class F>
void visit_parts(T& object, const path& where, const descent& way, const F& f) {
  using type = std::remove_const_t<T>;
  constexpr kind k = kind_of<type>;
  if constexpr (holder<type>) {
    if (!object) return f(where, object);
    if constexpr (k == kind::pointer)
      visit_parts(*object, where, descent(way, where, *object), f);
    else
      visit_parts(*object, where, way, f);
  } else if constexpr (k == kind::variant) {
    std::visit([&](auto& held) { visit_parts(held, where, way, f); }, object);
  } else if constexpr (k == kind::record) {
    for_each_active_field(object, [&](auto position, auto& field) {
      visit_parts(field, where / field_names<type>()[position], way, f);
    });
  } else if constexpr (k == kind::tuple) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (visit_parts(std::get<I>(object), where[I], way, f), ...);
    }(std::make_index_sequence<std::tuple_size_v<type>>{});
  } else if constexpr (k == kind::map) {
    std::size_t position = 0;
    for (auto& [key, value] : object)
      visit_parts(value, path_of_key(where, key, position++), way, f);
  } else if constexpr (k == kind::sequence || k == kind::set || k == kind::array) {
    std::size_t position = 0;
    for (auto&& element : object) visit_parts(element, where[position++], way, f);
  } else {
    f(where, object);
  }
}

}  // namespace detail

/// Calls `f(path, leaf)` for every leaf of the object, except ignored fields. Leaves are numbers,
/// enums, texts, times, tensors, and empty optionals and pointers. Throws `argument_error` with the
/// path if the object contains itself, or if more than 1000 pointers are nested.
template <class T, class F>
void for_each_leaf(T& object, const F& f) {
  detail::visit_parts(object, path(), detail::descent("for_each_leaf"), f);
}

/// The paths of all leaves, in order of declaration.
template <class T>
auto paths(const T& object) {
  std::vector<path> all;
  for_each_leaf(object, [&](const path& where, const auto&) { all.push_back(where); });
  return all;
}

}  // namespace tc
