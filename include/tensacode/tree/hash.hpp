// tensacode/tree/hash.hpp -- a hash of any object that agrees with `tc::equal`.
// Layer 2. Objects that `tc::equal` calls equal have the same hash. It depends only on the values,
// so it is the same with every compiler and in every run.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/hash.hpp>
#include <tensacode/core/lookup.hpp>
#include <tensacode/reflect/offender.hpp>
#include <tensacode/reflect/reflect.hpp>
#include <tensacode/reflect/tensor_grid.hpp>
#include <tensacode/tree/detail/type_tag.hpp>

#include <bit>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>

namespace tc {
namespace detail {

template <class T>
concept complex_number = requires(const T z) {
  requires std::is_floating_point_v<typename T::value_type>;
  { z.real() } -> std::convertible_to<typename T::value_type>;
  { z.imag() } -> std::convertible_to<typename T::value_type>;
};

/// Containers whose order has no meaning: hashed containers, and those sorted by address.
template <class T>
concept without_order =
    (kind_of<T> == kind::set || kind_of<T> == kind::map) &&
    (requires { typename T::hasher; } || kind_of<typename T::key_type> == kind::pointer);

template <class T>
consteval bool is_comparable() {
  if constexpr (kind_of<T> == kind::tensor) {
    using Scalar = tensor_element<T>;
    return complex_number<Scalar> || kind_of<Scalar> == kind::boolean ||
           kind_of<Scalar> == kind::integer || kind_of<Scalar> == kind::floating;
  } else {
    return kind_of<T> != kind::opaque;
  }
}
template <class T>
using compare_takes = std::bool_constant<is_comparable<T>()>;

namespace error {

template <class Offender>
struct type_has_no_equality {
  static_assert(is_acceptable<Offender>,
                "tensacode[R30] equal, hash: the library cannot look into the type. Fix: "
                "TC_REFLECT the type, or mark the field tc::ignore.");
};

}  // namespace error

constexpr std::uint64_t hash_combine(std::uint64_t state, std::uint64_t word) {
  constexpr std::uint64_t golden_gamma = 0x9e3779b97f4a7c15ULL;  // keeps zeros from cancelling
  return mix64((state ^ mix64(word + golden_gamma)) + golden_gamma);
}

/// All NaN have the same hash, and so have both zeros.
template <class Number>
std::uint64_t hash_floating(Number number) {
  if (std::isnan(number)) return 0x7ff8000000000001ULL;
  const auto high = static_cast<double>(number);
  const std::uint64_t state = mix64(std::bit_cast<std::uint64_t>(high + 0.0));  // -0 + 0 is +0
  if constexpr (std::numeric_limits<Number>::digits <= std::numeric_limits<double>::digits) {
    return state;
  } else {
    // The bytes of a long double cannot be hashed, since they end in padding. It is the sum of two
    // doubles: its first 53 bits and the rest.
    const auto low = static_cast<double>(number - static_cast<Number>(high));
    return !std::isnan(low) && low != 0 ? hash_combine(state, std::bit_cast<std::uint64_t>(low))
                                        : state;
  }
}

/// The state of one call of `tc::hash`.
struct hashing {
  /// How many nested pointers are followed. Equality does not depend on what is shared, so the hash
  /// must not either. A cycle is therefore hashed as an infinite tree that is cut off at this
  /// depth.
  static constexpr int most_pointers = 64;

  /// The hashes of shared objects, by object, type and number of pointers that may still be
  /// followed. Without them, a graph of n objects would take up to 2^n steps.
  std::unordered_map<address_key, std::uint64_t, address_hash> known;
};

template <class T>
std::uint64_t hash_part(hashing& state, const T& object, int pointers_left);

template <class T>
std::uint64_t hash_held(hashing& state, const T& pointer, int pointers_left) {
  constexpr std::uint64_t something = 1, unknown = 2;
  if (pointers_left == 0) return unknown;
  const auto visit = [&] {
    return hash_combine(something, hash_part(state, *pointer, pointers_left - 1));
  };
  if constexpr (requires { pointer.use_count(); }) {
    // An object with a single owner is met exactly as often as its owner, so its hash need not be
    // stored.
    if (pointer.use_count() == 1) return visit();
    const address_key key{std::addressof(*pointer), &type_tag<held_type<T>>,
                          static_cast<std::uint64_t>(pointers_left)};
    const auto found = state.known.find(key);
    if (found != state.known.end()) return found->second;
    const std::uint64_t made = visit();
    state.known.emplace(key, made);
    return made;
  } else {
    return visit();
  }
}

template <class T>
std::uint64_t hash_part(hashing& state, const T& object, int pointers_left) {
  constexpr kind k = kind_of<T>;
  const auto part = [&](const auto& child) { return hash_part(state, child, pointers_left); };
  if constexpr (k == kind::boolean || k == kind::integer) {
    return mix64(static_cast<std::uint64_t>(object));
  } else if constexpr (k == kind::floating) {
    return hash_floating(object);
  } else if constexpr (k == kind::enumeration) {
    return mix64(static_cast<std::uint64_t>(static_cast<std::underlying_type_t<T>>(object)));
  } else if constexpr (k == kind::text) {
    return fnv1a(object);
  } else if constexpr (k == kind::duration) {
    return part(object.count());
  } else if constexpr (k == kind::time_point) {
    return part(object.time_since_epoch().count());
  } else if constexpr (complex_number<T>) {
    return hash_combine(part(object.real()), part(object.imag()));
  } else if constexpr (eigen_array<T>) {
    std::uint64_t hashed = hash_combine(static_cast<std::uint64_t>(object.rows()),
                                        static_cast<std::uint64_t>(object.cols()));
    for (decltype(object.cols()) j = 0; j < object.cols(); ++j)
      for (decltype(object.rows()) i = 0; i < object.rows(); ++i)
        hashed = hash_combine(hashed, part(object.coeff(i, j)));
    return hashed;
  } else if constexpr (xtensor_array<T>) {
    std::uint64_t hashed = object.dimension();
    for (const auto extent : object.shape())
      hashed = hash_combine(hashed, static_cast<std::uint64_t>(extent));
    for (const auto& element : object) hashed = hash_combine(hashed, part(element));
    return hashed;
  } else if constexpr (k == kind::optional) {
    return object ? hash_combine(1, part(*object)) : 0;
  } else if constexpr (k == kind::pointer) {
    return object ? hash_held(state, object, pointers_left) : 0;
  } else if constexpr (k == kind::variant) {
    if (object.valueless_by_exception()) return 0;
    return hash_combine(object.index() + 1,
                        std::visit([&](const auto& held) { return part(held); }, object));
  } else if constexpr (k == kind::array) {
    std::uint64_t hashed = array_extent<T>;
    for (std::size_t i = 0; i < array_extent<T>; ++i)
      hashed = hash_combine(hashed, part(object[i]));
    return hashed;
  } else if constexpr (k == kind::tuple) {
    std::uint64_t hashed = 0;
    std::apply(
        [&](const auto&... members) { ((hashed = hash_combine(hashed, part(members))), ...); },
        object);
    return hashed;
  } else if constexpr (without_order<T>) {
    std::uint64_t sum = 0;  // a sum is the same in any order
    for (const auto& element : object) sum += mix64(part(element));
    return hash_combine(static_cast<std::uint64_t>(object.size()), sum);
  } else if constexpr (k == kind::sequence || k == kind::set || k == kind::map) {
    std::uint64_t hashed = object.size();
    if constexpr (std::is_same_v<typename T::value_type, bool>)
      for (const bool element : object) hashed = hash_combine(hashed, part(element));
    else
      for (const auto& element : object) hashed = hash_combine(hashed, part(element));
    return hashed;
  } else {
    static_assert(k == kind::record);
    std::uint64_t hashed = 0;
    for_each_active_field(
        object, [&](auto, const auto& field) { hashed = hash_combine(hashed, part(field)); });
    return hashed;
  }
}

}  // namespace detail

/// A hash of the object. Objects of the same type that `tc::equal` calls equal have the same hash,
/// regardless of what they share. At most 64 nested pointers are followed. Fields with `tc::ignore`
/// do not count.
///
/// Errors   at compile time R30
/// Cost     O(size of the object); for shared or cyclic objects O(64 * their size)
template <class T>
std::uint64_t hash(const T& object) {
  using offender = detail::offender_in<detail::compare_takes, T>;
  if constexpr (detail::is_offender<offender>) {
    static_cast<void>(sizeof(detail::error::type_has_no_equality<offender>));
    return 0;
  } else {
    detail::hashing state;
    return detail::hash_part(state, object, detail::hashing::most_pointers);
  }
}

/// `tc::hash` as a function object: `std::unordered_set<Order, tc::hasher, tc::equal_to>`.
struct hasher {
  template <class T>
  std::size_t operator()(const T& object) const {
    return static_cast<std::size_t>(tc::hash(object));
  }
};

}  // namespace tc
