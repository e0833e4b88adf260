// tensacode/transform/lift.hpp -- objects of numbers as objects of variables, and back.
// Layer 3. `lift` replaces the scalars of an object by variables. `adjoints_of` returns the
// adjoints of those variables in the shape of the original object.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/autodiff.hpp>
#include <tensacode/transform/view.hpp>
#include <tensacode/tree/tree.hpp>

#include <concepts>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc {

template <class Scalar>
inline constexpr bool is_number_container<basic_var<Scalar>> = true;
template <class Scalar>
inline constexpr bool is_number_container<basic_tensor_var<Scalar>> = true;
template <class Scalar, class Tangent>
inline constexpr bool is_number_container<basic_dual<Scalar, Tangent>> = true;

namespace detail {

/// A scalar from which a variable can be made.
template <class T>
concept plain_number = std::floating_point<T> || is_dual<T>;

/// Whether `T` is a struct that holds floating-point numbers but is not a template over their type.
template <class T>
consteval bool is_plain_struct() {
  if constexpr (number_leaf<T> || kind_of<T> != kind::record)
    return false;
  else
    return has_fixed_numbers<T>();
}

/// A `Map` for `rebind_t`. It maps a scalar of type `S` to `Image::template number<S>`, a dynamic
/// matrix of `S` to `Image::template matrix<S>` if there is such a member, and a plain struct to
/// its view over the same types.
template <class Image>
struct lift_leaf_to {
  template <class Leaf>
  static consteval auto image() {
    if constexpr (plain_number<Leaf>)
      return std::type_identity<typename Image::template number<Leaf>>{};
    else if constexpr (eigen_dynamic<Leaf> &&
                       requires { typename Image::template matrix<typename Leaf::Scalar>; })
      return std::type_identity<typename Image::template matrix<typename Leaf::Scalar>>{};
    else if constexpr (eigen_plain<Leaf>)
      return std::type_identity<
          typename rescaled<Leaf, typename Image::template number<typename Leaf::Scalar>>::type>{};
    else
      return std::type_identity<Leaf>{};
  }
  template <class T>
  static consteval auto image_of_struct() {
    if constexpr (is_plain_struct<T>())
      return std::type_identity<lifted_view<T, lift_leaf_to>>{};
    else
      return std::type_identity<T>{};
  }
  template <class Leaf>
  using to = typename decltype(image<Leaf>())::type;
  template <class T>
  using whole = typename decltype(image_of_struct<T>())::type;
};

/// Maps scalars to variables over the same scalar type.
struct variables_of_numbers {
  template <class Number>
  using number = basic_var<Number>;
  template <class Number>
  using matrix = basic_tensor_var<Number>;
};
using lift_leaf = lift_leaf_to<variables_of_numbers>;

/// `T` with variables in place of scalars.
template <class T>
using lifted = rebind_t<T, lift_leaf>;

template <class T>
inline constexpr bool liftable = !std::is_same_v<lifted<T>, T> || !has_fixed_numbers<T>();

/// Whether all arguments can be lifted. If not, the caller stops there, so that the static_assert
/// is the only error message.
template <class F, class... Arguments>
consteval bool check_liftable() {
  constexpr bool all = (liftable<Arguments> && ...);
  // A function of a plain struct must accept its view. Other functions are not checked, since the
  // check compiles the body of a lambda.
  constexpr bool taken = [] {
    if constexpr (all && (is_lifted_view<lifted<Arguments>> || ...))
      return std::is_invocable_v<const F&, const lifted<Arguments>&...>;
    else
      return true;
  }();
  static_assert(all && taken,
                "tensacode[T01] gradient: the argument holds floating-point fields of a struct "
                "that is no template over its number type. Fix: write `template <class Real> "
                "struct S { Real x; };` and pass S<double>, or let the function take a view, "
                "`[](const auto& s) { return s[&S::x]; }`.");
  return all && taken;
}

/// Makes a variable from the number itself.
struct as_it_is {
  template <class Number>
  Number operator()(const Number& number) const {
    return number;
  }
};

/// The same for an object that outlives the recording and does not change during it. A tensor
/// variable then refers to its matrix instead of copying it.
struct where_it_is : as_it_is {};

/// Fills one lifted leaf. `make(number)` returns the initial value of a variable, or the dual
/// number itself. It is called for each scalar in the order of `flatten`.
template <class Number, class Lifted, class Make>
void lift_number(const Number& number, Lifted& to, const Make& make) {
  if constexpr (std::is_same_v<Lifted, Number>) {  // a scalar of fixed type is a constant
    for_each_number(number, [&](const auto& each) { static_cast<void>(make(each)); });
    to = number;
  } else if constexpr (is_tensor_var<Lifted>) {
    if constexpr (std::is_same_v<Make, where_it_is> &&
                  std::is_same_v<Number, typename Lifted::Matrix>) {
      to = Lifted::input_reference(number);
    } else if constexpr (std::is_base_of_v<as_it_is, Make>) {
      to = Lifted::input(number);
    } else {
      typename rescaled<Number, typename Lifted::scalar_type>::type start(number.rows(),
                                                                          number.cols());
      for (Eigen::Index i = 0; i < number.size(); ++i) start.data()[i] = make(number.data()[i]);
      to = Lifted::input(start);
    }
  } else if constexpr (eigen_plain<Lifted>) {
    to.resize(number.rows(), number.cols());
    for (Eigen::Index i = 0; i < number.size(); ++i)
      lift_number(number.data()[i], to.data()[i], make);
  } else if constexpr (is_var<Lifted>) {
    to = Lifted::input(make(number));
  } else {
    to = make(number);
  }
}

template <class From, class To, class Make>
void lift_into(const From& object, To& to, const Make& make) {
  rebuild(object, to, [&make](const auto& number, auto& lifted_number) {
    using Number = std::remove_cvref_t<decltype(number)>;
    using Lifted = std::remove_cvref_t<decltype(lifted_number)>;
    if constexpr (is_lifted_view<Lifted>) {
      lifted_number.assign(number);
      for_each_index<field_count<Number>>([&](auto i) {
        const auto& field = fields_of<Number>::template get<i>(number);
        auto& target = std::get<i>(lifted_number.fields());
        if constexpr (is_ignored<Number, i>)
          copy_field(field, target);
        else
          lift_into(field, target, make);
      });
    } else {
      lift_number(number, lifted_number, make);
    }
  });
}

/// Returns the object with new variables of the recording in progress in place of its scalars.
template <class Make = as_it_is, class T>
lifted<T> lift(const T& object) {
  lifted<T> variables{};
  lift_into(object, variables, Make{});
  return variables;
}

template <class Number>
adjoint_slot slot_of(const Number& number) {
  if constexpr (is_var<Number>)
    return number.slot();
  else
    return 0;
}

/// Calls `f(slot)` for each scalar of an object of variables, in order. The slot of a constant is
/// 0.
template <class Lifted, class F>
void visit_slots(const Lifted& object, const F& f) {
  const held_object root = trail::root(object);
  visit_numbers(trail("tree", root), object, [&f](const trail&, const auto& leaf) {
    using Leaf = std::remove_cvref_t<decltype(leaf)>;
    if constexpr (is_lifted_view<Leaf>) {
      using Record = std::remove_cvref_t<decltype(leaf.value())>;
      for_each_index<field_count<Record>>([&](auto i) {
        if constexpr (!is_ignored<Record, i>) visit_slots(std::get<i>(leaf.fields()), f);
      });
    } else if constexpr (is_tensor_var<Leaf>) {
      if (leaf.size() == 0) return;
      static_cast<void>(leaf.operand());  // from here on its slots are in use
      const adjoint_slot first = leaf.first_slot();
      for (Eigen::Index i = 0; i < leaf.size(); ++i)
        f(first ? first + static_cast<adjoint_slot>(i) : adjoint_slot{0});
    } else if constexpr (eigen_plain<Leaf>) {
      for (Eigen::Index i = 0; i < leaf.size(); ++i) f(slot_of(leaf.data()[i]));
    } else {
      f(slot_of(leaf));
    }
  });
}

using slot_list = std::vector<adjoint_slot>;

/// The slots of all scalars of the objects, in order.
template <class... Objects>
auto slots_of(const Objects&... objects) {
  slot_list slots;
  (visit_slots(objects, [&](adjoint_slot slot) { slots.push_back(slot); }), ...);
  return slots;
}

/// Applies `read` to the adjoints of lifted variables. Stores the results in `gradient`, which gets
/// the shape of the object that was lifted.
template <class Lifted, class T, class Scalar, class Read>
void adjoints_into(const Lifted& variables, T& gradient, basic_tape<Scalar>& tape,
                   const Read& read) {
  rebuild(variables, gradient, [&](const auto& variable, auto& adjoint) {
    using Variable = std::remove_cvref_t<decltype(variable)>;
    using Adjoint = std::remove_cvref_t<decltype(adjoint)>;
    if constexpr (std::is_same_v<Variable, Adjoint>) {
      adjoint = variable;  // a scalar of fixed type has derivative 0
      for_each_number(adjoint, [](auto& number) { number = {}; });
    } else if constexpr (is_lifted_view<Variable>) {
      adjoint = variable.value();
      for_each_index<field_count<Adjoint>>([&](auto i) {
        if constexpr (!is_ignored<Adjoint, i>)
          adjoints_into(std::get<i>(variable.fields()),
                        fields_of<Adjoint>::template get<i>(adjoint), tape, read);
      });
    } else if constexpr (is_tensor_var<Variable>) {
      adjoint = variable.operand().adjoint(tape).unaryExpr(read);
    } else if constexpr (is_var<Variable>) {
      adjoint = read(tape.adjoint(variable.slot()));
    } else {
      adjoint.resize(variable.rows(), variable.cols());
      for (Eigen::Index i = 0; i < variable.size(); ++i)
        adjoint.data()[i] = read(tape.adjoint(variable.data()[i].slot()));
    }
  });
}
template <class T, class Scalar>
T adjoints_of(const lifted<T>& variables, basic_tape<Scalar>& tape) {
  T gradient{};
  adjoints_into(variables, gradient, tape, [](const Scalar& a) { return a; });
  return gradient;
}

// --- the scalar type of a tree ------------------------------------------------------------------
template <class Leaf>
struct scalar_of_leaf {
  using type = Leaf;
};
template <eigen_plain Leaf>
struct scalar_of_leaf<Leaf> {
  using type = typename Leaf::Scalar;
};
template <class Scalar>
struct scalar_of_leaf<basic_tensor_var<Scalar>> {
  using type = basic_var<Scalar>;
};
/// The type of the first scalar in a tree; void if there is none. Keys of maps do not count.
template <class T, class... Above>
consteval auto find_scalar(type_stack<Above...> = {});
template <class Stack>
consteval auto first_scalar_of() {
  return std::type_identity<void>{};
}
template <class Stack, class First, class... Rest>
consteval auto first_scalar_of() {
  using found = decltype(find_scalar<First>(Stack{}));
  if constexpr (std::is_void_v<typename found::type>)
    return first_scalar_of<Stack, Rest...>();
  else
    return found{};
}
template <class T, class... Above>
consteval auto find_scalar(type_stack<Above...>) {
  using stack = type_stack<T, Above...>;
  constexpr kind k = kind_of<T>;
  if constexpr (is_on_stack<T, Above...>)
    return std::type_identity<void>{};
  else if constexpr (is_lifted_view<T>)
    return find_scalar<typename T::fields_type>(stack{});
  else if constexpr (number_leaf<T>)
    return std::type_identity<typename scalar_of_leaf<T>::type>{};
  else if constexpr (holder<T>)
    return find_scalar<std::remove_cv_t<held_type<T>>>(stack{});
  else if constexpr (k == kind::sequence)
    return find_scalar<typename T::value_type>(stack{});
  else if constexpr (k == kind::map)
    return find_scalar<typename T::mapped_type>(stack{});
  else if constexpr (k == kind::array)
    return find_scalar<array_element<T>>(stack{});
  else if constexpr (k == kind::record)
    return []<std::size_t... I>(std::index_sequence<I...>) {
      return first_scalar_of<stack,
                             std::conditional_t<is_ignored<T, I>, int, field_type<T, I>>...>();
    }(std::make_index_sequence<field_count<T>>{});
  else if constexpr (k == kind::variant || k == kind::tuple)
    return []<template <class...> class Template, class... Types>(
               std::type_identity<Template<Types...>>) {
      return first_scalar_of<stack, std::remove_cv_t<Types>...>();
    }(std::type_identity<T>{});
  else
    return std::type_identity<void>{};
}

/// The scalar type of a function's arguments: that of the first scalar in them, or double if there
/// is none.
template <class... Arguments>
using scalar_in = std::conditional_t<
    std::is_void_v<typename decltype(first_scalar_of<type_stack<>, Arguments...>())::type>, double,
    typename decltype(first_scalar_of<type_stack<>, Arguments...>())::type>;

/// Whether reverse mode can start at these arguments. It cannot if their scalars are already
/// variables of another gradient.
template <class... Arguments>
consteval bool check_not_nested() {
  constexpr bool plain = !is_var<scalar_in<Arguments...>>;
  static_assert(plain,
                "tensacode[T05] gradient: the argument holds variables of another gradient. Fix: "
                "for second derivatives use tc::hvp, tc::hessian or tc::jvp of tc::grad.");
  return plain;
}

// --- scalars in order ---------------------------------------------------------------------------
/// The scalars of an object, in order, converted to `Scalar`.
template <class Scalar, class T>
std::vector<Scalar> numbers_of(const T& object) {
  std::vector<Scalar> numbers;
  const held_object root = trail::root(object);
  visit_numbers(trail("tree", root), object, [&](const trail&, const auto& leaf) {
    for_each_number(leaf,
                    [&](const auto& number) { numbers.push_back(static_cast<Scalar>(number)); });
  });
  return numbers;
}

/// Throws `shape_error` with the path at which two objects of the same type differ in shape.
template <class T>
void check_same_tree(const char* caller, const T& first, const T& second) {
  const held_object root = trail::root(first);
  T scratch{};
  rebuild_node(
      trail(caller, root),
      [](const trail& at, auto& to, const auto& a, const auto& b) {
        if constexpr (eigen_plain<std::remove_cvref_t<decltype(a)>>) {
          check_agreements(at, "has {} rows", a.rows(), b.rows());
          check_agreements(at, "has {} columns", a.cols(), b.cols());
        }
        to = a;
      },
      scratch, first, second);
}

/// Returns `f(members of the tuple...)`. Unlike std::apply, it adds only one line to an error
/// message.
template <class F, class... Members>
decltype(auto) call_with(const F& f, const std::tuple<Members...>& arguments) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) -> decltype(auto) {
    return f(std::get<I>(arguments)...);
  }(std::index_sequence_for<Members...>{});
}

// --- results ------------------------------------------------------------------------------------
/// Converts a function's result to an object that does not refer to temporaries: an expression is
/// evaluated, and a tuple is converted member by member.
template <class T>
auto settled(T&& result) {
  using Result = std::remove_cvref_t<T>;
  if constexpr (expression<Result>)
    return basic_var<typename Result::scalar_type>(result);
  else if constexpr (is_tensor_var<Result> || eigen_plain<Result>)
    return Result(std::forward<T>(result));
  else if constexpr (requires { result.matrix().operand(); })  // an array of variables
    return std::remove_cvref_t<decltype(result.matrix())>(result.matrix());
  else if constexpr (requires { result.eval(); })
    return std::remove_cvref_t<decltype(result.eval())>(result.eval());
  else if constexpr (kind_of<Result> == kind::tuple)
    return []<template <class...> class Template, class... Types, std::size_t... I>(
               std::type_identity<Template<Types...>>, auto&& members, std::index_sequence<I...>) {
      return Template<decltype(settled(std::get<I>(members)))...>(settled(std::get<I>(members))...);
    }(std::type_identity<Result>{}, result, std::make_index_sequence<std::tuple_size_v<Result>>{});
  else
    return Result(std::forward<T>(result));
}

}  // namespace detail
}  // namespace tc
