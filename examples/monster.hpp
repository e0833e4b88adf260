// examples/monster.hpp -- a monster of the D&D 5e SRD 5.1 as C++ structs.
// Source: System Reference Document 5.1, Wizards of the Coast, OGL 1.0a and CC BY 4.0, as JSON by
// github.com/5e-bits/5e-database (MIT); see examples/data/monsters5e/README.md.
// Keys that are not named here are ignored when reading. `xp` and `proficiency_bonus` are left out
// on purpose: they are functions of the challenge rating, which is what is to be predicted.
#pragma once

#include <tensacode/tensacode.hpp>

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace monster {

enum class Size { Tiny, Small, Medium, Large, Huge, Gargantuan };
enum class ArmorType { dex, natural, armor, spell, condition };
enum class Success { none, half, other };

struct Named {
  std::string name;
};
struct Armor {
  ArmorType type;
  int value;
};
struct Proficiency {
  int value;
  Named proficiency;
};
struct Senses {
  int passive_perception;
  std::optional<std::string> darkvision, blindsight, truesight, tremorsense;  // "120 ft."
};

struct Dc {
  Named dc_type;
  int dc_value;
  Success success_type;
};
struct Damage {
  std::string damage_dice;  // "2d6+5"
  Named damage_type;
};
struct DamageOptions {
  std::vector<Damage> options;
};
struct DamageChoice {
  int choose;
  DamageOptions from;
};
struct Usage {
  std::string type;
  std::optional<int> times, min_value;
};
struct Spell {
  std::string name;
  int level;
};
struct Spellcasting {
  std::optional<int> level, dc, modifier;
  Named ability;
  std::optional<std::map<int, int>> slots;  // spell level to number of slots
  std::vector<Spell> spells;
};

struct Multiattack {
  std::string action_name;
  std::variant<int, std::string> count;  // 3 or "1d4"
};
struct Ability {
  std::string name, desc;
  std::optional<Dc> dc;
  std::optional<Usage> usage;
  std::optional<Spellcasting> spellcasting;
  std::optional<std::vector<Damage>> damage;
};
struct Action {
  std::string name, desc;
  std::optional<int> attack_bonus;
  std::optional<Dc> dc;
  std::optional<Usage> usage;
  std::optional<std::vector<std::variant<Damage, DamageChoice>>> damage;
  std::optional<std::vector<Multiattack>> actions;
};

struct Monster {
  std::string name, type, alignment;
  Size size;
  std::vector<Armor> armor_class;
  int hit_points;
  std::string hit_points_roll;
  std::map<std::string, std::variant<std::string, bool>>
      speed;  // {"walk": "30 ft.", "hover": true}
  int strength, dexterity, constitution, intelligence, wisdom, charisma;
  std::vector<Proficiency> proficiencies;
  std::vector<std::string> damage_vulnerabilities, damage_resistances, damage_immunities;
  std::vector<Named> condition_immunities;
  Senses senses;
  std::string languages;
  std::optional<std::vector<Ability>> special_abilities, reactions;
  std::optional<std::vector<Action>> actions, legendary_actions;
};

struct Rating {
  double challenge_rating;
};

TC_REFLECT(Monster)
TC_REFLECT(Rating)

}  // namespace monster
