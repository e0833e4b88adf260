// tests/fuzz/references.cpp -- any bytes are objects that share and refer to each other, or a
// parse_error; they read back equal, and nothing is left behind.
// SPDX-License-Identifier: MIT
#include "types.hpp"

#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

namespace fuzz {

struct Room {
  int number = 0;
  std::shared_ptr<Room> next;
  std::vector<std::shared_ptr<Room>> doors;
  std::shared_ptr<std::vector<int>> list;
  std::variant<int, std::shared_ptr<Room>, std::shared_ptr<std::vector<int>>, std::string> any;
  std::map<std::string, std::shared_ptr<const Rect>> views;
};
TC_REFLECT(Room)

/// Cuts all cycles, without taking stack for each room.
void cut(std::vector<std::shared_ptr<Room>> rooms) {
  while (!rooms.empty()) {
    const auto room = std::move(rooms.back());
    rooms.pop_back();
    if (!room) continue;
    rooms.push_back(std::move(room->next));
    for (auto& door : room->doors) rooms.push_back(std::move(door));
    room->doors.clear();
    if (const auto* other = std::get_if<1>(&room->any)) rooms.push_back(*other);
    room->any = 0;
  }
}

}  // namespace fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using rooms = std::vector<std::shared_ptr<fuzz::Room>>;
  rooms value;
  try {
    value = tc::from_json<rooms>({reinterpret_cast<const char*>(data), size},
                                 {.max_depth = 64, .references = true});
  } catch (const tc::parse_error&) {
    return 0;  // the leak sanitizer looks whether a cycle is left behind
  }
  // What is nested no deeper than this may be nested deeper in order of declaration.
  const std::size_t deep = 100'000;
  const std::string once = tc::to_json(value, {.max_depth = deep, .references = true});
  // What cannot be read again, although it was written, is a bug: this one may throw.
  rooms again = tc::from_json<rooms>(once, {.max_depth = deep, .references = true});
  if (!tc::equal(again, value)) std::abort();
  if (tc::to_json(again, {.max_depth = deep, .references = true}) != once) std::abort();
  fuzz::cut(std::move(again));
  fuzz::cut(std::move(value));
  return 0;
}
