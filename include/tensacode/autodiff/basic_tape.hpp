// tensacode/autodiff/basic_tape.hpp -- the record of a computation, and its adjoints.
// Layer 2. Sources: Griewank & Walther 2008 (reverse mode); Hogan 2014, ACM TOMS 40(4) (one record
// per statement, partial derivatives computed on the forward sweep).
//
// Data structures. Every active variable has an adjoint slot, which is a position in one contiguous
// array. Slot 0 means passive. A scalar statement `y = f(a, b, ...)` appends df/da, ... and the
// slots of a, ... to the operand streams, and the number of operands to the statement stream. Its
// result takes the next free slot. `y += f(a, b, ...)` is a statement of its own kind: y keeps its
// slot, which is appended after the slots of the operands. A node stands for a whole-matrix
// statement. It appends the marker `node_marker`, a function pointer and a payload in the arena.
// Its results take the next `results` slots, so an element of a tensor has an ordinary scalar slot,
// and scalar statements and nodes mix. The reverse sweep (reverse_sweep.hpp) is one loop over the
// statement stream; nothing recurses. Start reading at `record`, `record_in_place` and `reverse`.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/elementary.hpp>
#include <tensacode/autodiff/reserved_stream.hpp>
#if defined(TC_CHECK_VARIABLES)
#include <tensacode/autodiff/slot_history.hpp>
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc {

/// The position of a variable's adjoint on its tape. It is 0 for variables that no gradient flows
/// into.
using adjoint_slot = std::uint32_t;

namespace detail {

/// A customisation point: if a specialisation has `enabled == true`, its functions are called for
/// every statement recorded over variables with this scalar type. transform/trace.hpp uses it to
/// draw the graph of a computation.
template <class Scalar>
struct statement_observer {
  static constexpr bool enabled = false;
};

}  // namespace detail

/// A tape that records statements over variables with this scalar type, and propagates adjoints
/// backwards over them. Programs use it through `recording` and the functions of transform/.
template <class Scalar>
class basic_tape {
  struct kept_object {
    kept_object* previous;
    void (*destroy)(kept_object*);
  };

 public:
  /// Largest number of operands of one scalar statement.
  static constexpr std::size_t max_operands = 126;

  /// A point in the record. Everything recorded after it can be swept and dropped together.
  struct position {
    std::size_t partials = 0;
    std::size_t operands = 0;
    std::size_t statements = 0;
    std::size_t nodes = 0;
    std::size_t arena_bytes = 0;
    adjoint_slot next_slot = 1;
    kept_object* kept = nullptr;
  };

  /// Reserves address space for 2^32 - 1 slots and 64 GiB of partial derivatives, halved `halvings`
  /// times. Halves further if the system grants less. Throws `tape_full` if it grants none.
  explicit basic_tape(unsigned halvings = 0)
      : basic_tape(size{halvings + detail::address_space_share(all_streams >> halvings)}) {}
  basic_tape(const basic_tape&) = delete;
  basic_tape& operator=(const basic_tape&) = delete;
  ~basic_tape() { destroy_kept(nullptr); }

  /// Creates an independent variable and returns its slot.
  adjoint_slot input() { return inputs(1); }

  /// Creates `count` independent variables with consecutive slots and returns the first slot.
  adjoint_slot inputs(std::size_t count) {
    if (count_ != end_of_inputs_) {
      push_node(input_block{}, 0);
      end_of_inputs_ = count_;
    }
    const adjoint_slot first = take_slots(count);
    return first;
  }

  /// Records a scalar statement and returns the slot of its result. `partials[i]` is the derivative
  /// of the result with respect to the operand with slot `slots[i]`. Operands with slot 0 are
  /// passive and are left out; if all are passive, nothing is recorded and the result is 0. Equal
  /// operands are merged if there are at most nine operands, or at most three active ones.
  /// Overwrites both arrays. Throws `tape_full`.
  template <std::size_t count>
  [[gnu::always_inline]] adjoint_slot record(Scalar (&partials)[count],
                                             adjoint_slot (&slots)[count]) {
    const std::size_t operands = push_operands(partials, slots);
    if (operands == 0) return 0;
    *count_++ = static_cast<statement>(operands);
    return static_cast<adjoint_slot>(next_slot_++);
  }

  /// Records that an expression was added to the variable with slot `target`, which must not be 0.
  /// The variable keeps its slot. Overwrites both arrays. Throws `tape_full`.
  template <std::size_t count>
  [[gnu::always_inline]] void record_in_place(adjoint_slot target, Scalar (&partials)[count],
                                              adjoint_slot (&slots)[count]) {
    const std::size_t operands = push_operands(partials, slots);
    if (operands == 0) return;
    *operand_++ = target;
    *count_++ = static_cast<statement>(operands | in_place_flag);
  }

  /// Records a node with `results` results and returns the slot of the first. The reverse sweep
  /// calls `payload.backward(tape, first_result)`, which reads `tape.adjoint(first_result + i)` and
  /// adds to the adjoints of its operands. The payload is copied into the arena, and its destructor
  /// never runs. Throws `tape_full`.
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
                copy, next_slot()};
    *count_++ = node_marker;
    const adjoint_slot first = take_slots(results);
    if constexpr (detail::statement_observer<Scalar>::enabled &&
                  !std::is_same_v<Payload, input_block>)
      detail::statement_observer<Scalar>::template node<Payload>(first, results);
    return first;
  }

  /// Returns uninitialised memory for `count` trivially copyable objects, aligned to 64 bytes. The
  /// memory lives until the tape is rewound to an earlier position. Throws `tape_full`.
  template <class T>
  T* allocate(std::size_t count) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (count > arena_.capacity() / sizeof(T)) throw_full("tensor values");
    return static_cast<T*>(allocate_bytes(count * sizeof(T)));
  }

  /// Moves an object that owns memory into the arena. The object is destroyed when the tape is
  /// rewound to an earlier position. Throws `tape_full`.
  template <class T>
  T* keep(T object) {
    struct kept : kept_object {
      explicit kept(T&& moved) : object(std::move(moved)) {}
      T object;
    };
    auto* const moved = new (allocate_bytes(sizeof(kept))) kept(std::move(object));
    moved->previous = kept_;
    moved->destroy = [](kept_object* base) { static_cast<kept*>(base)->~kept(); };
    kept_ = moved;
    return &moved->object;
  }

  position mark() const {
    end_of_inputs_ = nullptr;  // `rewind` may drop later inputs, so they need a block of their own
    return {static_cast<std::size_t>(partial_ - partials_.begin()),
            static_cast<std::size_t>(operand_ - operands_.begin()),
            static_cast<std::size_t>(count_ - counts_.begin()),
            static_cast<std::size_t>(node_ - nodes_.begin()),
            arena_used_,
            next_slot(),
            kept_};
  }

  /// Skips all slots before `slot`, which is the next slot of another tape. The variables of that
  /// tape have smaller slots, and nothing that is recorded from here on takes those. So a statement
  /// that takes one of them as an operand does no harm.
  void begin_at(adjoint_slot slot) {
    if (slot > next_slot_) take_slots(slot - next_slot_);
    end_of_inputs_ = nullptr;
  }

  /// The first slot of the innermost recording. Variables with smaller slots belong to an enclosing
  /// recording, so the inner recording must not change them in place.
  adjoint_slot first_of_recording() const { return first_of_recording_; }
  adjoint_slot set_first_of_recording(adjoint_slot slot) {
    return std::exchange(first_of_recording_, slot);
  }
  /// The slot that the next result takes.
  adjoint_slot next_slot() const { return static_cast<adjoint_slot>(next_slot_); }

  /// Forgets everything recorded after `mark`.
  void rewind(const position& mark) {
    end_of_inputs_ = nullptr;
    destroy_kept(mark.kept);
    partial_ = partials_.begin() + mark.partials;
    operand_ = operands_.begin() + mark.operands;
    count_ = counts_.begin() + mark.statements;
    node_ = nodes_.begin() + mark.nodes;
    arena_used_ = mark.arena_bytes;
    next_slot_ = mark.next_slot;
    find_operand_limit();
#if defined(TC_CHECK_VARIABLES)
    history_.give_up_from(mark.next_slot);
#endif
  }

  /// Sets the adjoints of everything recorded after `mark` to zero.
  void clear_adjoints(const position& mark) {
    std::memset(static_cast<void*>(adjoint_ + mark.next_slot), 0,
                (next_slot_ - mark.next_slot) * sizeof(Scalar));
  }

  /// Adds to the adjoint of each operand the partial derivative times the adjoint of the result.
  /// Does this for all statements after `mark`, from last to first. Set the adjoints of the results
  /// before. During the sweep, a node may record further statements and sweep those in turn.
  // Not inlined, so that its loop has all registers.
  [[gnu::noinline]] void reverse(const position& mark);

  /// While an object of this class lives and `wanted` is true, the tape uses another array of
  /// adjoints. This serves to differentiate a part of the record without adding to the adjoints of
  /// earlier variables. A sweep of the enclosing record may be in progress.
  class separate_adjoints {
   public:
    explicit separate_adjoints(basic_tape& tape, bool wanted = true)
        : tape_(tape), enclosing_(tape.adjoint_), wanted_(wanted) {
      if (wanted_) tape_.adjoint_ = tape_.take_adjoints();
    }
    separate_adjoints(const separate_adjoints&) = delete;
    separate_adjoints& operator=(const separate_adjoints&) = delete;
    ~separate_adjoints() {
      if (!wanted_) return;
      --tape_.separate_levels_;
      tape_.adjoint_ = enclosing_;
    }

   private:
    basic_tape& tape_;
    Scalar* enclosing_;
    bool wanted_;
  };

  /// The adjoints of `lanes` results, each in an array of its own. One sweep handles all of them,
  /// so the record is read only once. Call `clear`, set `lane(j)[slot]` for each j, then call
  /// `reverse`.
  template <std::size_t lanes>
  class adjoint_lanes {
   public:
    explicit adjoint_lanes(basic_tape& tape) : tape_(tape) {
      for (auto& lane : lanes_) lane = tape.take_adjoints();
    }
    adjoint_lanes(const adjoint_lanes&) = delete;
    adjoint_lanes& operator=(const adjoint_lanes&) = delete;
    ~adjoint_lanes() { tape_.separate_levels_ -= lanes; }

    Scalar* lane(std::size_t j) { return lanes_[j]; }
    void clear(const position& mark) {
      for (Scalar* const lane : lanes_)
        std::memset(static_cast<void*>(lane + mark.next_slot), 0,
                    (tape_.next_slot_ - mark.next_slot) * sizeof(Scalar));
    }
    void reverse(const position& mark) { tape_.reverse_lanes(mark, lanes_); }

   private:
    basic_tape& tape_;
    Scalar* lanes_[lanes];
  };

#if defined(TC_CHECK_VARIABLES)
  const detail::slot_history& history() const { return history_; }
#endif

  Scalar& adjoint(adjoint_slot slot) { return adjoint_[slot]; }
  Scalar* adjoints(adjoint_slot first) { return adjoint_ + first; }

  std::size_t statement_count() const { return static_cast<std::size_t>(count_ - counts_.begin()); }
  /// The number of partial derivatives stored.
  std::size_t operand_count() const {
    return static_cast<std::size_t>(partial_ - partials_.begin());
  }

 private:
  static constexpr std::size_t gibibyte = std::size_t{1} << 30;
  /// The number of operands of a statement, with `in_place_flag` added for `y += ...`; or
  /// `node_marker`. Not a character type: the compiler must assume that a store through one changes
  /// anything, and would reload the cursors after each store.
  enum class statement : std::uint8_t {};
  static constexpr std::size_t in_place_flag = 128;
  static constexpr statement node_marker{255};

  struct node {
    void (*backward)(basic_tape&, void* payload, adjoint_slot first_result);
    void* payload;
    adjoint_slot first;  ///< the slot of the first result
  };
  struct input_block {
    void backward(basic_tape&, adjoint_slot) {}
  };

  // The address space of each stream, in bytes.
  static constexpr std::size_t partial_bytes = 64 * gibibyte;
  static constexpr std::size_t most_operands = partial_bytes / sizeof(Scalar);
  static constexpr std::size_t node_bytes = 8 * gibibyte;
  static constexpr std::size_t arena_bytes = 64 * gibibyte;
  static constexpr std::size_t most_slots = std::size_t{UINT32_MAX};
  static constexpr std::size_t all_streams =
      partial_bytes + most_operands * (sizeof(adjoint_slot) + sizeof(statement)) + node_bytes +
      most_slots * sizeof(Scalar) + arena_bytes;

  struct size {
    unsigned halvings;
  };
  explicit basic_tape(size of)
      : partials_(most_operands >> of.halvings),
        operands_(most_operands >> of.halvings),
        counts_(most_operands >> of.halvings),
        nodes_(node_bytes / sizeof(node) >> of.halvings),
        adjoints_(most_slots >> of.halvings),
        arena_(arena_bytes >> of.halvings),
        partial_(partials_.begin()),
        operand_(operands_.begin()),
        count_(counts_.begin()),
        node_(nodes_.begin()),
        adjoint_(adjoints_.begin()) {
    find_operand_limit();
  }

  /// Returns another array of adjoints. To give it back, decrement `separate_levels_`.
  Scalar* take_adjoints() {
    using adjoints = detail::reserved_stream<Scalar>;
    if (separate_levels_ == separate_.size())
      separate_.push_back(std::make_unique<adjoints>(adjoints_.capacity()));
    return separate_[separate_levels_++]->begin();
  }
  /// `reverse` for several arrays of adjoints. Unlike `reverse`, it does not keep the last adjoint
  /// in a register: while one lane waits for a store, the others have work to do.
  template <std::size_t lanes>
  [[gnu::noinline]] void reverse_lanes(const position& mark, Scalar* const (&adjoints)[lanes]);

  /// Destroys the objects kept after `last`, newest first.
  void destroy_kept(const kept_object* last) {
    while (kept_ != last) {
      kept_object* const object = std::exchange(kept_, kept_->previous);
      object->destroy(object);
    }
  }
  [[noreturn, gnu::noinline, gnu::cold]] void throw_full(const char* what) const {
    throw tape_full(format("tape: no room for more {} after {} statements of {} operands", what,
                           statement_count(), operand_count()));
  }
  /// Computes `operand_limit_`, the position up to which operands fit into all streams. A statement
  /// takes one or more operands, one count and at most one slot. If every operand is counted as if
  /// it took a slot, then one comparison per statement checks all streams. A failed comparison must
  /// not return to the caller: values that outlived the call would be kept in memory.
  void find_operand_limit() {
    const std::size_t room = std::min({static_cast<std::size_t>(operands_.end() - operand_),
                                       static_cast<std::size_t>(partials_.end() - partial_),
                                       static_cast<std::size_t>(counts_.end() - count_),
                                       adjoints_.capacity() - next_slot_});
    operand_limit_ = operand_ + room;
  }
  adjoint_slot take_slots(std::size_t count) {
    if (count > adjoints_.capacity() - next_slot_) [[unlikely]]
      throw_full("adjoints");
    operand_limit_ -= count;
    return static_cast<adjoint_slot>(std::exchange(next_slot_, next_slot_ + count));
  }
  /// The largest number of operands among which equal ones are searched for. A comparison of an
  /// object with itself folds at compile time; with more operands too many other comparisons
  /// remain.
  static constexpr std::size_t most_compared = 9;
  template <std::size_t later, std::size_t count, std::size_t... Earlier>
  [[gnu::always_inline]] static void merge_into_earlier(Scalar (&partials)[count],
                                                        adjoint_slot (&slots)[count],
                                                        std::index_sequence<Earlier...>) {
    [[maybe_unused]] const auto merge = [&](Scalar& partial, adjoint_slot slot)
                                            __attribute__((always_inline)) {
                                              if (slot != slots[later]) return;
                                              partial += partials[later];
                                              slots[later] = 0;
                                            };
    (merge(partials[Earlier], slots[Earlier]), ...);
  }
  /// Merges equal operands among those written from `first` on.
  [[gnu::noinline]] static void merge_written(Scalar* first, Scalar*& partial,
                                              adjoint_slot*& operand) {
    const auto count = partial - first;
    adjoint_slot* const slots = operand - count;
    std::ptrdiff_t kept = 0;
    for (std::ptrdiff_t j = 0; j < count; ++j) {
      const auto equal = std::find(slots, slots + kept, slots[j]) - slots;
      if (equal < kept) {
        first[equal] += first[j];
      } else {
        first[kept] = first[j];
        slots[kept++] = slots[j];
      }
    }
    partial = first + kept;
    operand = slots + kept;
  }
  template <std::size_t count>
  [[gnu::always_inline]] std::size_t push_operands(Scalar (&partials)[count],
                                                   adjoint_slot (&slots)[count]) {
    constexpr bool fits = count <= max_operands;
    static_assert(fits,
                  "tensacode[A01] one statement has more than 126 operands. Fix: split it in two.");
    if (operand_ + count >= operand_limit_) [[unlikely]]
      throw_full("statements");
    Scalar* const first = partial_;
    Scalar* partial = partial_;
    adjoint_slot* operand = operand_;
    // Folds instead of loops: the compiler unrolls loops too late to keep the arrays in registers.
    [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline)) {
      if constexpr (count > 1 && count <= most_compared)
        (merge_into_earlier<I>(partials, slots, std::make_index_sequence<I>{}), ...);
      ((*partial = partials[I], *operand = slots[I], partial += slots[I] != 0,
        operand += slots[I] != 0),
       ...);
    }(std::make_index_sequence<count>{});
    // The sweep relies on up to three operands having different slots.
    if constexpr (count > most_compared)
      if (partial - first <= 3) merge_written(first, partial, operand);
    partial_ = partial;
    operand_ = operand;
    return static_cast<std::size_t>(partial - first);
  }
  void* allocate_bytes(std::size_t bytes) {
    constexpr std::size_t line = 64;
    const std::size_t rounded = (bytes + line - 1) / line * line;
    if (rounded > arena_.capacity() - arena_used_) throw_full("tensor values");
    return arena_.begin() + std::exchange(arena_used_, arena_used_ + rounded);
  }

  detail::reserved_stream<Scalar> partials_;
  detail::reserved_stream<adjoint_slot> operands_;
  detail::reserved_stream<statement> counts_;
  detail::reserved_stream<node> nodes_;
  detail::reserved_stream<Scalar> adjoints_;
  detail::reserved_stream<std::byte> arena_;
  Scalar* partial_;
  adjoint_slot* operand_;
  const adjoint_slot* operand_limit_;
  statement* count_;
  node* node_;
  Scalar* adjoint_;  ///< the array in use: `adjoints_`, or one of `separate_`
  std::vector<std::unique_ptr<detail::reserved_stream<Scalar>>> separate_;
  std::size_t separate_levels_ = 0;
  /// The end of the input block that the next inputs join; null if they start a new block.
  mutable const statement* end_of_inputs_ = nullptr;
#if defined(TC_CHECK_VARIABLES)
  detail::slot_history history_;
#endif
  adjoint_slot first_of_recording_ = 1;
  std::size_t arena_used_ = 0;
  std::size_t next_slot_ = 1;  ///< wider than a slot, so that no store to a slot can change it
  kept_object* kept_ = nullptr;
};

}  // namespace tc
