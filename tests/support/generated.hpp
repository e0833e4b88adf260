// tests/support/generated.hpp -- types and values made from a number, for tests of properties.
#pragma once

#include <tensacode/core/random.hpp>
#include <tensacode/reflect/reflect.hpp>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <deque>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include <Eigen/Core>

namespace generated {

enum class Color { red, green, light_blue };
enum Plain : unsigned char { plain_zero, plain_last = 255 };

constexpr std::uint64_t draw(std::uint64_t seed, std::uint64_t which) {
  return tc::mix64(seed * 0x9e3779b97f4a7c15ULL + which + 1);
}

template <std::uint64_t Seed, int Depth>
consteval auto make_type();
/// A type without a pattern, the same for the same seed. `Depth` levels of containers at most.
template <std::uint64_t Seed, int Depth>
using type = typename decltype(make_type<Seed, Depth>())::type;

template <std::uint64_t Seed, int Depth>
struct Record {
  type<draw(Seed, 1), Depth - 1> first{};
  type<draw(Seed, 2), Depth - 1> secondField{};
  type<draw(Seed, 3), Depth - 1> third_field{};
  type<draw(Seed, 4), Depth - 1> x4{};
};

template <std::uint64_t Seed>
struct Recursive {
  type<draw(Seed, 1), 0> value{};
  std::vector<Recursive> children;
  std::unique_ptr<Recursive> next;
};

/// What can be an element of a set or a key.
template <std::uint64_t Seed>
consteval auto make_key() {
  constexpr auto which = Seed % 5;
  if constexpr (which == 0)
    return std::type_identity<int>{};
  else if constexpr (which == 1)
    return std::type_identity<std::string>{};
  else if constexpr (which == 2)
    return std::type_identity<Color>{};
  else if constexpr (which == 3)
    return std::type_identity<double>{};
  else
    return std::type_identity<std::pair<bool, std::int8_t>>{};
}
template <std::uint64_t Seed>
using key = typename decltype(make_key<Seed>())::type;

template <std::uint64_t Seed>
consteval auto make_leaf() {
  constexpr auto which = Seed % 14;
  if constexpr (which == 0)
    return std::type_identity<bool>{};
  else if constexpr (which == 1)
    return std::type_identity<std::int8_t>{};
  else if constexpr (which == 2)
    return std::type_identity<std::uint16_t>{};
  else if constexpr (which == 3)
    return std::type_identity<std::int64_t>{};
  else if constexpr (which == 4)
    return std::type_identity<std::uint64_t>{};
  else if constexpr (which == 5)
    return std::type_identity<float>{};
  else if constexpr (which == 6)
    return std::type_identity<double>{};
  else if constexpr (which == 7)
    return std::type_identity<Color>{};
  else if constexpr (which == 8)
    return std::type_identity<Plain>{};
  else if constexpr (which == 9)
    return std::type_identity<std::chrono::milliseconds>{};
  else if constexpr (which == 10)
    return std::type_identity<std::chrono::sys_time<std::chrono::microseconds>>{};
  else if constexpr (which == 11)
    return std::type_identity<std::chrono::sys_days>{};
  else
    return std::type_identity<std::string>{};
}

template <std::uint64_t Seed, int Depth>
consteval auto make_type() {
  constexpr auto a = draw(Seed, 10), b = draw(Seed, 11);
  if constexpr (Depth <= 0) {
    return make_leaf<Seed>();
  } else {
    constexpr auto which = Seed % 20;
    if constexpr (which == 0)
      // JSON has one word for nothing, so what may be absent holds what cannot be.
      return std::type_identity<std::optional<type<a, 0>>>{};
    else if constexpr (which == 1)
      return std::type_identity<std::unique_ptr<Record<a, Depth>>>{};
    else if constexpr (which == 2)
      return std::type_identity<std::shared_ptr<type<a, 0>>>{};
    else if constexpr (which == 3)
      // Alternatives that JSON tells apart.
      return std::type_identity<
          std::variant<std::monostate, bool, std::int64_t, std::string, Record<a, Depth - 1>>>{};
    else if constexpr (which == 4)
      return std::type_identity<std::variant<double, std::vector<type<a, Depth - 1>>>>{};
    else if constexpr (which == 5)
      return std::type_identity<std::array<type<a, Depth - 1>, 2>>{};
    else if constexpr (which == 6)
      return std::type_identity<std::pair<type<a, Depth - 1>, type<b, Depth - 1>>>{};
    else if constexpr (which == 7)
      return std::type_identity<std::tuple<type<a, Depth - 1>, type<b, 0>, bool>>{};
    else if constexpr (which == 8)
      return std::type_identity<std::vector<type<a, Depth - 1>>>{};
    else if constexpr (which == 9)
      return std::type_identity<std::deque<type<a, Depth - 1>>>{};
    else if constexpr (which == 10)
      return std::type_identity<std::list<type<a, Depth - 1>>>{};
    else if constexpr (which == 11)
      return std::type_identity<std::set<key<a>>>{};
    else if constexpr (which == 12)
      return std::type_identity<std::unordered_set<std::string>>{};
    else if constexpr (which == 13)
      return std::type_identity<std::map<key<a>, type<b, Depth - 1>>>{};
    else if constexpr (which == 14)
      return std::type_identity<std::unordered_map<std::string, type<b, Depth - 1>>>{};
    else if constexpr (which == 15)
      return std::type_identity<
          std::conditional_t<(a & 1) != 0, Eigen::Matrix<double, 2, 3>, Eigen::VectorXf>>{};
    else if constexpr (which == 16)
      return std::type_identity<Recursive<a>>{};
    else if constexpr (which == 17)
      return std::type_identity<std::vector<bool>>{};
    else
      return std::type_identity<Record<a, Depth>>{};
  }
}

/// Values of any type, the odd ones among them often. Numbers are finite where `finite` says so.
struct values {
  tc::random_stream random;
  bool finite = true;

  template <class T>
  T make(int size = 6) {
    T value{};
    fill(value, size);
    return value;
  }

  template <class T>
  void fill(T& value, int size) {
    constexpr tc::kind k = tc::kind_of<T>;
    if constexpr (std::is_same_v<T, std::monostate>) {
    } else if constexpr (k == tc::kind::boolean) {
      value = random.below(2) == 1;
    } else if constexpr (k == tc::kind::integer) {
      value = integer<T>();
    } else if constexpr (k == tc::kind::floating) {
      value = floating<T>();
    } else if constexpr (k == tc::kind::enumeration) {
      const auto& all = tc::enum_values<T>();
      value = all[random.below(all.size())];
    } else if constexpr (k == tc::kind::text) {
      value = text(static_cast<std::size_t>(size > 0 ? size : 0) * 2);
    } else if constexpr (k == tc::kind::duration) {
      // Within the years that have a calendar date.
      value = T(static_cast<typename T::rep>(random.below(std::size_t{1} << 40)) -
                typename T::rep{1 << 30});
    } else if constexpr (k == tc::kind::time_point) {
      using duration = typename T::duration;
      const auto days = static_cast<long long>(random.below(2'000'000)) - 1'000'000;
      value = T(std::chrono::duration_cast<duration>(std::chrono::days(days)));
      if constexpr (!std::is_same_v<duration, std::chrono::days>)
        value += duration(static_cast<typename duration::rep>(random.below(1'000'000'000)));
    } else if constexpr (k == tc::kind::tensor) {
      if constexpr (T::SizeAtCompileTime == Eigen::Dynamic)
        value.resize(static_cast<Eigen::Index>(random.below(4)));
      for (Eigen::Index i = 0; i < value.size(); ++i)
        value.data()[i] = floating<typename T::Scalar>();
    } else if constexpr (tc::holder<T>) {
      value.reset();
      if (random.below(3) > 0) fill(tc::emplace_held(value), size - 1);
    } else if constexpr (k == tc::kind::variant) {
      [&]<std::size_t... I>(std::index_sequence<I...>) {
        const std::size_t chosen = random.below(sizeof...(I));
        ((I == chosen ? fill(value.template emplace<I>(), size - 1) : void()), ...);
      }(std::make_index_sequence<std::variant_size_v<T>>{});
    } else if constexpr (k == tc::kind::array) {
      for (auto& element : value) fill(element, size - 1);
    } else if constexpr (k == tc::kind::tuple) {
      std::apply([&](auto&... members) { (fill(members, size - 1), ...); }, value);
    } else if constexpr (k == tc::kind::record) {
      tc::for_each_field(value, [&](std::string_view, auto& field) { fill(field, size - 1); });
    } else if constexpr (k == tc::kind::map) {
      value.clear();
      for (std::size_t n = count(size); n > 0; --n) {
        auto made = make<typename T::mapped_type>(size - 1);
        value.insert_or_assign(make<typename T::key_type>(size - 1), std::move(made));
      }
    } else if constexpr (k == tc::kind::set) {
      value.clear();
      for (std::size_t n = count(size); n > 0; --n)
        value.insert(make<typename T::key_type>(size - 1));
    } else {
      value.clear();
      for (std::size_t n = count(size); n > 0; --n)
        value.push_back(make<typename T::value_type>(size - 1));
    }
  }

 private:
  std::size_t count(int size) {
    return size > 0 ? random.below(static_cast<std::size_t>(size) + 1) : 0;
  }

  template <class T>
  T integer() {
    switch (random.below(4)) {
      case 0:
        return std::numeric_limits<T>::max();
      case 1:
        return std::numeric_limits<T>::min();
      case 2:
        return static_cast<T>(random.below(10));
      default:
        return static_cast<T>(random.key.bits(random.drawn++));
    }
  }
  template <class T>
  T floating() {
    constexpr auto limits = std::numeric_limits<T>();
    const T odd[] = {0,
                     -T{0},
                     T{1} / 3,
                     limits.max(),
                     limits.lowest(),
                     limits.min(),
                     limits.denorm_min(),
                     static_cast<T>(1e15),
                     limits.infinity(),
                     -limits.infinity(),
                     limits.quiet_NaN()};
    const std::size_t choice = random.below(finite ? 12 : 14);
    if (choice < (finite ? 8U : 11U)) return odd[choice];
    return static_cast<T>(1e3 * random.normal());
  }
  std::string text(std::size_t most) {
    static const std::vector<std::string> parts{
        "a",      "word",   " ",          "\"", "\\", "\n", "\r",   "\t",  "\x01",
        "\u00e9", "\u20ac", "\U0001F600", "7",  ",",  ";",  "and",  "no",  "(",
        ")",      "[",      "]",          "=",  ":",  "'",  "null", "1.5", "\x7f"};
    std::string out;
    for (std::size_t n = random.below(most + 2); n > 0; --n)
      out += parts[random.below(parts.size())];
    return out;
  }
};

}  // namespace generated
