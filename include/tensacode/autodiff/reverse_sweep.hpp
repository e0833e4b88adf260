// tensacode/autodiff/reverse_sweep.hpp -- the loops that propagate adjoints backwards over a tape.
// Layer 2. Each loop goes through the statements from last to first. It adds to the adjoint of each
// operand the partial derivative times the adjoint of the result (Griewank & Walther 2008, chapter
// 3).
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/basic_tape.hpp>

#include <algorithm>
#include <cstddef>

namespace tc {

template <class Scalar>
void basic_tape<Scalar>::reverse(const position& mark) {
  using detail::is_zero;
  Scalar* const adjoint = adjoint_;
  const statement* const first = counts_.begin() + mark.statements;
  const Scalar* partial = partial_;
  const adjoint_slot* operand = operand_;
  const node* next_node = node_;
  adjoint_slot slot = next_slot();
  // In a chain of statements, each one reads the adjoint that the one before has just written. A
  // processor needs some seven cycles to read back a store. So the adjoint of the last statement's
  // first operand is also kept in a register.
  adjoint_slot last_slot = 0;
  Scalar last(0);
  for (const statement* next = count_; next != first;) {
    auto operands = static_cast<std::size_t>(*--next);
    Scalar a;
    if (operands < in_place_flag) {
      if (--slot == last_slot) [[likely]]
        a = last;
      else
        a = adjoint[slot];
    } else if (operands != static_cast<std::size_t>(node_marker)) {
      operands -= in_place_flag;
      a = adjoint[*--operand];
    } else {
      --next_node;
      slot = next_node->first;
      next_node->backward(*this, next_node->payload, slot);
      last_slot = 0;
      continue;
    }
    partial -= operands;
    operand -= operands;
    if (is_zero(a)) continue;
    last_slot = operand[0];
    last = adjoint[last_slot] + partial[0] * a;
    adjoint[last_slot] = last;
    switch (operands) {
      case 1:
        break;
      case 2:
        adjoint[operand[1]] += partial[1] * a;
        break;
      case 3:
        adjoint[operand[1]] += partial[1] * a;
        adjoint[operand[2]] += partial[2] * a;
        break;
      default:
        for (std::size_t i = 1; i < operands; ++i) {
          adjoint[operand[i]] += partial[i] * a;
          if (operand[i] == last_slot) last = adjoint[last_slot];
        }
    }
  }
}

template <class Scalar>
template <std::size_t lanes>
void basic_tape<Scalar>::reverse_lanes(const position& mark, Scalar* const (&adjoints)[lanes]) {
  Scalar* lane[lanes];
  std::copy_n(adjoints, lanes, lane);
  Scalar* const enclosing = adjoint_;
  const statement* const first = counts_.begin() + mark.statements;
  const Scalar* partial = partial_;
  const adjoint_slot* operand = operand_;
  const node* next_node = node_;
  adjoint_slot slot = next_slot();
  for (const statement* next = count_; next != first;) {
    auto operands = static_cast<std::size_t>(*--next);
    adjoint_slot result;
    if (operands < in_place_flag) {
      result = --slot;
    } else if (operands != static_cast<std::size_t>(node_marker)) {
      operands -= in_place_flag;
      result = *--operand;
    } else {
      --next_node;
      slot = next_node->first;
      for (Scalar* const one : lane) {
        adjoint_ = one;
        next_node->backward(*this, next_node->payload, slot);
      }
      adjoint_ = enclosing;
      continue;
    }
    partial -= operands;
    operand -= operands;
    Scalar a[lanes];
    bool is_needed = false;
    for (std::size_t j = 0; j < lanes; ++j) {
      a[j] = lane[j][result];
      is_needed = is_needed || !detail::is_zero(a[j]);
    }
    if (!is_needed) continue;
    for (std::size_t i = 0; i < operands; ++i) {
      const Scalar p = partial[i];
      const adjoint_slot to = operand[i];
      for (std::size_t j = 0; j < lanes; ++j)
        if (!detail::is_zero(a[j])) lane[j][to] += p * a[j];
    }
  }
}

}  // namespace tc
