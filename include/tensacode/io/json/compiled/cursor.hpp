// tensacode/io/json/compiled/cursor.hpp -- the functions that io/json/cursor.hpp declares.
// Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/json/cursor.hpp>

namespace tc::detail {

TC_INLINE bool json_cursor::reject(const path_step* path, std::string expected, std::string found) {
  note(token(), path, std::move(expected), std::move(found));
  skip();
  return false;
}

TC_INLINE void json_cursor::note(const json_token& where, const path_step* path,
                                 std::string expected, std::string found) {
  // Finding the line takes time proportional to the text, so it is not done for every one of many
  // problems.
  if (problems.is_full()) return problems.add_unlisted();
  const auto position = tape.position_of(where);
  problems.add({position.line + base_line - 1, position.column, path ? path->text() : "",
                std::move(expected), std::move(found)});
}

TC_INLINE std::size_t find_field(const json_record_info& record, std::string_view key,
                                 std::size_t guess) {
  if (guess < record.names.size() && record.names[guess] == key) return guess;
  const std::size_t match = match_name(record.names, key);
  if (match != no_match || record.old_names.empty() || key.empty()) return match;
  return match_name(record.old_names, key);
}

TC_INLINE bool read_json_record(json_cursor& cursor, const json_record_info& record,
                                void* const* fields, const path_step* path) {
  const json_token& object = cursor.token();
  if (object.type != json_type::object)
    return cursor.reject(path, format("an object ({})", record.type_name));
  std::array<std::uint64_t, 8> seen{};  // enough for 512 fields; TC_REFLECT takes at most 256
  bool good = true;
  std::size_t guess = 0;
  for (++cursor.index; cursor.index != object.next;) {
    const json_token& key = cursor.token();
    const std::string_view name = cursor.tape.text_of(key);
    // "$id" has the same letters as a field `id`, but is not that field.
    const bool is_id = cursor.shared && name == id_key;
    const std::size_t field = is_id ? no_match : find_field(record, name, guess);
    ++cursor.index;
    if (field == no_match) {
      if (!is_id && cursor.options.unknown_keys == read_policy::error) {
        cursor.note(key, path, format("a field of {}", record.type_name),
                    format("key {}", detail::quoted(name)));
        good = false;
      }
      cursor.skip();
      continue;
    }
    guess = field + 1;
    const path_step step{path, record.names[field]};
    const std::uint64_t bit = std::uint64_t{1} << (field % 64);
    if ((seen[field / 64] & bit) != 0 && cursor.options.duplicate_keys == read_policy::error) {
      cursor.note(key, &step, "the key once", "it twice");
      good = false;
      cursor.skip();
      continue;
    }
    seen[field / 64] |= bit;
    good &= record.fields[field]->read(cursor, fields[field], &step);
  }
  for (std::size_t field = 0; field < record.names.size(); ++field) {
    if ((seen[field / 64] >> (field % 64)) & 1) continue;
    if (record.fields[field]->make_absent) {
      record.fields[field]->make_absent(fields[field]);
    } else {
      const path_step step{path, record.names[field]};
      cursor.note(object, &step, record.fields[field]->expected(), "no such key");
      good = false;
    }
  }
  return good;
}

TC_INLINE long fit_json_record(const json_tape& tape, std::uint32_t index, int fuel,
                               const json_record_info& record) {
  const json_token& object = tape[index];
  if (object.type != json_type::object) return 0;
  std::array<std::uint64_t, 8> seen{};
  long score = 1'000'000'000;
  std::size_t guess = 0;
  std::uint32_t at = index + 1;
  while (at != object.next) {
    const std::size_t field = find_field(record, tape.text_of(tape[at]), guess);
    ++at;
    if (field == no_match) {
      score -= 1;
    } else {
      guess = field + 1;
      seen[field / 64] |= std::uint64_t{1} << (field % 64);
      const bool suits = fuel == 0 || record.fields[field]->fit(tape, at, fuel - 1) > 0;
      score += suits ? 1'000 : -100'000;
    }
    at = tape[at].next;
  }
  for (std::size_t field = 0; field < record.names.size(); ++field)
    if (((seen[field / 64] >> (field % 64)) & 1) == 0 && !record.fields[field]->make_absent)
      score -= 1'000'000;
  return score > 0 ? score : 1;
}

TC_INLINE std::size_t choose_alternative(const json_tape& tape, std::uint32_t index,
                                         const json_type_info* const* alternatives,
                                         std::size_t count) {
  std::size_t best = no_match;
  long best_fit = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const long fit = alternatives[i]->fit(tape, index, 2);
    if (fit > best_fit) {
      best = i;
      best_fit = fit;
    }
  }
  return best;
}

}  // namespace tc::detail
