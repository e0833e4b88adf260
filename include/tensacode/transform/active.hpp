// tensacode/transform/active.hpp -- objects of variables inside a differentiated function.
// Layer 3. The tools that checkpoints, custom derivatives and implicit derivatives share: reading
// the values of an object of variables, making the same object of constants, and recording a part
// of the tape that is dropped at once. `stop_gradient` is the simplest function built on them.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/transform/lift.hpp>
#include <tensacode/transform/reverse.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc {
namespace detail {

// --- the scalar type of the variables in an object ----------------------------------------------
template <class T>
consteval bool is_variable_leaf() {
  if constexpr (eigen_plain<T>)
    return is_var<typename T::Scalar>;
  else
    return is_var<T> || is_tensor_var<T> || is_lifted_view<T>;
}
template <class T>
struct is_no_variable {
  static constexpr bool stops = number_leaf<T> && !is_variable_leaf<T>();
  static constexpr bool value = !is_variable_leaf<T>();
};

template <class T>
consteval auto find_active() {
  using found = offender_in<is_no_variable, T>;
  if constexpr (!is_offender<found>) {
    return std::type_identity<void>{};
  } else {
    using Leaf = typename found::type;
    if constexpr (is_lifted_view<Leaf>)
      return find_active<typename Leaf::fields_type>();
    else if constexpr (is_tensor_var<Leaf>)
      return std::type_identity<typename Leaf::scalar_type>{};
    else if constexpr (eigen_plain<Leaf>)
      return std::type_identity<typename Leaf::Scalar::scalar_type>{};
    else
      return std::type_identity<typename Leaf::scalar_type>{};
  }
}
/// The scalar type `S` if the objects hold variables over `S`; void if they hold no variables.
template <class... Objects>
using active_scalar = typename decltype(find_active<std::tuple<Objects...>>())::type;

// --- constants ----------------------------------------------------------------------------------
/// Fills an object of variables with constants that have these values. No gradient flows into them.
template <class From, class To>
void constants_into(const From& numbers, To& to) {
  rebuild(numbers, to, [](const auto& number, auto& constant) {
    using Number = std::remove_cvref_t<decltype(number)>;
    using Constant = std::remove_cvref_t<decltype(constant)>;
    if constexpr (is_lifted_view<Constant>) {
      constant.assign(number);
      for_each_index<field_count<Number>>([&](auto i) {
        const auto& field = fields_of<Number>::template get<i>(number);
        if constexpr (is_ignored<Number, i>)
          std::get<i>(constant.fields()) = field;
        else
          constants_into(field, std::get<i>(constant.fields()));
      });
    } else if constexpr (eigen_plain<Constant>) {
      constant.resize(number.rows(), number.cols());
      for (Eigen::Index i = 0; i < number.size(); ++i)
        constant.data()[i] = typename Constant::Scalar(number.data()[i]);
    } else {
      constant = Constant(number);
    }
  });
}

/// A copy of the object whose variables are constants.
template <class T>
T detached(const T& variables) {
  T constants{};
  constants_into(values_of(variables), constants);
  return constants;
}

// --- recordings of a part of the tape -----------------------------------------------------------
/// While an object of this class lives, statements are recorded at the end of the tape; the
/// destructor drops them. It may be used during a sweep, whose statements come earlier on the tape.
/// A sweep of it adds to the adjoints of earlier variables, as the sweep in progress does.
template <class Scalar>
class scratch_recording {
 public:
  explicit scratch_recording(basic_tape<Scalar>& tape)
      : tape_(tape), scope_(tape), start_(tape.mark()) {}
  scratch_recording(const scratch_recording&) = delete;
  scratch_recording& operator=(const scratch_recording&) = delete;
  ~scratch_recording() { tape_.rewind(start_); }

  void clear() { tape_.clear_adjoints(start_); }
  void sweep() { tape_.reverse(start_); }

 private:
  basic_tape<Scalar>& tape_;
  tape_scope<Scalar> scope_;
  [[no_unique_address]] unobserved<Scalar> silence_;
  typename basic_tape<Scalar>::position start_;
};

/// A scratch recording with adjoints of its own: it does not add to the adjoints of the sweep in
/// progress.
template <class Scalar>
class separate_recording : basic_tape<Scalar>::separate_adjoints, public scratch_recording<Scalar> {
 public:
  explicit separate_recording(basic_tape<Scalar>& tape)
      : basic_tape<Scalar>::separate_adjoints(tape), scratch_recording<Scalar>(tape) {}
};

/// While an object of this class lives, scalar operations are computed but not recorded, even on
/// earlier variables. Tensors keep their values on the tape, so they are recorded as by a
/// `scratch_recording` and dropped with it.
template <class Scalar>
class paused_recording {
 public:
  explicit paused_recording(basic_tape<Scalar>& tape)
      : scratch_(tape),
        recorded_(std::exchange(current_tape<Scalar>, nullptr)),
        enclosing_(std::exchange(paused_tape<Scalar>, &tape)) {}
  paused_recording(const paused_recording&) = delete;
  paused_recording& operator=(const paused_recording&) = delete;
  ~paused_recording() {
    paused_tape<Scalar> = enclosing_;
    current_tape<Scalar> = recorded_;
  }

 private:
  scratch_recording<Scalar> scratch_;
  basic_tape<Scalar>*recorded_, *enclosing_;
};

/// The adjoints of some slots; 0 for constants.
template <class Scalar>
std::vector<Scalar> adjoints_at(basic_tape<Scalar>& tape, const slot_list& slots) {
  std::vector<Scalar> adjoints(slots.size());
  for (std::size_t i = 0; i < slots.size(); ++i)
    if (slots[i]) adjoints[i] = tape.adjoint(slots[i]);
  return adjoints;
}
template <class Scalar>
void add_adjoints(basic_tape<Scalar>& tape, const slot_list& slots,
                  const std::vector<Scalar>& adjoints) {
  for (std::size_t i = 0; i < slots.size(); ++i)
    if (slots[i]) tape.adjoint(slots[i]) += adjoints[i];
}
template <class Scalar>
bool all_zero(const std::vector<Scalar>& adjoints) {
  for (const auto& adjoint : adjoints)
    if (!is_zero(adjoint)) return false;
  return true;
}

/// Records `run` on a state that is made of new variables with the values `before`, and sweeps it
/// back. On entry `cotangent` is the derivative with respect to the state after `run`; on return it
/// is the derivative with respect to the state before. Throws shape_error if the state after `run`
/// has another number of scalars.
template <class State, class Scalar, class Run>
void sweep_again(basic_tape<Scalar>& tape, const char* caller, const plain_of<State>& before,
                 const Run& run, std::vector<Scalar>& cotangent) {
  scratch_recording<Scalar> again(tape);
  State state{};
  lift_into(before, state, as_it_is{});
  const auto inputs = slots_of(state);
  run(state);
  const auto outputs = slots_of(state);
  TC_CHECK(outputs.size() == cotangent.size(), shape_error,
           "{}: the state had {} numbers, and {} when it was computed again", caller,
           cotangent.size(), outputs.size());
  again.clear();
  add_adjoints(tape, outputs, cotangent);
  again.sweep();
  cotangent = adjoints_at(tape, inputs);
}

/// Records a node whose sweep calls `payload.backward(tape, cotangent)`. `cotangent` has the
/// adjoints of the scalars in the returned object, in order; if all are zero, there is no call. The
/// returned object has these values and consists of new variables.
template <class Result, class Scalar, class Payload>
Result record_block(basic_tape<Scalar>& tape, const plain_of<Result>& values, Payload payload) {
  struct block {
    Payload payload;
    slot_list results;
  };
  struct node {
    block* kept;
    void backward(basic_tape<Scalar>& swept, adjoint_slot) const {
      const auto cotangent = adjoints_at(swept, kept->results);
      if (!all_zero(cotangent)) kept->payload.backward(swept, cotangent);
    }
  };
  auto* const kept = tape.keep(block{std::move(payload), {}});
  Result result{};
  // The results are inputs recorded after the node. So the sweep reaches the node when their
  // adjoints are complete.
  const auto record = [&] {
    tape.push_node(node{kept}, 0);
    const auto behind_node = tape.mark();
    lift_into(values, result, as_it_is{});
    kept->results = slots_of(result);
    return behind_node;
  };
  if constexpr (statement_observer<Scalar>::enabled) {
    const auto behind_node = [&] {
      const unobserved<Scalar> silence;
      return record();
    }();
    statement_observer<Scalar>::template block<Payload>(behind_node, kept->results,
                                                        numbers_of<Scalar>(values));
  } else {
    record();
  }
  return result;
}

}  // namespace detail

/// Returns the object with constants in place of its variables, so that no gradient flows through
/// it. An expression is evaluated. An object without variables is copied.
///
/// Cost     a copy of the object
template <class T>
auto stop_gradient(const T& object) {
  auto settled = detail::settled(object);
  if constexpr (std::is_void_v<detail::active_scalar<decltype(settled)>>)
    return settled;
  else
    return detail::detached(settled);
}

}  // namespace tc
