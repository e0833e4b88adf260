// tensacode/io/text/compiled/writer.hpp -- the functions that io/text/writer.hpp declares.
// Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/text/writer.hpp>

namespace tc::detail {

TC_INLINE void text_writer::string(std::string_view text) {
  const std::size_t bad = invalid_utf8(text);
  TC_CHECK(bad == std::string_view::npos, argument_error,
           "to_text: the string {} is not UTF-8 at byte {}", detail::quoted(text), bad);
  // A piece ends before a blank, or after `longest` characters without one.
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

TC_INLINE void text_writer::open(char bracket) {
  TC_CHECK(++depth_ <= options_.max_depth, argument_error,
           "to_text: more than {} levels of nesting, or an object that contains itself",
           options_.max_depth);
  raw(bracket);
}

TC_INLINE void text_writer::close(char bracket) {
  --depth_;
  raw(bracket);
}

TC_INLINE void text_writer::insert(std::size_t at, std::size_t first_event, std::string_view text) {
  text_.insert(at, text);
  for (std::size_t e = first_event; e < events_.size(); ++e) {
    events_[e].at += text.size();
    if (events_[e].type == text_event::what::part) parts_[events_[e].part].body += text.size();
  }
}

TC_INLINE void text_writer::begin_group(text_parts kind) {
  if (options_.budget == 0) return;
  events_.push_back({text_event::what::group, size(), 0, kind});
  open_.push_back({kind, groups_.size(), 0, 0});
  groups_.push_back(size());
}

TC_INLINE void text_writer::end_group() {
  if (options_.budget == 0) return;
  events_.push_back({text_event::what::group_end, size(), 0, open_.back().kind});
  auto& bytes = groups_[open_.back().group];
  bytes = size() - bytes;
  open_.pop_back();
}

TC_INLINE void text_writer::begin_part(std::string_view separator) {
  const std::size_t begin = size();
  raw(separator);
  if (options_.budget == 0) return;
  auto& group = open_.back();
  group.part = parts_.size();
  events_.push_back({text_event::what::part, begin, group.part, group.kind});
  parts_.push_back(
      {group.kind, size(), 0, group.group, open_.size(), group.parts++, 1, begin, false});
}

TC_INLINE void text_writer::end_part(std::size_t amount, bool empty) {
  if (options_.budget == 0) return;
  auto& part = parts_[open_.back().part];
  part.end_event = events_.size();
  part.amount = amount;
  part.size = size() - part.size;
  part.empty = empty;
  events_.push_back({text_event::what::part_end, size(), open_.back().part, part.kind});
}

TC_INLINE std::string text_writer::finish() {
  if (options_.budget == 0 || text_.size() <= options_.budget) return std::move(text_);
  return shorten();
}

TC_INLINE void text_writer::escape(char c) {
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

TC_INLINE std::string text_writer::mark(text_parts kind, std::size_t amount) {
  const std::string_view what = kind == text_parts::fields     ? "field"
                                : kind == text_parts::elements ? "element"
                                                               : "character";
  return format("({} {}{} left out)", amount, what, amount == 1 ? "" : "s");
}

TC_INLINE void text_writer::drop_hollow_elements(std::vector<char>& dropped) const {
  struct group_state {
    std::size_t end;  ///< index in the list of events
    bool any = false;
    bool kept = false;
  };
  std::vector<group_state> groups;
  std::size_t first = 0;  // the group visited last, going backwards
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
      // render() stops a list or string at the first dropped part, but not the fields of a record.
      group_state& group = groups.back();
      group.any = true;
      group.kept = !dropped[event.part] || (group.kept && event.kind == text_parts::fields);
    }
  }
}

TC_INLINE std::string text_writer::render(std::vector<char> dropped) const {
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
          out.resize(group.begin);  // drops the opening quote
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

TC_INLINE std::vector<std::size_t> text_writer::least_informative_first() const {
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

TC_INLINE std::string text_writer::shorten() const {
  const std::vector<std::size_t> order = least_informative_first();
  std::vector<char> dropped(parts_.size());
  const auto drop_first = [&](std::size_t count) {
    for (std::size_t i = 0; i < order.size(); ++i) dropped[order[i]] = i < count ? 1 : 0;
    return render(dropped);
  };
  // The size falls almost, but not strictly, with the number of dropped parts, because of the
  // marks. Dropping `few` parts is not enough, dropping `many` is.
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
  // Dropping a bulky part may have made room for parts that were dropped before it.
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

}  // namespace tc::detail
