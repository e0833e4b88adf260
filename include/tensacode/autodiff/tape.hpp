// tensacode/autodiff/tape.hpp -- the record of a computation, swept backwards for gradients.
// Layer 2. Sources: Griewank & Walther 2008 (reverse mode); Hogan 2014, ACM TOMS 40(4) (one
// record per statement, partial derivatives computed on the forward sweep).
//
// Data structures. Every active number has an adjoint slot, a position in one contiguous array;
// slot 0 means passive. A scalar statement `y = f(a, b, ...)` appends the pairs
// (df/da, slot of a), ... to the argument streams and their count to the statement stream; its
// result takes the next free slot. A node (a whole-matrix statement) appends the marker
// `node_marker`, a function pointer and a payload in the arena; its results take the next
// `results` slots, so an element of a tensor is an ordinary scalar slot and the two kinds mix.
// The reverse sweep is one loop over the statement stream; nothing recurses.
// Start reading at `record` and `reverse`.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/elementary.hpp>
#include <tensacode/autodiff/reserved_stream.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

namespace tc {

/// Position of a number's adjoint on its tape; 0 for numbers that no gradient flows into.
using adjoint_slot = std::uint32_t;

template <class Scalar>
class basic_tape {
 public:
  /// Largest number of operands of one scalar statement.
  static constexpr std::size_t max_operands = 254;

  /// Everything recorded after a position can be swept and dropped together.
  struct position {
    std::size_t arguments = 0;
    std::size_t statements = 0;
    std::size_t nodes = 0;
    std::size_t arena_bytes = 0;
    adjoint_slot next_slot = 1;
  };

  basic_tape()
      : partials_(gibibyte / sizeof(Scalar) * 64),
        operands_(partials_.capacity()),
        counts_(partials_.capacity()),
        nodes_(gibibyte / sizeof(node) * 8),
        adjoints_(std::size_t{1} << 32),
        arena_(gibibyte * 64),
        partial_(partials_.begin()),
        operand_(operands_.begin()),
        count_(counts_.begin()),
        node_(nodes_.begin()) {}

  /// A new independent variable.
  adjoint_slot input() { return inputs(1); }

  /// `count` consecutive independent variables; returns the slot of the first.
  adjoint_slot inputs(std::size_t count) { return push_node(input_block{}, count); }

  /// Records a statement whose operands `push(sink)` hands to `sink(partial, slot)`; at most
  /// `Operands` of them. Returns the slot of the result, 0 if every operand was passive.
  /// Throws `tape_full`.
  template <std::size_t Operands, class Push>
  adjoint_slot record(const Push& push) {
    static_assert(Operands <= max_operands,
                  "tensacode[A01] one statement has more than 254 operands. Fix: split it in two.");
    // Each statement has an operand, so this bounds the statement stream too.
    if (operand_ + Operands > std::min(operands_.end(), operands_.begin() + partials_.capacity()) ||
        count_ >= counts_.end()) [[unlikely]]
      throw_full("statements");
    Scalar* const first = partial_;
    push([this](Scalar partial, adjoint_slot slot) {
      *partial_ = partial;
      *operand_ = slot;
      partial_ += slot != 0;
      operand_ += slot != 0;
    });
    const auto operands = static_cast<std::uint8_t>(partial_ - first);
    if (operands == 0) return 0;
    *count_++ = operands;
    return take_slots(1);
  }

  /// Records a node of `results` results. During the sweep `payload.backward(tape, first_result)`
  /// is called, which reads `tape.adjoint(first_result + i)` and adds to the adjoints of its
  /// operands. The payload is copied into the arena and never destroyed.
  template <class Payload>
  adjoint_slot push_node(const Payload& payload, std::size_t results) {
    static_assert(std::is_trivially_copyable_v<Payload> &&
                  std::is_trivially_destructible_v<Payload>);
    if (node_ >= nodes_.end() || count_ >= counts_.end()) throw_full("nodes");
    auto* const copy = static_cast<Payload*>(allocate_bytes(sizeof(Payload)));
    std::memcpy(static_cast<void*>(copy), &payload, sizeof(Payload));
    *node_++ = {[](basic_tape& tape, void* bytes, adjoint_slot first) {
                  static_cast<Payload*>(bytes)->backward(tape, first);
                },
                copy, static_cast<std::uint32_t>(results)};
    *count_++ = node_marker;
    return take_slots(results);
  }

  /// Uninitialised room for `count` trivially copyable objects, aligned to 64 bytes, that lives
  /// until the tape is rewound before it. Throws `tape_full`.
  template <class T>
  T* allocate(std::size_t count) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (count > arena_.capacity() / sizeof(T)) throw_full("tensor values");
    return static_cast<T*>(allocate_bytes(count * sizeof(T)));
  }

  position mark() const {
    return {static_cast<std::size_t>(partial_ - partials_.begin()),
            static_cast<std::size_t>(count_ - counts_.begin()),
            static_cast<std::size_t>(node_ - nodes_.begin()), arena_used_, next_slot_};
  }

  /// Forgets everything recorded after `mark`.
  void rewind(const position& mark) {
    partial_ = partials_.begin() + mark.arguments;
    operand_ = operands_.begin() + mark.arguments;
    count_ = counts_.begin() + mark.statements;
    node_ = nodes_.begin() + mark.nodes;
    arena_used_ = mark.arena_bytes;
    next_slot_ = mark.next_slot;
  }

  /// Sets the adjoints of everything recorded after `mark` to zero.
  void clear_adjoints(const position& mark) {
    std::memset(static_cast<void*>(adjoints_.begin() + mark.next_slot), 0,
                (next_slot_ - mark.next_slot) * sizeof(Scalar));
  }

  /// Adds to the adjoint of each operand the partial derivative times the adjoint of the result,
  /// for all statements after `mark`, last to first. Seed the adjoints before.
  void reverse(const position& mark) {
    Scalar* const adjoint = adjoints_.begin();
    const std::uint8_t* const first = counts_.begin() + mark.statements;
    const Scalar* partial = partial_;
    const adjoint_slot* operand = operand_;
    const node* next_node = node_;
    adjoint_slot slot = next_slot_;
    for (const std::uint8_t* count = count_; count != first;) {
      const std::uint8_t operands = *--count;
      if (operands == node_marker) [[unlikely]] {
        --next_node;
        slot -= next_node->results;
        next_node->backward(*this, next_node->payload, slot);
        continue;
      }
      const Scalar a = adjoint[--slot];
      partial -= operands;
      operand -= operands;
      using detail::is_zero;
      if (is_zero(a)) continue;
      for (std::uint8_t i = 0; i < operands; ++i) adjoint[operand[i]] += partial[i] * a;
    }
  }

  Scalar& adjoint(adjoint_slot slot) { return adjoints_.begin()[slot]; }
  Scalar* adjoints(adjoint_slot first) { return adjoints_.begin() + first; }

  std::size_t statement_count() const { return static_cast<std::size_t>(count_ - counts_.begin()); }
  std::size_t operand_count() const {
    return static_cast<std::size_t>(partial_ - partials_.begin());
  }

 private:
  static constexpr std::size_t gibibyte = std::size_t{1} << 30;
  static constexpr std::uint8_t node_marker = 255;

  struct node {
    void (*backward)(basic_tape&, void* payload, adjoint_slot first_result);
    void* payload;
    std::uint32_t results;
  };
  struct input_block {
    void backward(basic_tape&, adjoint_slot) {}
  };

  [[noreturn]] void throw_full(const char* what) const {
    throw tape_full(format("tape: no room for more {} after {} statements of {} operands", what,
                           statement_count(), operand_count()));
  }
  adjoint_slot take_slots(std::size_t count) {
    if (count > adjoints_.capacity() - next_slot_ || count > UINT32_MAX - next_slot_) [[unlikely]]
      throw_full("adjoints");
    return std::exchange(next_slot_, static_cast<adjoint_slot>(next_slot_ + count));
  }
  void* allocate_bytes(std::size_t bytes) {
    constexpr std::size_t line = 64;
    const std::size_t rounded = (bytes + line - 1) / line * line;
    if (rounded > arena_.capacity() - arena_used_) throw_full("tensor values");
    return arena_.begin() + std::exchange(arena_used_, arena_used_ + rounded);
  }

  detail::reserved_stream<Scalar> partials_;
  detail::reserved_stream<adjoint_slot> operands_;
  detail::reserved_stream<std::uint8_t> counts_;
  detail::reserved_stream<node> nodes_;
  detail::reserved_stream<Scalar> adjoints_;
  detail::reserved_stream<std::byte> arena_;
  Scalar* partial_;
  adjoint_slot* operand_;
  std::uint8_t* count_;
  node* node_;
  std::size_t arena_used_ = 0;
  adjoint_slot next_slot_ = 1;
};

using tape = basic_tape<double>;

namespace detail {

/// The tape that statements of this thread are recorded on; null outside of a recording.
template <class Scalar>
inline constinit thread_local basic_tape<Scalar>* current_tape = nullptr;

template <class Scalar>
basic_tape<Scalar>& tape_of_thread() {
  static thread_local basic_tape<Scalar> instance;
  return instance;
}

}  // namespace detail

/// While it lives, statements of this thread are recorded on the thread's tape (of which it is a
/// nested part when another recording is in progress). Its end forgets what it recorded: no
/// variable of it may be used afterwards.
template <class Scalar>
class recording {
 public:
  recording()
      : tape_(detail::tape_of_thread<Scalar>()),
        enclosing_(std::exchange(detail::current_tape<Scalar>, &tape_)),
        start_(tape_.mark()) {}
  recording(const recording&) = delete;
  recording& operator=(const recording&) = delete;
  ~recording() {
    tape_.rewind(start_);
    detail::current_tape<Scalar> = enclosing_;
  }

  basic_tape<Scalar>& tape() { return tape_; }

  /// Gradient of the number with adjoint slot `result` with respect to everything recorded here;
  /// afterwards `tape().adjoint(slot)` is the derivative by the number with that slot.
  void differentiate(adjoint_slot result, Scalar seed = Scalar(1)) {
    tape_.clear_adjoints(start_);
    if (result == 0) return;
    tape_.adjoint(result) = seed;
    tape_.reverse(start_);
  }

 private:
  basic_tape<Scalar>& tape_;
  basic_tape<Scalar>* enclosing_;
  typename basic_tape<Scalar>::position start_;
};

}  // namespace tc
