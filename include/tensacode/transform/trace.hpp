// tensacode/transform/trace.hpp -- the graph of a function's statements, for debugging.
// Layer 3. Not included by transform.hpp. The graph can be drawn. It can be searched for the first
// statement whose value is not finite, and for inputs that influence the value although no
// derivative reaches them. The function runs on variables over a scalar type of their own, so that
// ordinary recordings do not become slower.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/type_name.hpp>
#include <tensacode/transform/hessian.hpp>
#include <tensacode/tree/flatten.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <ranges>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc {

/// An operand of a recorded statement: a node of the graph and, for scalar statements, the
/// derivative with respect to it.
struct traced_operand {
  std::size_t node = 0;
  double partial = 0;
  bool has_partial = false;
};

/// A node of the graph: an input, a scalar statement or a whole-matrix statement.
struct traced_node {
  enum class kind { input, scalar, tensor };

  kind what = kind::input;
  std::string name;  ///< the path of an input; for statements s1, s2, ...
  std::string text;  ///< the formula of a statement, with the names of its operands
  double value = 0;  ///< for a tensor the first element, or one that is not finite
  double adjoint = 0;
  bool finite = true;    ///< whether value, all elements and partial derivatives are
  bool reached = false;  ///< whether the result depends on it through recorded statements
  std::size_t elements = 1;
  std::vector<traced_operand> operands;
};

namespace detail {

/// The sign of a NaN has no meaning and is not printed.
inline std::string number_text(double x) { return std::isnan(x) ? "nan" : format("{}", x); }

}  // namespace detail

/// The statements of one run of a function, in order. `trace` returns it.
class trace_graph {
 public:
  double value = 0;
  std::vector<traced_node> nodes;  ///< inputs first
  std::size_t result = 0;          ///< the node of the result; nodes.size() if it is a constant

  /// The graph in the language of Graphviz' `dot`. Inputs are boxes, and arrows from operands carry
  /// the partial derivatives. Nodes that are not finite are red; nodes that do not reach the result
  /// are grey.
  std::string graphviz() const;

  /// Describes in a sentence the first node whose value or partial derivative is not finite, with
  /// the values of its operands. Empty if there is none.
  std::string first_not_finite() const;

  /// The names of the inputs that no derivative of the result reaches.
  std::vector<std::string> unreached_inputs() const;

 private:
  static std::string escaped(const std::string& text);
};

namespace detail {

/// An empty tangent. It makes the scalar type of traces a type of its own.
struct watch_mark {
  friend constexpr watch_mark operator+(watch_mark, watch_mark) { return {}; }
  friend constexpr watch_mark operator-(watch_mark, watch_mark) { return {}; }
  friend constexpr watch_mark operator-(watch_mark) { return {}; }
  template <class Scalar>
  friend constexpr watch_mark operator*(const Scalar&, watch_mark) {
    return {};
  }
  friend constexpr bool is_zero(watch_mark) { return true; }
};
using watched = basic_dual<double, watch_mark>;

/// Builds the graph while the function runs.
class trace_log {
 public:
  using tape_type = basic_tape<watched>;

  static inline constinit thread_local trace_log* current = nullptr;

  explicit trace_log(tape_type& tape) : tape_(tape), enclosing_(std::exchange(current, this)) {}
  trace_log(const trace_log&) = delete;
  trace_log& operator=(const trace_log&) = delete;
  ~trace_log() { current = enclosing_; }

  void input(std::string name, double value, adjoint_slot slot);
  template <class E>
  void statement(const E& e, double value, adjoint_slot slot) {
    open(slot, 1, traced_node::kind::scalar);
    fill(e, text_of(e), value);
  }
  /// Notes `y += e` or `y -= e`. From here on, y's slot belongs to a new node.
  template <class E>
  void grown(const E& e, bool adds, double value, adjoint_slot slot) {
    const std::size_t before = node_at(slot);
    const std::string text = graph.nodes[before].name + (adds ? " + " : " - ") + text_of(e);
    open(slot, 1, traced_node::kind::scalar);
    graph.nodes.back().operands.push_back({before, 1, true});
    fill(e, text, value, adds ? 1 : -1);
  }
  void node(std::string_view payload, adjoint_slot first, std::size_t results);
  /// Notes a node whose results are inputs recorded after it, such as a checkpoint or a custom
  /// derivative.
  void block(std::string_view payload, const tape_type::position& behind_node,
             const std::vector<adjoint_slot>& results, const std::vector<watched>& values);
  void value(adjoint_slot slot, double value);
  template <class Matrix>
  void tensor(adjoint_slot first, const Matrix& values) {
    set_values(graph.nodes[node_at(first)], values.data(), static_cast<std::size_t>(values.size()));
  }

  std::size_t node_at(adjoint_slot slot) const;

  /// Copies the adjoints to the nodes. Call it after a sweep.
  void read_adjoints();

  /// Finds the operands of whole-matrix statements. Their payloads cannot be read, so each
  /// statement is swept alone: the slots whose adjoints it changes are those of its operands. Drops
  /// the recording.
  void find_operands_of_nodes();

  trace_graph graph;
  tape_type::position start;

 private:
  struct owner {
    adjoint_slot first;
    std::size_t node;
  };
  struct node_end {
    std::size_t node;
    tape_type::position after;
  };

  void open(adjoint_slot slot, std::size_t elements, traced_node::kind what);
  /// The node that owned a slot when node `before` was made. A sum that has grown since then
  /// belongs to a later node.
  std::size_t node_at_time(adjoint_slot slot, std::size_t before) const;
  static void set_value(traced_node& node, double value);
  static void set_values(traced_node& node, const watched* values, std::size_t count);
  template <class E>
  void fill(const E& e, std::string text, double value, double sign = 1) {
    auto& node = graph.nodes.back();
    node.text = std::move(text);
    set_value(node, value);
    watched partials[E::operands];
    adjoint_slot slots[E::operands];
    e.template gather<0>(watched(sign), partials, slots);
    for (std::size_t i = 0; i < E::operands; ++i) {
      if (slots[i] == 0) continue;
      const std::size_t from = node_at_time(slots[i], graph.nodes.size() - 2);  // before this one
      node.finite = node.finite && std::isfinite(partials[i].value());
      const auto known = std::find_if(node.operands.begin(), node.operands.end(),
                                      [from](const traced_operand& o) { return o.node == from; });
      if (known != node.operands.end())
        known->partial += partials[i].value();
      else
        node.operands.push_back({from, partials[i].value(), true});
    }
  }

  /// The text of an expression, with brackets where precedence requires them.
  template <class E>
  std::string text_of(const E& e) const {
    if constexpr (requires { e.slot(); })
      return e.slot() ? graph.nodes[node_at(e.slot())].name : format("{}", e.value().value());
    else if constexpr (requires { e.operand(); })
      return unary_text(name_of<typename E::operation>(), text_of(e.operand()));
    else if constexpr (requires { e.first(); })
      return binary_text(name_of<typename E::operation>(), text_of(e.first()), text_of(e.second()));
    else
      return format("{}", e.value().value());
  }
  template <class Operation>
  static std::string_view name_of() {
    std::string_view name = type_name<Operation>();
    if (name.ends_with("_op")) name.remove_suffix(3);
    return name;
  }
  static std::string unary_text(std::string_view name, const std::string& operand);
  static std::string binary_text(std::string_view name, const std::string& a, const std::string& b);
  /// Puts a text in brackets if it is a sum or begins with a sign.
  static std::string bracketed(const std::string& text);

  tape_type& tape_;
  trace_log* enclosing_;
  std::vector<owner> owners_;              ///< in the order of their slots
  std::vector<adjoint_slot> first_slots_;  ///< the first slot of each node
  std::vector<node_end> after_node_;
  std::size_t statements_ = 0;
};

template <>
struct unobserved<watched> {
  unobserved() : log(std::exchange(trace_log::current, nullptr)) {}
  unobserved(const unobserved&) = delete;
  unobserved& operator=(const unobserved&) = delete;
  ~unobserved() { trace_log::current = log; }
  trace_log* log;
};

template <>
struct statement_observer<watched> {
  static constexpr bool enabled = true;

  template <class E>
  static void statement(const E& e, const watched& value, adjoint_slot slot) {
    if (trace_log::current && slot) trace_log::current->statement(e, value.value(), slot);
  }
  template <class E>
  static void grown(const E& e, const watched& sign, const watched& value, adjoint_slot slot) {
    if (trace_log::current) trace_log::current->grown(e, sign.value() > 0, value.value(), slot);
  }
  template <class Payload>
  static void node(adjoint_slot first, std::size_t results) {
    if (trace_log::current) trace_log::current->node(type_name<Payload>(), first, results);
  }
  template <class Payload, class Position>
  static void block(const Position& behind_node, const slot_list& results,
                    const std::vector<watched>& values) {
    if (trace_log::current && !results.empty())
      trace_log::current->block(type_name<Payload>(), behind_node, results, values);
  }
  static void value(adjoint_slot slot, const watched& value) {
    if (trace_log::current) trace_log::current->value(slot, value.value());
  }
  template <class Matrix>
  static void tensor(adjoint_slot first, const Matrix& values) {
    if (trace_log::current) trace_log::current->tensor(first, values);
  }
};

/// The paths of the scalars of the arguments, in the order of `flatten`: "x", "x.mass", "x[2]".
/// With several arguments they begin with "x1", "x2" and so on.
template <class... Arguments>
std::vector<std::string> names_of_numbers(const Arguments&... arguments) {
  std::vector<std::string> names;
  std::size_t argument = 0;
  const auto add = [&](const auto& tree) {
    ++argument;
    const std::string root = sizeof...(Arguments) == 1 ? "x" : format("x{}", argument);
    const held_object held = trail::root(tree);
    visit_numbers(trail("trace", held), tree, [&](const trail& at, const auto& leaf) {
      const std::string path = at.to_path().text();
      const std::string name = path.empty()            ? root
                               : path.starts_with('[') ? root + path
                                                       : root + "." + path;
      if constexpr (eigen_plain<std::remove_cvref_t<decltype(leaf)>>) {
        for (Eigen::Index i = 0; i < leaf.size(); ++i)
          names.push_back(leaf.cols() == 1
                              ? format("{}({})", name, i)
                              : format("{}({}, {})", name, i % leaf.rows(), i / leaf.rows()));
      } else {
        names.push_back(name);
      }
    });
  };
  (add(arguments), ...);
  return names;
}

template <class F, class... Arguments>
trace_graph trace_function(const F& f, const Arguments&... arguments) {
  recording<watched> recorded;
  auto& tape = recorded.tape();
  trace_log log(tape);
  log.start = tape.mark();

  std::tuple<rebind_t<Arguments, dual_variable_leaf<watch_mark>>...> variables;
  std::vector<double> values;
  {
    const unobserved<watched> silence;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (lift_into(arguments, std::get<I>(variables),
                 [&](const auto& number) {
                   values.push_back(static_cast<double>(number));
                   return watched(static_cast<double>(number));
                 }),
       ...);
    }(std::index_sequence_for<Arguments...>{});
  }
  const auto names = names_of_numbers(arguments...);
  std::size_t next = 0;
  const auto name_input = [&](adjoint_slot slot) {
    if (slot) log.input(names[next], values[next], slot);
    ++next;
  };
  std::apply([&](const auto&... objects) { (visit_slots(objects, name_input), ...); }, variables);

  const basic_var<watched> y = call_with(f, std::as_const(variables));
  auto& graph = log.graph;
  graph.value = y.value().value();
  graph.result = y.slot() ? log.node_at(y.slot()) : graph.nodes.size();
  const unobserved<watched> silence;  // blocks record in sweeps too, which is not part of f
  recorded.differentiate(y.slot());
  log.read_adjoints();
  log.find_operands_of_nodes();
  if (graph.result < graph.nodes.size()) graph.nodes[graph.result].reached = true;
  for (std::size_t i = graph.nodes.size(); i-- > 0;)
    if (graph.nodes[i].reached)
      for (const traced_operand& operand : graph.nodes[i].operands)
        graph.nodes[operand.node].reached = true;
  return std::move(graph);
}

}  // namespace detail

/// Returns a function that runs `f` once, as `grad(f)` would, and returns the statements it
/// recorded as a graph. For small functions only, since the graph keeps a text for each statement.
/// `f` must accept variables over any scalar type, as a generic lambda does.
///
/// Errors   as `grad`
template <class F>
auto trace(F f) {
  return [f = std::move(f)]<class... Arguments>(const Arguments&... arguments) {
    if constexpr (detail::check_not_nested<Arguments...>()) {
      if constexpr (detail::check_liftable<F, Arguments...>())
        return detail::trace_function(f, arguments...);
    }
  };
}

/// Returns a function that finds inputs which change the value of `f` although no derivative
/// reaches them. Such a derivative is lost in `tc::value`, in a cast to a plain number or an
/// integer, or in a hard branch. Returns the paths of these inputs. Each input without a derivative
/// is moved by a small step and by 1, in both directions; it counts as lost if any of these moves
/// changes the value.
///
/// Errors   as `grad`, and what `f` throws at the moved points
/// Cost     up to four evaluations of `f` for each input that no derivative reaches
template <class F>
auto find_lost_inputs(F f) {
  return [f = std::move(f)]<class... Arguments>(const Arguments&... arguments) {
    const auto graph = tc::trace(f)(arguments...);
    const std::tuple<Arguments...> point{arguments...};
    auto numbers = flatten(point);
    const auto value_at = [&](std::size_t i, double moved) {
      const double kept = std::exchange(numbers[i], moved);
      const double value =
          std::apply([&](const auto&... a) { return detail::differentiate(f, a...).value; },
                     unflatten(numbers, point));
      numbers[i] = kept;
      return value;
    };
    const auto names = detail::names_of_numbers(arguments...);
    const auto unreached = graph.unreached_inputs();
    std::vector<std::string> lost;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (std::find(unreached.begin(), unreached.end(), names[i]) == unreached.end()) continue;
      const double x = numbers[i], step = 1e-3 * std::max(1.0, std::abs(x));
      for (const double moved : {x + step, x - step, x + 1, x - 1}) {
        const double value = value_at(i, moved);
        if (value == graph.value || (std::isnan(value) && std::isnan(graph.value))) continue;
        lost.push_back(names[i]);
        break;
      }
    }
    return lost;
  };
}

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/transform/compiled/trace.hpp>
#endif
