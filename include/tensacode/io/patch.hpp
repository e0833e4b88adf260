// tensacode/io/patch.hpp -- the difference of two objects as edits that can be kept, sent, applied
// and undone.
// Layer 3. A patch is plain data: `tc::to_json(patch)` writes it, `tc::from_json<tc::patch>` reads
// it. Nothing happens until it is applied. The finest parts are edited that paths can name:
// fields, elements of sequences and of maps whose keys are text, enums or integers; other maps,
// sets and tensors are replaced as a whole.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/detail/field_checks.hpp>
#include <tensacode/io/json/json.hpp>
#include <tensacode/reflect/reflect.hpp>
#include <tensacode/tree/compare.hpp>

#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace tc {

/// The object is not as the patch expects it.
struct patch_conflict : error {
  using error::error;
};

enum class edit_action { set, insert, remove };

/// One change. Values are JSON; a variant is an array of the alternative's position and its value;
/// "nan", "inf" and "-inf" stand for numbers that JSON does not have.
struct edit {
  edit_action action = edit_action::set;
  std::string path;
  std::optional<std::string> before;  ///< of `set` and `remove`
  std::optional<std::string> after;   ///< of `set` and `insert`
};

struct patch {
  std::vector<edit> edits;

  bool empty() const { return edits.empty(); }
  /// The patch that undoes this one.
  patch inverse() const;
};

namespace detail {

/// Exact, whatever is inside: what is inserted again or set back is what it was.
template <class T>
std::string value_to_json(const T& value) {
  json_writer writer;
  writer.exact = true;
  write_json_value(writer, value);
  return std::string(writer.text());
}

template <class T>
void value_from_json(std::string_view text, T& value) {
  json_tape tape;
  problem_list problems;
  if (!read_json_text(tape, text, value, {}, problems, 1, true)) problems.raise("");
}

/// Parts that are compared part by part; others are replaced as a whole.
template <class T>
inline constexpr bool has_editable_parts = [] {
  constexpr kind k = kind_of<T>;
  if constexpr (k == kind::map)
    return is_path_key<typename T::key_type> &&
           requires(T m, typename T::key_type key) { m.insert_or_assign(key, m.begin()->second); };
  else if constexpr (k == kind::sequence)
    return requires(T s) { has_addresses(*s.begin()); };
  else
    return k == kind::record || k == kind::array || k == kind::tuple;
}();

template <class T, class Edits>
void add_difference(const T& a, const T& b, const path& where, const descent& way, Edits& edits) {
  constexpr kind k = kind_of<T>;
  const auto set_whole = [&] {
    const std::string before = value_to_json(a), after = value_to_json(b);
    // Containers without order write equal elements in different orders; -0 is not 0, though.
    if (before != after && (k == kind::floating || !equal(a, b)))
      edits.push_back({edit_action::set, where.text(), before, after});
  };
  if constexpr (holder<T>) {
    if constexpr (has_editable_parts<held_type<T>>) {
      if (a && b) {
        if constexpr (k == kind::pointer)
          return add_difference<held_type<T>>(*a, *b, where, descent(way, where, *a), edits);
        else
          return add_difference<held_type<T>>(*a, *b, where, way, edits);
      }
    }
    set_whole();
  } else if constexpr (!has_editable_parts<T>) {
    set_whole();
  } else if constexpr (k == kind::record) {
    with_active_fields<T>([&]<std::size_t... I>(std::index_sequence<I...>) {
      (add_difference(fields_of<T>::template get<I>(a), fields_of<T>::template get<I>(b),
                      where / field_names<T>()[I], way, edits),
       ...);
    });
  } else if constexpr (k == kind::array) {
    for (std::size_t i = 0; i < array_extent<T>; ++i)
      add_difference(a[i], b[i], where[i], way, edits);
  } else if constexpr (k == kind::tuple) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (add_difference(std::get<I>(a), std::get<I>(b), where[I], way, edits), ...);
    }(std::make_index_sequence<std::tuple_size_v<T>>{});
  } else if constexpr (k == kind::map) {
    std::size_t position = 0;
    for (const auto& [key, value] : a) {
      const path here = path_of_key(where, key, position++);
      const auto found = b.find(key);
      if (found == b.end())
        edits.push_back({edit_action::remove, here.text(), value_to_json(value), {}});
      else
        add_difference(value, found->second, here, way, edits);
    }
    for (const auto& [key, value] : b)
      if (a.find(key) == a.end())
        edits.push_back({edit_action::insert,
                         path_of_key(where, key, position).text(),
                         {},
                         value_to_json(value)});
  } else {
    const std::size_t common = a.size() < b.size() ? a.size() : b.size();
    auto in_a = a.begin();
    auto in_b = b.begin();
    for (std::size_t i = 0; i < common; ++i) add_difference(*in_a++, *in_b++, where[i], way, edits);
    for (std::size_t i = common; i < b.size(); ++i)
      edits.push_back({edit_action::insert, where[i].text(), {}, value_to_json(*in_b++)});
    // From the end, so that each index still means what it says.
    for (std::size_t i = a.size(); i > common; --i)
      edits.push_back({edit_action::remove,
                       where[i - 1].text(),
                       value_to_json(*std::next(a.begin(), static_cast<std::ptrdiff_t>(i - 1))),
                       {}});
  }
}

/// The text of a path without its last step, and that step.
std::pair<std::string_view, step_text> split_last_step(std::string_view text);

template <class T>
struct kept_value {
  T value{};
};

/// An edit that is done or, `back`, undone. `kept` is a `kept_value` of the part's type: what was
/// there when the edit was done, as that may be more than JSON says (of ignored fields).
struct edit_way {
  const edit* change;
  edit_action action;
  bool back = false;
  std::shared_ptr<void> kept = nullptr;
};

template <class Edit>
[[noreturn]] void raise_conflict(const Edit& change, const std::string& found) {
  throw patch_conflict(format("patch: '{}': expected {}, found {}", change.path,
                              change.before ? *change.before : "no such part", found));
}

/// Compares the part with what the edit says it was.
template <class T>
void check_before(const edit_way& way, const T& part) {
  if (way.back || !way.change->before) return;
  const std::string found = value_to_json(part);
  if (found == *way.change->before) return;
  // Containers without order write equal elements in different orders.
  kept_value<T> expected;
  value_from_json(*way.change->before, expected.value);
  if (!equal(expected.value, part)) raise_conflict(*way.change, found);
}

/// The value that the part gets.
template <class T>
std::shared_ptr<kept_value<T>> new_value(const edit_way& way) {
  if (way.back) return std::static_pointer_cast<kept_value<T>>(way.kept);
  auto made = std::make_shared<kept_value<T>>();
  value_from_json(way.change->after.value_or("null"), made->value);
  return made;
}

template <class T>
void keep(edit_way& way, T& part) {
  auto kept = std::make_shared<kept_value<T>>();
  kept->value = std::move(part);
  way.kept = std::move(kept);
}

/// Inserts or removes the element that the last step names; `container` is what holds it.
template <class T>
void edit_container(T& container, const step_text& step, edit_way& way) {
  const auto& change = *way.change;
  if constexpr (std::is_const_v<T> || !has_editable_parts<T>) {
    throw argument_error(
        format("patch: '{}': nothing can be inserted or removed there", change.path));
  } else if constexpr (kind_of<T> == kind::sequence) {
    using element = typename T::value_type;
    TC_CHECK(step.kind == step_kind::index, argument_error, "patch: '{}': expected an index",
             change.path);
    const std::size_t size = container.size();
    const auto at = [&] {
      return std::next(container.begin(), static_cast<std::ptrdiff_t>(step.index));
    };
    if (way.action == edit_action::insert) {
      if (step.index > size) raise_conflict(change, format("{} elements", size));
      container.insert(at(), std::move(new_value<element>(way)->value));
    } else {
      if (step.index >= size) raise_conflict(change, format("{} elements", size));
      check_before<element>(way, *at());
      keep<element>(way, *at());
      container.erase(at());
    }
  } else if constexpr (kind_of<T> == kind::map) {
    using element = typename T::mapped_type;
    typename T::key_type key{};
    const std::string text =
        step.kind == step_kind::key ? key_of(step.text) : std::string(step.text);
    TC_CHECK(key_from_text(text, key), argument_error, "patch: '{}': '{}' is no key", change.path,
             text);
    const auto found = container.find(key);
    if (way.action == edit_action::insert) {
      if (found != container.end()) raise_conflict(change, value_to_json(found->second));
      container.insert_or_assign(std::move(key), std::move(new_value<element>(way)->value));
    } else {
      if (found == container.end()) raise_conflict(change, "no such key");
      check_before<element>(way, found->second);
      keep<element>(way, found->second);
      container.erase(found);
    }
  } else {
    throw argument_error(
        format("patch: '{}': nothing can be inserted or removed there", change.path));
  }
}

/// What the attributes of a field ask of it, once an edit is done in it.
struct field_check {
  const void* field;
  std::string (*expected)(const void* field);
};

/// Calls `act` with the part that an edit is about. On the way there frozen fields are refused, and
/// those with a range or a length remembered.
template <class T, class Act>
struct edit_visitor {
  const Act& act;
  const std::string& path;
  std::vector<field_check>& checks;

  template <class Record, std::size_t I, class Field>
  void pass(const Field& field) const {
    TC_CHECK((!has_attribute<std::remove_const_t<decltype(frozen)>, Record, I>), argument_error,
             "patch: '{}': the field '{}' of {} is frozen", path, field_names<Record>()[I],
             type_name<Record>());
    if constexpr (is_checked<Record, I>)
      checks.push_back({std::addressof(field), [](const void* place) {
                          return expected_by_attributes<Record, I>(
                              *static_cast<const Field*>(place));
                        }});
  }
  template <class Part>
  void operator()(Part& part) const {
    act(part);
  }
};

template <class T>
void set_part(T& object, edit_way& way, std::vector<field_check>& checks) {
  const std::string& where = way.change->path;
  const auto act = [&](auto& part) {
    using part_type = std::remove_reference_t<decltype(part)>;
    if constexpr (std::is_const_v<part_type>) {
      throw argument_error(format("patch: '{}' is constant", where));
    } else {
      check_before<part_type>(way, part);
      const auto value = new_value<part_type>(way);
      std::swap(part, value->value);
      way.kept = value;
    }
  };
  find_part(object, where, edit_visitor<T, decltype(act)>{act, where, checks});
}

template <class T>
void edit_elements(T& object, edit_way& way, std::vector<field_check>& checks) {
  const std::string& where = way.change->path;
  const auto [holding, step] = split_last_step(where);
  const auto act = [&, last = step](auto& container) {
    using container_type = std::remove_reference_t<decltype(container)>;
    if constexpr (holder<std::remove_const_t<container_type>>) {
      if (!container) raise_conflict(*way.change, "nothing that holds it");
      edit_container(*container, last, way);
    } else {
      edit_container(container, last, way);
    }
  };
  find_part(object, holding, edit_visitor<T, decltype(act)>{act, where, checks});
}

/// Does one edit, or, with an exception, nothing of it.
template <class T>
void go(T& object, edit_way& way, std::vector<field_check>& checks) {
  // The constructor of a path refuses what is none.
  const path where(way.change->path);
  if (way.action == edit_action::set)
    set_part(object, way, checks);
  else
    edit_elements(object, way, checks);
}

template <class T>
void undo_edit(T& object, edit_way& way) {
  constexpr edit_action opposite[] = {edit_action::set, edit_action::remove, edit_action::insert};
  way.action = opposite[static_cast<std::size_t>(way.action)];
  way.back = true;
  std::vector<field_check> unchecked;
  go(object, way, unchecked);
}

/// Applies one edit, or, with an exception, nothing of it.
template <class T>
void apply_edit(T& object, edit_way& way) {
  std::vector<field_check> checks;
  go(object, way, checks);
  for (const auto& check : checks) {
    std::string expected = check.expected(check.field);
    if (expected.empty()) continue;
    undo_edit(object, way);
    const auto& change = *way.change;
    problem_list problems;
    problems.add({0, 0, change.path, std::move(expected), change.after.value_or("no element")});
    problems.raise("");
  }
}

}  // namespace detail

/// The edits that make `from` equal to `to`, in the order in which they apply. Throws
/// `argument_error` for an object that contains itself, and for what `to_json` does not write.
template <class T>
patch diff(const T& from, const T& to) {
  patch result;
  detail::add_difference(from, to, path(), detail::descent("diff"), result.edits);
  return result;
}

/// Applies all edits, or, with an exception, none. Throws `patch_conflict` where the object is not
/// as the patch expects it, `argument_error` for a path that leads nowhere or through a field that
/// is frozen, `parse_error` for a value that suits neither the part's type nor the ranges and
/// lengths of the fields on the way to it.
template <class T>
void apply(const patch& changes, T& object) {
  std::vector<detail::edit_way> done;
  try {
    for (const auto& change : changes.edits) {
      detail::edit_way way{&change, change.action};
      detail::apply_edit(object, way);
      done.push_back(std::move(way));
    }
  } catch (...) {
    for (; !done.empty(); done.pop_back()) detail::undo_edit(object, done.back());
    throw;
  }
}

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/io/compiled/patch.hpp>
#endif
