// tensacode/transform/reverse.hpp -- vjp: derivatives of a function, weighted by a cotangent.
// Layer 3. Reverse mode: one recording, and one sweep for each cotangent.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/transform/gradient.hpp>
#include <tensacode/transform/lift.hpp>

#include <cstddef>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc {

/// The result of `vjp`. Made for structured bindings.
template <class Value, class Pullback>
struct value_and_pullback {
  Value value;
  Pullback pullback;
};

namespace detail {

/// The `Map` from variables to their values.
struct value_leaf {
  template <class Leaf>
  static consteval auto image() {
    if constexpr (is_var<Leaf>)
      return std::type_identity<std::remove_cvref_t<decltype(std::declval<Leaf>().value())>>{};
    else if constexpr (is_tensor_var<Leaf>)
      return std::type_identity<dynamic_matrix<typename Leaf::scalar_type>>{};
    else if constexpr (is_lifted_view<Leaf>)
      return std::type_identity<std::remove_cvref_t<decltype(std::declval<Leaf>().value())>>{};
    else if constexpr (eigen_plain<Leaf>) {
      if constexpr (is_var<typename Leaf::Scalar>)
        return std::type_identity<typename rescaled<
            Leaf,
            std::remove_cvref_t<decltype(std::declval<typename Leaf::Scalar>().value())>>::type>{};
      else
        return std::type_identity<Leaf>{};
    } else
      return std::type_identity<Leaf>{};
  }
  template <class Leaf>
  using to = typename decltype(image<Leaf>())::type;
};

/// The type of an object of variables, with the variables replaced by their values.
template <class T>
using plain_of = rebind_t<T, value_leaf>;

template <class T>
void values_into(const T& variables, plain_of<T>& numbers) {
  rebuild(variables, numbers, [](const auto& variable, auto& number) {
    using Variable = std::remove_cvref_t<decltype(variable)>;
    if constexpr (std::is_same_v<Variable, std::remove_cvref_t<decltype(number)>>) {
      number = variable;
    } else if constexpr (is_tensor_var<Variable>) {
      if (variable.size() == 0)
        number.resize(variable.rows(), variable.cols());
      else
        number = variable.value();
    } else if constexpr (eigen_plain<Variable>) {
      number.resize(variable.rows(), variable.cols());
      for (Eigen::Index i = 0; i < variable.size(); ++i)
        number.data()[i] = variable.data()[i].value();
    } else {
      number = variable.value();
    }
  });
}
template <class T>
plain_of<T> values_of(const T& variables) {
  plain_of<T> numbers{};
  values_into(variables, numbers);
  return numbers;
}

/// While an object of this class lives, `trace` does not see what is recorded. Used for work that
/// is not part of the traced function. This general template does nothing.
template <class Scalar>
struct unobserved {};

/// While an object of this class lives, statements of this thread are recorded on the given tape.
template <class Scalar>
class tape_scope {
 public:
  explicit tape_scope(basic_tape<Scalar>& tape)
      : enclosing_(std::exchange(current_tape<Scalar>, &tape)) {}
  tape_scope(const tape_scope&) = delete;
  tape_scope& operator=(const tape_scope&) = delete;
  ~tape_scope() { current_tape<Scalar> = enclosing_; }

 private:
  basic_tape<Scalar>* enclosing_;
};

/// The recording of a function, kept after the call. Arguments and result are on a tape of their
/// own.
template <class Scalar, class Result, class... Arguments>
struct kept_recording {
  basic_tape<Scalar> tape;
  typename basic_tape<Scalar>::position start;
  std::tuple<lifted<Arguments>...> variables;
  Result result;
};

template <class F, class... Arguments>
auto record(const F& f, const Arguments&... arguments) {
  using Scalar = scalar_in<Arguments...>;
  using Result =
      decltype(settled(call_with(f, std::declval<const std::tuple<lifted<Arguments>...>&>())));
  auto kept = std::make_unique<kept_recording<Scalar, Result, Arguments...>>();
  kept->tape.begin_at(next_slot_of_thread<Scalar>());  // captured variables are constants
  const tape_scope<Scalar> scope(kept->tape);
  kept->tape.set_first_of_recording(kept->tape.next_slot());
  kept->start = kept->tape.mark();
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (lift_into(arguments, std::get<I>(kept->variables), as_it_is{}), ...);
  }(std::index_sequence_for<Arguments...>{});
  kept->result = settled(call_with(f, std::as_const(kept->variables)));
  return kept;
}

/// The gradient with respect to all arguments, read from the adjoints on the tape.
template <class Scalar, class... Arguments>
auto gradient_of(const std::tuple<lifted<Arguments>...>& variables, basic_tape<Scalar>& tape,
                 std::type_identity<std::tuple<Arguments...>>) {
  using Gradient = typename gradient_shape<Arguments...>::type;
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return Gradient{adjoints_of<Arguments>(std::get<I>(variables), tape)...};
  }(std::index_sequence_for<Arguments...>{});
}

}  // namespace detail

/// The second result of `vjp`. It keeps the recording of one call. For each cotangent it returns
/// the gradient of <cotangent, result>. It can be called any number of times. It has a tape of its
/// own, so any number of pullbacks can exist at once. It must not be called by two threads at once.
template <class Scalar, class Result, class... Arguments>
class pullback {
 public:
  using cotangent_type = detail::plain_of<Result>;

  explicit pullback(std::unique_ptr<detail::kept_recording<Scalar, Result, Arguments...>> kept)
      : kept_(std::move(kept)) {}

  /// The gradient with respect to the arguments, in the shape of `grad`'s result. `cotangent` has
  /// the shape of the function's result; a matrix in it may have any Eigen type of that size.
  ///
  /// Errors   shape_error with the path at which the cotangent differs in shape from the result
  /// Cost     a sweep of the recording
  template <class Cotangent = cotangent_type>
  auto operator()(const Cotangent& cotangent) const {
    auto& tape = kept_->tape;
    tape.clear_adjoints(kept_->start);
    if constexpr (detail::eigen_expression<Cotangent> && !eigen_plain<Cotangent>)
      seed(cotangent.eval());
    else
      seed(cotangent);
    tape.reverse(kept_->start);
    return detail::gradient_of(kept_->variables, tape,
                               std::type_identity<std::tuple<Arguments...>>{});
  }

 private:
  template <class Cotangent>
  void seed(const Cotangent& cotangent) const {
    Cotangent scratch{};
    const auto root = detail::trail::root(kept_->result);
    detail::rebuild_node(
        detail::trail("pullback", root),
        [this](const detail::trail& at, auto&, const auto& y, const auto& weight) {
          this->add(at, y, weight);
        },
        scratch, kept_->result, cotangent);
  }
  template <class Leaf, class Weight>
  void add(const detail::trail& at, const Leaf& y, const Weight& weight) const {
    if constexpr (is_var<Leaf>) {
      if (const auto slot = y.slot()) kept_->tape.adjoint(slot) += static_cast<Scalar>(weight);
    } else if constexpr (is_tensor_var<Leaf> || eigen_plain<Leaf>) {
      detail::check_agreements(at, "has {} rows", y.rows(), weight.rows());
      detail::check_agreements(at, "has {} columns", y.cols(), weight.cols());
      Eigen::Index i = 0;
      detail::visit_slots(y, [&](adjoint_slot slot) {
        if (slot) kept_->tape.adjoint(slot) += static_cast<Scalar>(weight.data()[i]);
        ++i;
      });
    }
  }

  std::unique_ptr<detail::kept_recording<Scalar, Result, Arguments...>> kept_;
};

/// Returns a function that computes the value of `f` and its pullback:
/// `auto [y, pull] = vjp(f)(x); pull(weights)` returns the gradient of <weights, f(x)>, in the
/// shape of `grad`'s result. `f` is called once, as by `grad`. Its result may be any tree of
/// numbers: a number, a vector, a struct template, a tuple, Eigen matrices. A tensor variable
/// becomes an `Eigen::MatrixXd`.
///
/// Errors   as `grad`; the pullback throws shape_error
/// Cost     calling and recording the function; a tape of its own, which takes some memory maps
template <class F>
auto vjp(F f) {
  return [f = std::move(f)]<class... Arguments>(const Arguments&... arguments) {
    if constexpr (detail::check_not_nested<Arguments...>()) {
      if constexpr (detail::check_liftable<F, Arguments...>()) {
        auto kept = detail::record(f, arguments...);
        auto value = detail::values_of(kept->result);
        using Result = std::remove_cvref_t<decltype(kept->result)>;
        using Pullback = pullback<detail::scalar_in<Arguments...>, Result, Arguments...>;
        return value_and_pullback<decltype(value), Pullback>{std::move(value),
                                                             Pullback(std::move(kept))};
      }
    }
  };
}

}  // namespace tc
