// tensacode/transform/custom.hpp -- user-defined derivatives, and blocks kept as Jacobians.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/transform/active.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc {

/// The return type of the first function of a `custom_vjp` that passes residuals to the second.
template <class Value, class Residuals>
struct with_residuals {
  Value value;
  Residuals residuals;
};
template <class Value, class Residuals>
with_residuals(Value, Residuals) -> with_residuals<Value, Residuals>;

namespace detail {

template <class T>
inline constexpr bool has_residuals = false;
template <class Value, class Residuals>
inline constexpr bool has_residuals<with_residuals<Value, Residuals>> = true;

template <class T>
decltype(auto) value_of_forward(const T& result) {
  if constexpr (has_residuals<T>)
    return settled(result.value);
  else
    return settled(result);
}

/// The backward rule of one call of a `custom_vjp` function. `known` is the residuals, or the tuple
/// of plain arguments.
template <class Backward, class Value, class Known, bool residuals>
struct custom_rule {
  Backward rule;
  Known known;
  Value value;  // for its shape
  slot_list arguments;

  template <class Scalar>
  void backward(basic_tape<Scalar>& tape, const std::vector<Scalar>& adjoints) const {
    Value cotangent = value;
    std::size_t next = 0;
    rebuild(value, cotangent, [&](const auto& from, auto& to) {
      to = from;
      for_each_number(to, [&](auto& number) { number = adjoints[next++]; });
    });
    const auto gradient = [&] {
      if constexpr (residuals)
        return settled(rule(known, std::as_const(cotangent)));
      else
        return settled(std::apply(
            [&](const auto&... plain) { return rule(plain..., std::as_const(cotangent)); }, known));
    }();
    const auto numbers = numbers_of<Scalar>(gradient);
    TC_CHECK(
        numbers.size() == arguments.size(), shape_error,
        "custom_vjp: the arguments have {} numbers, the gradient that the rule returned has {}",
        arguments.size(), numbers.size());
    add_adjoints(tape, arguments, numbers);
  }
};

template <class Forward, class Backward, class... Arguments>
auto call_custom(const Forward& forward, const Backward& backward, const Arguments&... arguments) {
  using Scalar = active_scalar<Arguments...>;
  if constexpr (std::is_void_v<Scalar>) {
    return value_of_forward(forward(arguments...));
  } else {
    const std::tuple<plain_of<Arguments>...> plain{values_of(arguments)...};
    const auto result = call_with(forward, plain);
    using Outcome = std::remove_const_t<decltype(result)>;
    const auto value = value_of_forward(result);
    using Value = std::remove_const_t<decltype(value)>;
    using Result = lifted<Value>;
    basic_tape<Scalar>* const tape = current_tape<Scalar>;
    if (!tape) {
      Result constants{};
      constants_into(value, constants);
      return constants;
    }
    const auto known = [&] {
      if constexpr (has_residuals<Outcome>)
        return result.residuals;
      else
        return plain;
    }();
    return record_block<Result>(
        *tape, value,
        custom_rule<Backward, Value, std::remove_const_t<decltype(known)>, has_residuals<Outcome>>{
            backward, known, value, slots_of(arguments...)});
  }
}

template <class Scalar>
struct local_jacobian {
  std::vector<Scalar> partials;  // one row for each result
  slot_list arguments;

  void backward(basic_tape<Scalar>& tape, const std::vector<Scalar>& cotangent) const {
    const Scalar* row = partials.data();
    for (const Scalar& weight : cotangent) {
      if (!is_zero(weight))
        for (std::size_t j = 0; j < arguments.size(); ++j)
          tape.adjoint(arguments[j]) += row[j] * weight;
      row += arguments.size();
    }
  }
};

template <class F, class... Arguments>
auto preaccumulate_call(const F& f, const Arguments&... arguments) {
  using Scalar = active_scalar<Arguments...>;
  if constexpr (std::is_void_v<Scalar>) {
    return settled(f(arguments...));
  } else {
    using Result = decltype(settled(f(arguments...)));
    basic_tape<Scalar>* const tape = current_tape<Scalar>;
    if (!tape) return settled(f(arguments...));
    plain_of<Result> values{};
    local_jacobian<Scalar> jacobian;
    {
      separate_recording<Scalar> block(*tape);
      std::tuple<Arguments...> variables;
      [&]<std::size_t... I>(std::index_sequence<I...>) {
        (lift_into(values_of(arguments), std::get<I>(variables), as_it_is{}), ...);
      }(std::index_sequence_for<Arguments...>{});
      const auto result = settled(call_with(f, std::as_const(variables)));
      values_into(result, values);
      const auto inputs =
          std::apply([](const auto&... objects) { return slots_of(objects...); }, variables);
      // Constant arguments get no column.
      const auto outer = slots_of(arguments...);
      slot_list active;
      for (std::size_t i = 0; i < outer.size(); ++i)
        if (outer[i] != 0) {
          jacobian.arguments.push_back(outer[i]);
          active.push_back(inputs[i]);
        }
      for (const adjoint_slot output : slots_of(result)) {
        block.clear();
        if (output != 0) {
          tape->adjoint(output) = Scalar(1);
          block.sweep();
        }
        for (const adjoint_slot input : active)
          jacobian.partials.push_back(output ? tape->adjoint(input) : Scalar(0));
      }
    }
    return record_block<Result>(*tape, values, std::move(jacobian));
  }
}

/// Whether a function can be preaccumulated. It must not capture anything, since a captured
/// variable would get no gradient.
template <class F>
consteval bool check_captures_nothing() {
  constexpr bool nothing = std::is_empty_v<F>;
  static_assert(nothing,
                "tensacode[T07] preaccumulate: the function captures something, and a captured "
                "variable would lose its gradient. Fix: pass everything as an argument.");
  return nothing;
}

}  // namespace detail

/// Returns a function with a user-defined derivative. `forward(arguments...)` takes and returns
/// plain numbers. `backward(arguments..., cotangent)` takes the same arguments and the cotangent:
/// the derivative with respect to the value, in the shape of the value. It returns the gradient: an
/// object of the argument's shape, or for several arguments a tuple of such objects. If `forward`
/// returns `tc::with_residuals{value, residuals}`, the rule is called as
/// `backward(residuals, cotangent)` instead.
///
/// On plain numbers the function is just `forward`. Under `hvp` and `hessian` both functions get
/// dual numbers, so generic lambdas have second derivatives too. Under `jvp`, `forward` itself is
/// differentiated.
///
/// Errors   shape_error in the sweep if the gradient has the wrong number of scalars
/// Cost     that of the two functions, and a copy of the arguments or the residuals
template <class Forward, class Backward>
auto custom_vjp(Forward forward, Backward backward) {
  return [forward = std::move(forward), backward = std::move(backward)](const auto&... arguments) {
    return detail::call_custom(forward, backward, detail::settled(arguments)...);
  };
}

/// Returns `f(arguments...)`. Only the Jacobian stays on the tape. It has one row for each scalar
/// of the result and one column for each scalar of the arguments, and is found by one sweep per
/// row. This pays if `f` records much more than that and a sweep of it is cheap. Arguments and
/// result are any trees, whose variables are found by reflection. `f` must not capture anything, so
/// that no variable is missed. On plain numbers this is just `f(arguments...)`.
///
/// Errors   those of `f`; at compile time T07
/// Cost     recording the function, and a sweep of it for each scalar of the result
template <class F, class... Arguments>
auto preaccumulate(const F& f, const Arguments&... arguments) {
  if constexpr (detail::check_captures_nothing<F>())
    return detail::preaccumulate_call(f, detail::settled(arguments)...);
}

}  // namespace tc
