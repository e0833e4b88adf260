// tensacode/io/text/writer.hpp -- text for people, and what can be left out of it.
// Layer 3. The text is written in full. With a budget the writer also notes where the parts begin
// and end that could be left out (fields, elements, pieces of long strings); `shorten` then leaves
// out as few as it must, the least informative ones first. Start reading at `text_writer`.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/io/detail/utf8.hpp>
#include <tensacode/io/parse_error.hpp>
#include <tensacode/io/text/options.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tc::detail {

enum class text_parts { fields, elements, characters };

/// Something that can be left out.
struct text_part {
  text_parts kind = text_parts::fields;
  std::size_t body = 0;       ///< offset behind the separator
  std::size_t end_event = 0;  ///< where it ends, in the list of events
  std::size_t group = 0;      ///< index in the list of groups
  std::size_t depth = 0;      ///< of groups around it
  std::size_t position = 0;   ///< in its group
  std::size_t amount = 1;     ///< of fields, elements or characters in it
  std::size_t size = 0;       ///< in bytes, with the separator
  bool empty = false;         ///< says no more than 0, no, or nothing at all
};

/// A place in the text: a group or a part of one begins or ends.
struct text_event {
  enum class what { group, part, part_end, group_end } type = what::group;
  std::size_t at = 0;
  std::size_t part = 0;
  text_parts kind = text_parts::fields;
};

class text_writer {
 public:
  explicit text_writer(const text_options& options) : options_(options) {}

  std::size_t size() const { return text_.size(); }
  std::string_view from(std::size_t at) const { return std::string_view(text_).substr(at); }
  void raw(std::string_view text) { text_ += text; }
  void raw(char c) { text_ += c; }
  template <class Number>
  void number(Number value) {
    char digits[64];
    const auto result = std::to_chars(digits, digits + sizeof digits, value);
    text_.append(digits, result.ptr);
  }

  void string(std::string_view text) {
    const std::size_t bad = invalid_utf8(text);
    TC_CHECK(bad == std::string_view::npos, argument_error,
             "to_text: the string {} is not UTF-8 at byte {}", detail::quoted(text), bad);
    // Pieces end before a blank, or within what has none for long.
    constexpr std::size_t shortest = 6, longest = 20;
    const bool cut = options_.budget > 0 && text.size() > 2 * longest;
    if (cut) begin_group(text_parts::characters);
    raw('"');
    if (cut) begin_part("");
    std::size_t characters = 0;
    for (const char c : text) {
      if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
        const bool blank = c == ' ' || c == '\n';
        if (cut && (characters == longest || (blank && characters >= shortest))) {
          end_part(std::exchange(characters, 0));
          begin_part("");
        }
        ++characters;
      }
      escape(c);
    }
    if (cut) end_part(characters);
    raw('"');
    if (cut) end_group();
  }

  void open(char bracket) {
    TC_CHECK(++depth_ <= options_.max_depth, argument_error,
             "to_text: more than {} levels of nesting, or an object that contains itself",
             options_.max_depth);
    raw(bracket);
  }
  void close(char bracket) {
    --depth_;
    raw(bracket);
  }

  /// Where insert() can put something later.
  std::size_t events() const { return events_.size(); }
  /// Puts `text` at the offset `at`, which was size() when events() was `first_event`.
  void insert(std::size_t at, std::size_t first_event, std::string_view text) {
    text_.insert(at, text);
    for (std::size_t e = first_event; e < events_.size(); ++e) {
      events_[e].at += text.size();
      if (events_[e].type == text_event::what::part) parts_[events_[e].part].body += text.size();
    }
  }

  void begin_group(text_parts kind) {
    if (options_.budget == 0) return;
    events_.push_back({text_event::what::group, size(), 0, kind});
    open_.push_back({kind, groups_.size(), 0, 0});
    groups_.push_back(size());
  }
  void end_group() {
    if (options_.budget == 0) return;
    events_.push_back({text_event::what::group_end, size(), 0, open_.back().kind});
    auto& bytes = groups_[open_.back().group];
    bytes = size() - bytes;
    open_.pop_back();
  }
  void begin_part(std::string_view separator) {
    const std::size_t begin = size();
    raw(separator);
    if (options_.budget == 0) return;
    auto& group = open_.back();
    group.part = parts_.size();
    events_.push_back({text_event::what::part, begin, group.part, group.kind});
    parts_.push_back(
        {group.kind, size(), 0, group.group, open_.size(), group.parts++, 1, begin, false});
  }
  void end_part(std::size_t amount = 1, bool empty = false) {
    if (options_.budget == 0) return;
    auto& part = parts_[open_.back().part];
    part.end_event = events_.size();
    part.amount = amount;
    part.size = size() - part.size;
    part.empty = empty;
    events_.push_back({text_event::what::part_end, size(), open_.back().part, part.kind});
  }

  std::string finish() {
    if (options_.budget == 0 || text_.size() <= options_.budget) return std::move(text_);
    return shorten();
  }

 private:
  struct open_group {
    text_parts kind;
    std::size_t group;  ///< in the list of groups
    std::size_t part;   ///< the one that was begun last
    std::size_t parts;  ///< number of them
  };

  void escape(char c) {
    constexpr std::string_view hexadecimal = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      raw('\\');
      raw(c);
    } else if (c == '\n' || c == '\r' || c == '\t') {
      raw('\\');
      raw(c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
    } else if (byte < 0x20 || byte == 0x7f) {
      raw("\\u00");
      raw(hexadecimal[byte >> 4]);
      raw(hexadecimal[byte & 15]);
    } else {
      raw(c);
    }
  }

  static std::string mark(text_parts kind, std::size_t amount) {
    const std::string_view what = kind == text_parts::fields     ? "field"
                                  : kind == text_parts::elements ? "element"
                                                                 : "character";
    return format("({} {}{} left out)", amount, what, amount == 1 ? "" : "s");
  }

  /// Of what was dropped in full an element says no more than its brackets: it is dropped, too.
  void drop_hollow_elements(std::vector<char>& dropped) const {
    struct group_state {
      std::size_t end;  ///< in the list of events
      bool any = false;
      bool kept = false;
    };
    std::vector<group_state> groups;
    std::size_t first = 0;  // the group that was left last, on the way back
    group_state last{0};
    for (std::size_t e = events_.size(); e-- > 0;) {
      const text_event& event = events_[e];
      if (event.type == text_event::what::group_end) {
        groups.push_back({e});
      } else if (event.type == text_event::what::group) {
        first = e;
        last = groups.back();
        groups.pop_back();
      } else if (event.type == text_event::what::part) {
        const text_part& part = parts_[event.part];
        const bool whole = first == e + 1 && last.end + 1 == part.end_event &&
                           events_[first].at <= part.body + 1 &&
                           events_[part.end_event].at <= events_[last.end].at + 1;
        if (part.kind == text_parts::elements && whole && last.any && !last.kept)
          dropped[event.part] = 1;
        // Fields stay without those before them, elements and pieces of strings do not.
        group_state& group = groups.back();
        group.any = true;
        group.kept = !dropped[event.part] || (group.kept && event.kind == text_parts::fields);
      }
    }
  }

  /// The text without the parts that are `dropped`, with marks in their places. Of a list the first
  /// elements stay, of a string its beginning.
  std::string render(std::vector<char> dropped) const {
    struct group_state {
      std::size_t begin;
      bool kept = false;
      std::size_t left_out = 0;
    };
    drop_hollow_elements(dropped);
    std::vector<group_state> groups;
    std::string out;
    std::size_t at = 0;
    for (std::size_t e = 0; e < events_.size(); ++e) {
      const text_event& event = events_[e];
      out.append(text_, at, event.at - at);
      at = event.at;
      if (event.type == text_event::what::group) {
        groups.push_back({out.size()});
      } else if (event.type == text_event::what::part) {
        const text_part& part = parts_[event.part];
        const bool stops = event.kind != text_parts::fields && groups.back().left_out > 0;
        if (stops || dropped[event.part]) {
          groups.back().left_out += part.amount;
          e = part.end_event;
          at = events_[e].at;
        } else if (!groups.back().kept) {
          groups.back().kept = true;
          at = part.body;
        }
      } else if (event.type == text_event::what::group_end) {
        const group_state group = groups.back();
        groups.pop_back();
        if (group.left_out == 0) continue;
        const bool in_brackets = out.ends_with('(') && at < text_.size() && text_[at] == ')';
        if (event.kind == text_parts::characters) {
          if (group.kept)
            out += ' ';
          else
            out.resize(group.begin);  // without its quotes
        } else if (group.kept) {
          out += event.kind == text_parts::fields ? "; " : ", ";
        }
        const std::string left_out = mark(event.kind, group.left_out);
        out += !group.kept && event.kind == text_parts::fields && in_brackets
                   ? std::string_view(left_out).substr(1, left_out.size() - 2)
                   : std::string_view(left_out);
      }
    }
    return out.append(text_, at);
  }

  /// What says least comes first: fields that are empty; the later elements of long lists and
  /// strings; fields of nested objects; the first elements; fields of the object itself, of those
  /// above half of the budget the bulkiest first. Of equals the deeper one, then the later one:
  /// what comes first says what the object is. Parts of what is hardly longer than the mark in
  /// their place come last.
  std::vector<std::size_t> least_informative_first() const {
    std::vector<std::size_t> order(parts_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    const auto rank = [&](const text_part& part) {
      constexpr std::size_t first_elements = 3, small_group = 40;
      if (part.depth > 1 && groups_[part.group] < small_group) return 6;
      if (part.kind == text_parts::fields) return part.empty ? 0 : part.depth > 1 ? 2 : 4;
      return part.position >= first_elements ? 1 : 3;
    };
    const std::size_t bulky = options_.budget / 2;
    const auto less = [&](std::size_t a, std::size_t b) {
      const text_part &x = parts_[a], &y = parts_[b];
      const int of_x = rank(x), of_y = rank(y);
      if (of_x != of_y) return of_x < of_y;
      if (of_x == 4 && x.size != y.size && std::max(x.size, y.size) > bulky) return x.size > y.size;
      if (of_x % 2 == 1 && x.position != y.position) return x.position > y.position;
      if (x.depth != y.depth) return x.depth > y.depth;
      return a > b;
    };
    std::sort(order.begin(), order.end(), less);
    return order;
  }

  std::string shorten() const {
    const std::vector<std::size_t> order = least_informative_first();
    std::vector<char> dropped(parts_.size());
    const auto drop_first = [&](std::size_t count) {
      for (std::size_t i = 0; i < order.size(); ++i) dropped[order[i]] = i < count ? 1 : 0;
      return render(dropped);
    };
    // Marks make the size almost, not quite, monotone in the count; `few` never fits, `many` does.
    std::size_t few = 0, many = order.size();
    std::string best = drop_first(many);
    if (best.size() > options_.budget) return best;
    while (many - few > 1) {
      const std::size_t middle = few + (many - few) / 2;
      std::string shorter = drop_first(middle);
      if (shorter.size() <= options_.budget) {
        many = middle;
        best = std::move(shorter);
      } else {
        few = middle;
      }
    }
    // A bulky part that went may have made room for some of those before it.
    drop_first(many);
    constexpr std::size_t tries = 64;
    for (std::size_t i = 0; i < many && i < tries; ++i) {
      const std::size_t part = order[many - 1 - i];
      dropped[part] = 0;
      std::string longer = render(dropped);
      if (longer.size() <= options_.budget)
        best = std::move(longer);
      else
        dropped[part] = 1;
    }
    return best;
  }

  text_options options_;
  std::string text_;
  std::size_t depth_ = 0;
  std::vector<text_event> events_;
  std::vector<text_part> parts_;
  std::vector<std::size_t> groups_;  ///< their sizes in bytes
  std::vector<open_group> open_;
};

}  // namespace tc::detail
