// tensacode/tree/compare.hpp -- structural equality of two objects of the same type.
// Layer 2. Two objects are equal if every walk from one finds the same values in the other. It
// makes no difference which parts are shared, or where they are in memory. tree/hash.hpp has the
// matching hash.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/lookup.hpp>
#include <tensacode/tree/hash.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace tc {
namespace detail {

/// One call of `tc::equal`. Objects held by pointers are put on a list and compared later, so a
/// chain of pointers does not use up the stack. Each pair of objects is compared only once. So
/// cycles end, and a graph of n objects does not take 2^n steps. A pair that is met again counts as
/// equal: if it is not, its first comparison fails.
class comparison {
 public:
  template <class T>
  bool run(const T& a, const T& b) {
    return same(a, b) && finish(0);
  }

 private:
  struct pair_of_objects {
    const void* a;
    const void* b;
    const void* type;
    bool (*compare)(comparison&, const void*, const void*);
  };
  using met_pairs = lookup_set<address_key, address_hash>;

  template <class T>
  static bool compare_erased(comparison& self, const void* a, const void* b) {
    return self.same(*static_cast<const T*>(a), *static_cast<const T*>(b));
  }

  /// Compares the pairs in the list from index `first` on.
  bool finish(std::size_t first);

  template <class T>
  void meet(const T& a, const T& b) {
    meet({std::addressof(a), std::addressof(b), &type_tag<T>, &compare_erased<T>});
  }
  /// Puts a pair on the list, unless it was met before or is one object.
  void meet(const pair_of_objects& pair);

  /// Whether two parts are equal. If not, restores the state from before, since the caller then
  /// tries another pair.
  template <class T>
  bool try_same(const T& a, const T& b) {
    const std::size_t waiting = waiting_.size(), met = order_.size();
    if (same(a, b) && finish(waiting)) return true;
    forget(waiting, met);
    return false;
  }
  /// Takes the pairs after the first `waiting` off the list, and those after the first `met` from
  /// the pairs that were met.
  void forget(std::size_t waiting, std::size_t met);

  template <class T>
  bool same_numbers(const T& a, const T& b) {
    if constexpr (std::is_floating_point_v<T>)
      return a == b || (std::isnan(a) && std::isnan(b));
    else
      return a == b;
  }

  /// Compares two containers without order. Each element is compared with the elements of the other
  /// container that have the same hash.
  template <class T>
  bool same_without_order(const T& a, const T& b) {
    using element = std::pair<std::uint64_t, const typename T::value_type*>;
    const auto sorted = [this](const T& container) {
      std::vector<element> elements;
      elements.reserve(container.size());
      for (const auto& each : container)
        elements.emplace_back(hash_part(hashes_, each, hashing::most_pointers),
                              std::addressof(each));
      std::sort(elements.begin(), elements.end(),
                [](const element& x, const element& y) { return x.first < y.first; });
      return elements;
    };
    const auto left = sorted(a);
    auto right = sorted(b);
    for (std::size_t i = 0; i < left.size(); ++i) {
      std::size_t last = i;
      while (last < right.size() && right[last].first == left[i].first) ++last;
      if (last == i) return false;
      const bool only_one =
          last == i + 1 && (i + 1 == left.size() || left[i + 1].first != left[i].first);
      if (only_one) {
        if (!same(*left[i].second, *right[i].second)) return false;
        continue;
      }
      std::size_t partner = i;
      while (partner < last && !try_same(*left[i].second, *right[partner].second)) ++partner;
      if (partner == last) return false;
      std::swap(right[i], right[partner]);
    }
    return true;
  }

  template <class T>
  bool same_elements(const T& a, const T& b) {
    auto other = b.begin();
    for (auto element = a.begin(); element != a.end(); ++element, ++other) {
      if constexpr (std::is_same_v<typename T::value_type, bool>) {
        if (static_cast<bool>(*element) != static_cast<bool>(*other)) return false;
      } else if (!same(*element, *other)) {
        return false;
      }
    }
    return true;
  }

  template <class T>
  bool same(const T& a, const T& b) {
    constexpr kind k = kind_of<T>;
    if constexpr (k == kind::boolean || k == kind::integer || k == kind::floating ||
                  k == kind::enumeration || k == kind::text) {
      return same_numbers(a, b);
    } else if constexpr (k == kind::duration) {
      return same_numbers(a.count(), b.count());
    } else if constexpr (k == kind::time_point) {
      return same_numbers(a.time_since_epoch().count(), b.time_since_epoch().count());
    } else if constexpr (complex_number<T>) {
      return same_numbers(a.real(), b.real()) && same_numbers(a.imag(), b.imag());
    } else if constexpr (eigen_array<T>) {
      if (a.rows() != b.rows() || a.cols() != b.cols()) return false;
      for (decltype(a.cols()) j = 0; j < a.cols(); ++j)
        for (decltype(a.rows()) i = 0; i < a.rows(); ++i)
          if (!same(a.coeff(i, j), b.coeff(i, j))) return false;
      return true;
    } else if constexpr (xtensor_array<T>) {
      return a.dimension() == b.dimension() &&
             std::equal(a.shape().begin(), a.shape().end(), b.shape().begin()) &&
             same_elements(a, b);
    } else if constexpr (k == kind::optional) {
      return a.has_value() == b.has_value() && (!a || same(*a, *b));
    } else if constexpr (k == kind::pointer) {
      if (!a || !b) return !a && !b;
      meet(*a, *b);
      return true;
    } else if constexpr (k == kind::variant) {
      if (a.index() != b.index()) return false;
      return [&]<std::size_t... I>(std::index_sequence<I...>) {
        const auto at = [&]<std::size_t J>(std::integral_constant<std::size_t, J>) {
          return a.index() != J || same(*std::get_if<J>(&a), *std::get_if<J>(&b));
        };
        return (at(std::integral_constant<std::size_t, I>{}) && ...);
      }(std::make_index_sequence<std::variant_size_v<T>>{});
    } else if constexpr (k == kind::array) {
      for (std::size_t i = 0; i < array_extent<T>; ++i)
        if (!same(a[i], b[i])) return false;
      return true;
    } else if constexpr (k == kind::tuple) {
      return [&]<std::size_t... I>(std::index_sequence<I...>) {
        return (same(std::get<I>(a), std::get<I>(b)) && ...);
      }(std::make_index_sequence<std::tuple_size_v<T>>{});
    } else if constexpr (without_order<T>) {
      return a.size() == b.size() && same_without_order(a, b);
    } else if constexpr (k == kind::sequence || k == kind::set || k == kind::map) {
      return a.size() == b.size() && same_elements(a, b);
    } else {
      static_assert(k == kind::record);
      return with_active_fields<T>([&]<std::size_t... I>(std::index_sequence<I...>) {
        return (same(fields_of<T>::template get<I>(a), fields_of<T>::template get<I>(b)) && ...);
      });
    }
  }

  hashing hashes_;
  std::vector<pair_of_objects> waiting_;
  met_pairs met_;
  std::vector<address_key> order_;  ///< the pairs in the order they were met
};

}  // namespace detail

/// Whether two objects hold the same values. NaN equals NaN, and +0 equals -0. Optionals and
/// pointers are compared by the objects they hold, variants by their alternative and its value,
/// matrices by shape and elements, and unordered containers by their elements in any order. Fields
/// with `tc::ignore` do not count. Two cyclic objects are equal if no walk, however long, finds a
/// difference.
///
/// Errors   at compile time R30
/// Cost     O(size of the objects); n log n for an unordered container; if parts are shared, each
///          pair of parts is compared once. A chain of pointers does not use up the stack.
template <class T>
bool equal(const T& a, const T& b) {
  using offender = detail::offender_in<detail::compare_takes, T>;
  if constexpr (detail::is_offender<offender>) {
    static_cast<void>(sizeof(detail::error::type_has_no_equality<offender>));
    return false;
  } else {
    return detail::comparison().run(a, b);
  }
}

/// `tc::equal` as a function object.
struct equal_to {
  template <class T>
  bool operator()(const T& a, const T& b) const {
    return tc::equal(a, b);
  }
};

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/tree/compiled/compare.hpp>
#endif
