// tensacode/io/patch.hpp -- the difference of two objects as a list of edits, which can be stored,
// sent, applied and undone.
// Layer 3. A patch is plain data: `tc::to_json(patch)` writes it and `tc::from_json<tc::patch>`
// reads it. Each edit changes the smallest part that a path can name: a field, an element of a
// sequence, or an entry of a map whose keys are text, enums or integers. Other maps, sets and
// tensors are replaced as a whole.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/detail/difference.hpp>
#include <tensacode/io/detail/field_checks.hpp>
#include <tensacode/io/edit.hpp>
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

struct patch {
  std::vector<edit> edits;

  bool empty() const { return edits.empty(); }
  /// Returns the patch that undoes this one.
  patch inverse() const;
};

namespace detail {

/// Splits a path into the text before its last step, and that step.
std::pair<std::string_view, step_text> split_last_step(std::string_view text);

template <class T>
struct kept_value {
  T value{};
};

/// The state of an edit while it is done or undone (`back`). `kept` is a `kept_value` of the part's
/// type. It holds the value before the edit, because JSON would lose some of it (ignored fields).
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

/// Throws patch_conflict if the part differs from the `before` value of the edit.
template <class T>
void check_before(const edit_way& way, const T& part) {
  if (way.back || !way.change->before) return;
  const std::string found = value_to_json(part);
  if (found == *way.change->before) return;
  // Unordered containers may write equal elements in different orders.
  kept_value<T> expected;
  value_from_json(*way.change->before, expected.value);
  if (!equal(expected.value, part)) raise_conflict(*way.change, found);
}

/// The value to set or insert: the one of the edit, or the kept one if the edit is undone.
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

/// Inserts or removes the element of `container` that the last step names.
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

/// A check of a field's attributes, made after an edit inside that field.
struct field_check {
  const void* field;
  std::string (*expected)(const void* field);
};

/// Walks to the part of an edit and calls `act` with it. On the way it throws for frozen fields,
/// and collects the checks of fields with a range or a length.
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

/// Does one edit. If it throws, the object is unchanged.
template <class T>
void go(T& object, edit_way& way, std::vector<field_check>& checks) {
  // The constructor of path throws if the text is not a path.
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

/// Does one edit and checks the fields around it. If it throws, the object is unchanged.
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

/// Returns the edits that turn `from` into `to`, in the order in which they apply. Throws
/// `argument_error` if an object contains itself, or if `to_json` cannot write it.
template <class T>
patch diff(const T& from, const T& to) {
  patch result;
  detail::add_difference(from, to, path(), detail::descent("diff"), result.edits);
  return result;
}

/// Applies all edits. If it throws, the object is unchanged. Throws `patch_conflict` if the object
/// does not have the values that the patch expects. Throws `argument_error` if a path does not
/// exist or goes through a frozen field. Throws `parse_error` if a value does not fit the type of
/// the part, or the ranges and lengths of the fields around it.
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
