// tensacode/reflect/glob.hpp -- patterns of paths: `orders[*].price`, `**.name`.
// Layer 1. A pattern is like a path (reflect/path.hpp), with these additional steps:
//   `*`     every field of a struct, every element of a map
//   `[*]`   every element of a container, array or tuple
//   `**`    any number of steps, also none
// A pattern that is a template argument is checked against the type at compile time.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/address_of.hpp>
#include <tensacode/core/fixed_string.hpp>
#include <tensacode/reflect/at.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tc {
namespace detail {

enum class glob_kind { name, key, index, any_name, any_index, deep };

struct glob_step {
  glob_kind kind = glob_kind::name;
  std::string_view text;
  std::size_t index = 0;
};

/// Removes the first step of a pattern from `rest`. Returns false if it is not valid, like
/// `take_step`.
constexpr bool take_glob_step(std::string_view& rest, bool first, glob_step& out) {
  if (rest.starts_with("[*]")) {
    out = {glob_kind::any_index, "*", 0};
    rest.remove_prefix(3);
    return true;
  }
  const std::size_t dot = !first && rest[0] == '.' ? 1 : 0;
  if ((dot == 1 || first) && rest.substr(dot).starts_with('*')) {
    const std::size_t stars = rest.substr(dot).starts_with("**") ? 2 : 1;
    out = {stars == 2 ? glob_kind::deep : glob_kind::any_name, "*", 0};
    rest.remove_prefix(dot + stars);
    return rest.empty() || rest[0] == '.' || rest[0] == '[';
  }
  step_text step;
  if (!take_step(rest, first, step)) return false;
  constexpr glob_kind kinds[] = {glob_kind::name, glob_kind::key, glob_kind::index};
  out = {kinds[static_cast<std::size_t>(step.kind)], step.text, step.index};
  return true;
}

/// The number of steps; -1 if the text is not a pattern.
constexpr int count_glob_steps(std::string_view text) {
  int count = 0;
  glob_step step;
  for (std::string_view rest = text; !rest.empty(); ++count)
    if (!take_glob_step(rest, rest.size() == text.size(), step)) return -1;
  return count;
}

constexpr bool is_literal_path(std::string_view text) {
  glob_step step;
  for (std::string_view rest = text; !rest.empty();) {
    if (!take_glob_step(rest, rest.size() == text.size(), step)) return true;
    if (step.kind == glob_kind::any_name || step.kind == glob_kind::any_index ||
        step.kind == glob_kind::deep)
      return false;
  }
  return true;
}

template <fixed_string Text>
struct parsed_glob {
  static constexpr int count = count_glob_steps(Text.view());
  static constexpr bool is_valid = count >= 0;
  static constexpr auto steps = [] {
    std::array<glob_step, static_cast<std::size_t>(is_valid ? count : 0)> out{};
    std::string_view rest = Text.view();
    for (auto& step : out) take_glob_step(rest, rest.size() == Text.view().size(), step);
    return out;
  }();
};

// --- whether a type can have a matching part ----------------------------------------------------
template <class Glob, std::size_t I, class T, class... Above>
consteval bool fits_glob(type_stack<Above...> = {});

/// Whether `fits_glob` is true for any child that the step allows.
template <class Glob, std::size_t I, class T, class Stack>
consteval bool any_child_fits(Stack above) {
  bool found = false;
  for_each_child_type<T>([&]<class Child>(std::string_view, std::type_identity<Child>) {
    if constexpr (kind_of<T> == kind::map)  // an element is a pair; paths lead to its value
      found = found || fits_glob<Glob, I, typename T::mapped_type>(above);
    else
      found = found || fits_glob<Glob, I, Child>(above);
  });
  return found;
}

template <class Glob, std::size_t I, class T, class... Above>
consteval bool fits_glob(type_stack<Above...>) {
  constexpr kind k = kind_of<T>;
  if constexpr (I == Glob::steps.size()) {
    return true;
  } else if constexpr (holder<T> || k == kind::variant) {
    if constexpr (is_on_stack<T, Above...>)
      return false;
    else
      return any_child_fits<Glob, I, T>(type_stack<T, Above...>{});
  } else {
    constexpr glob_step step = Glob::steps[I];
    constexpr bool indexed =
        k == kind::sequence || k == kind::set || k == kind::array || k == kind::tuple;
    if constexpr (step.kind == glob_kind::deep) {
      if constexpr (is_on_stack<T, Above...>)
        return false;
      else if constexpr (I + 1 == Glob::steps.size())
        return true;
      else
        return fits_glob<Glob, I + 1, T>() || any_child_fits<Glob, I, T>(type_stack<T, Above...>{});
    } else if constexpr (step.kind == glob_kind::name && k == kind::record) {
      constexpr std::size_t index = field_index<T>(step.text);
      if constexpr (index < field_count<T>)
        return fits_glob<Glob, I + 1, field_type<T, index>>();
      else
        return false;
    } else if constexpr (k == kind::map && step.kind != glob_kind::index) {
      return fits_glob<Glob, I + 1, typename T::mapped_type>();
    } else if constexpr (step.kind == glob_kind::index && k == kind::tuple) {
      if constexpr (step.index < std::tuple_size_v<T>)
        return fits_glob<Glob, I + 1, std::remove_cvref_t<std::tuple_element_t<step.index, T>>>();
      else
        return false;
    } else if constexpr ((step.kind == glob_kind::any_name && k == kind::record) ||
                         (step.kind == glob_kind::any_index && indexed) ||
                         (step.kind == glob_kind::index && indexed)) {
      return any_child_fits<Glob, I + 1, T>(type_stack<>{});
    } else {
      return false;
    }
  }
}

/// Template arguments of an error message: the record in which a field was not found, the name that
/// was written, and the most similar field.
template <class Owner, fixed_string Wanted, fixed_string Meant>
struct misspelt_field {};
template <class Glob, class T>
struct unmatched_pattern {};

template <std::size_t N>
consteval auto as_fixed_string(std::string_view text) {
  char characters[N + 1] = {};
  for (std::size_t i = 0; i < N; ++i) characters[i] = text[i];
  return fixed_string<N + 1>(characters);
}

/// Finds the reason why a pattern does not fit: follows its names up to the first one that is not a
/// field.
template <class Glob, std::size_t I, class T>
consteval auto why_unmatched() {
  constexpr kind k = kind_of<T>;
  if constexpr (I == Glob::steps.size()) {
    return unmatched_pattern<Glob, T>{};
  } else if constexpr (holder<T>) {
    return why_unmatched<Glob, I, held_type<T>>();
  } else if constexpr (k == kind::record && Glob::steps[I].kind == glob_kind::name) {
    constexpr std::string_view wanted = Glob::steps[I].text;
    constexpr std::size_t index = field_index<T>(wanted);
    if constexpr (index < field_count<T>) {
      return why_unmatched<Glob, I + 1, field_type<T, index>>();
    } else {
      constexpr std::string_view meant = nearest_name(field_names<T>(), wanted);
      return misspelt_field<T, as_fixed_string<wanted.size()>(wanted),
                            as_fixed_string<meant.size()>(meant)>{};
    }
  } else if constexpr (k == kind::array && Glob::steps[I].kind != glob_kind::deep) {
    return why_unmatched<Glob, I + 1, array_element<T>>();
  } else if constexpr ((k == kind::sequence || k == kind::set) &&
                       Glob::steps[I].kind != glob_kind::deep) {
    return why_unmatched<Glob, I + 1, typename T::value_type>();
  } else if constexpr (k == kind::map && Glob::steps[I].kind != glob_kind::deep) {
    return why_unmatched<Glob, I + 1, typename T::mapped_type>();
  } else {
    return unmatched_pattern<Glob, T>{};
  }
}

template <class Why>
inline constexpr bool is_matched_by_type = false;

namespace error {

template <class Why>
struct pattern_matches_nothing {
  static_assert(is_matched_by_type<Why>,
                "tensacode[R16] path: the type has no such part. Fix: the name after the type is "
                "the one written, the last one is the nearest field; see tc::paths(object).");
};
template <class Text>
struct text_is_no_pattern {
  static_assert(is_matched_by_type<Text>,
                "tensacode[R17] path: not a path. Fix: write names parted by dots, [index], "
                "[\"key\"], or in patterns *, [*] and **.");
};

}  // namespace error

// --- visiting -----------------------------------------------------------------------------------
template <class Glob, std::size_t I, class T, class F>
void visit_matches(T& object, const path& where, const descent& way, const F& f);

/// Visits all children of an object; they are matched against step `I`.
template <class Glob, std::size_t I, class T, class F>
void visit_children(T& object, const path& where, const descent& way, const F& f) {
  using type = std::remove_const_t<T>;
  constexpr kind k = kind_of<type>;
  if constexpr (k == kind::record) {
    for_each_active_field(object, [&](auto position, auto& field) {
      visit_matches<Glob, I>(field, where / field_names<type>()[position], way, f);
    });
  } else if constexpr (k == kind::tuple) {
    [&]<std::size_t... J>(std::index_sequence<J...>) {
      (visit_matches<Glob, I>(std::get<J>(object), where[J], way, f), ...);
    }(std::make_index_sequence<std::tuple_size_v<type>>{});
  } else if constexpr (k == kind::map) {
    std::size_t position = 0;
    for (auto& [key, value] : object)
      visit_matches<Glob, I>(value, path_of_key(where, key, position++), way, f);
  } else if constexpr (k == kind::sequence || k == kind::set || k == kind::array) {
    std::size_t position = 0;
    for (auto&& element : object) visit_matches<Glob, I>(element, where[position++], way, f);
  }
}

template <class Glob, std::size_t I, class T, class F>
void visit_matches(T& object, const path& where, const descent& way, const F& f) {
  using type = std::remove_const_t<T>;
  constexpr kind k = kind_of<type>;
  if constexpr (I == Glob::steps.size()) {
    f(where, object);
  } else if constexpr (holder<type>) {
    if (!object) return;
    if constexpr (k == kind::pointer && Glob::steps[I].kind == glob_kind::deep)
      visit_matches<Glob, I>(*object, where, descent(way, where, *object), f);
    else
      visit_matches<Glob, I>(*object, where, way, f);
  } else if constexpr (k == kind::variant) {
    std::visit([&](auto& held) { visit_matches<Glob, I>(held, where, way, f); }, object);
  } else {
    constexpr glob_step step = Glob::steps[I];
    if constexpr (step.kind == glob_kind::deep) {
      visit_matches<Glob, I + 1>(object, where, way, f);
      visit_children<Glob, I>(object, where, way, f);
    } else if constexpr (step.kind == glob_kind::name && k == kind::record) {
      constexpr std::size_t index = field_index<type>(step.text);
      if constexpr (index < field_count<type>)
        visit_matches<Glob, I + 1>(fields_of<type>::template get<index>(object), where / step.text,
                                   way, f);
    } else if constexpr (k == kind::map &&
                         (step.kind == glob_kind::name || step.kind == glob_kind::key)) {
      typename type::key_type key{};
      const std::string text =
          step.kind == glob_kind::key ? key_of(step.text) : std::string(step.text);
      if (!key_from_text(text, key)) return;
      const auto found = object.find(key);
      if (found != object.end()) visit_matches<Glob, I + 1>(found->second, where / text, way, f);
    } else if constexpr (step.kind == glob_kind::index && k == kind::tuple) {
      if constexpr (step.index < std::tuple_size_v<type>)
        visit_matches<Glob, I + 1>(std::get<step.index>(object), where[step.index], way, f);
    } else if constexpr (step.kind == glob_kind::index &&
                         (k == kind::sequence || k == kind::set || k == kind::array)) {
      if (step.index < static_cast<std::size_t>(std::size(object)))
        visit_matches<Glob, I + 1>(
            *std::next(std::begin(object), static_cast<std::ptrdiff_t>(step.index)),
            where[step.index], way, f);
    } else if constexpr (step.kind == glob_kind::any_index
                             ? k == kind::sequence || k == kind::set || k == kind::array ||
                                   k == kind::tuple
                             : step.kind == glob_kind::any_name &&
                                   (k == kind::record || k == kind::map)) {
      visit_children<Glob, I + 1>(object, where, way, f);
    }
  }
}

/// Whether the pattern can match a part of `T`.
template <fixed_string Pattern, class T>
consteval bool is_pattern_of() {
  using pattern = parsed_glob<Pattern>;
  if constexpr (pattern::is_valid)
    return fits_glob<pattern, 0, T>();
  else
    return false;
}

/// The class whose instantiation reports why the pattern cannot match.
template <fixed_string Pattern, class T>
consteval auto pattern_problem_of() {
  using pattern = parsed_glob<Pattern>;
  if constexpr (pattern::is_valid)
    return std::type_identity<
        error::pattern_matches_nothing<decltype(why_unmatched<pattern, 0, T>())>>{};
  else
    return std::type_identity<error::text_is_no_pattern<pattern>>{};
}
template <fixed_string Pattern, class T>
using pattern_problem = typename decltype(pattern_problem_of<Pattern, T>())::type;

/// Whether a step of a pattern, other than `**`, matches a step of a path.
bool matches_step(const glob_step& wanted, const step_text& step);

/// Whether a path matches a pattern. If a step does not match, the last `**` takes one more step of
/// the path. Earlier `**` need not be tried again, since that cannot change the result. So the time
/// is at most proportional to the number of steps of the pattern times that of the path.
bool matches_steps(std::string_view pattern, std::string_view path);

}  // namespace detail

/// A pattern known at run time.
class glob {
 public:
  /// Throws `argument_error` with the position of the error if `text` is not a pattern.
  explicit glob(std::string_view text);
  const std::string& text() const { return text_; }
  bool matches(const path& where) const { return detail::matches_steps(text_, where.text()); }

 private:
  std::string text_;
};

/// Calls `f(path, part)` for every part of the object that matches the pattern, in order:
/// `tc::for_each_match<"orders[*].price">(shop, [](const tc::path&, double& price) { ... })`. With
/// variants or `**` the parts may have several types. A pattern that cannot match any part of the
/// type does not compile. With `**`, throws `argument_error` under the same conditions as
/// `for_each_leaf`.
template <fixed_string Pattern, class T, class F>
void for_each_match(T& object, const F& f) {
  if constexpr (detail::is_pattern_of<Pattern, std::remove_const_t<T>>())
    detail::visit_matches<detail::parsed_glob<Pattern>, 0>(object, path(),
                                                           detail::descent("for_each_match"), f);
  else
    static_cast<void>(sizeof(detail::pattern_problem<Pattern, std::remove_const_t<T>>));
}

namespace detail {

/// The part reached by steps `I` and later; null if a holder is empty or there is no such element.
template <class Glob, std::size_t I, class T>
auto* find_typed(T& object) {
  using type = std::remove_const_t<T>;
  constexpr kind k = kind_of<type>;
  if constexpr (I == Glob::steps.size()) {
    return address_of(object);
  } else if constexpr (holder<type>) {
    return object ? find_typed<Glob, I>(*object) : nullptr;
  } else {
    constexpr glob_step step = Glob::steps[I];
    if constexpr (k == kind::record) {
      return find_typed<Glob, I + 1>(
          fields_of<type>::template get<field_index<type>(step.text)>(object));
    } else if constexpr (k == kind::tuple) {
      return find_typed<Glob, I + 1>(std::get<step.index>(object));
    } else if constexpr (k == kind::map) {
      typename type::key_type key{};
      auto found = object.end();
      if (key_from_text(step.kind == glob_kind::key ? key_of(step.text) : std::string(step.text),
                        key))
        found = object.find(key);
      return found != object.end() ? find_typed<Glob, I + 1>(found->second) : nullptr;
    } else {
      return step.index < static_cast<std::size_t>(std::size(object))
                 ? find_typed<Glob, I + 1>(
                       *std::next(std::begin(object), static_cast<std::ptrdiff_t>(step.index)))
                 : nullptr;
    }
  }
}

}  // namespace detail

/// The part at a path that is a template argument, with its own type:
/// `tc::at<"home.street">(person) = "High Street"`. Does not look into variants. Throws
/// `argument_error` if an optional or a pointer on the way is empty, or an element does not exist.
/// A misspelt field name does not compile.
template <fixed_string Path, class T>
auto& at(T& object) {
  static_assert(detail::is_literal_path(Path.view()),
                "tensacode[R18] at<\"path\">: the path has a wildcard. Fix: use "
                "tc::for_each_match.");
  if constexpr (!detail::is_literal_path(Path.view())) {
    return object;
  } else if constexpr (detail::is_pattern_of<Path, std::remove_const_t<T>>()) {
    auto* const found = detail::find_typed<detail::parsed_glob<Path>, 0>(object);
    TC_CHECK(found, argument_error, "at: there is nothing at '{}'", Path.view());
    return *found;
  } else {
    static_cast<void>(sizeof(detail::pattern_problem<Path, std::remove_const_t<T>>));
    return object;
  }
}

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/reflect/compiled/glob.hpp>
#endif
