// tensacode/io/json/references.hpp -- keeps shared pointers shared, and allows cycles.
// Layer 3. With `references` in the options, a shared object is written once together with a
// number. Later occurrences contain only the number. The format is that of
// ReferenceHandler.Preserve in System.Text.Json: {"$id":"1", ...fields} for a record,
// {"$id":"1","$value":[...]} for any other type, and {"$ref":"1"} for a reference. The number comes
// first, so the reader knows the object before it reads the contents, which may refer to it.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace tc::detail {

inline constexpr std::string_view id_key = "$id";
inline constexpr std::string_view value_key = "$value";
inline constexpr std::string_view reference_key = "$ref";

template <class T>
inline constexpr bool is_shared_pointer = false;
template <class T>
inline constexpr bool is_shared_pointer<std::shared_ptr<T>> = true;

/// The shared objects of one text. A writer looks them up by address, a reader by number. An object
/// and its first member have one address, so the type is part of the writer's key.
class shared_objects {
 public:
  shared_objects();
  shared_objects(const shared_objects&) = delete;
  shared_objects& operator=(const shared_objects&) = delete;
  ~shared_objects();

  /// The number of the object, and whether this is its first occurrence.
  template <class T>
  std::pair<std::size_t, bool> number_of(const std::shared_ptr<T>& pointer) {
    return number_of(pointer.get(), typeid(T));
  }

  /// Registers an object. Returns false if another object has that number already.
  template <class T>
  bool add(std::string_view number, std::shared_ptr<T> pointer) {
    return add(number, std::move(pointer), typeid(T), [](void* object) {
      if constexpr (std::is_move_assignable_v<T>) *static_cast<T*>(object) = T{};
    });
  }
  /// The longest chain of objects that each refer to the next. No nesting bounds such a chain, and
  /// freeing it takes stack for each object.
  static constexpr std::size_t most_in_chain = 10'000;
  /// The deepest level that the object being read reaches, in the text and through references.
  std::size_t deepest = 0;
  /// Registers a reference, at nesting level `level`, to the object with that number. Returns false
  /// if the chain becomes too long.
  bool refer(std::string_view number, std::size_t level);
  /// Sets how many levels there are below the object with that number, through references too.
  void set_height(std::string_view number, std::size_t height);
  /// The object with that number. Null if there is none, or if it has another type.
  template <class T>
  std::shared_ptr<T> find(std::string_view number) const {
    return std::static_pointer_cast<T>(find(number, typeid(T)));
  }
  /// Empties all objects that were read, so that a text with problems leaves no cycle behind.
  void empty_all();

 private:
  struct tables;

  std::pair<std::size_t, bool> number_of(const void* object, const std::type_info& type);
  bool add(std::string_view number, std::shared_ptr<void> object, const std::type_info& type,
           void (*empty)(void* object));
  std::shared_ptr<void> find(std::string_view number, const std::type_info& type) const;

  std::unique_ptr<tables> tables_;  ///< null until a shared object is met
};

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/io/json/compiled/references.hpp>
#endif
