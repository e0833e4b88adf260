// examples/adult.hpp -- a row of UCI Adult (Becker & Kohavi 1996, CC BY 4.0) as C++ structs.
// Enumerators are the file's words as identifiers, spelled with '-' for '_'.
#pragma once

#include <tensacode/tensacode.hpp>

#include <optional>
#include <string_view>

namespace adult {

enum class Workclass {
  Federal_gov,
  Local_gov,
  Never_worked,
  Private,
  Self_emp_inc,
  Self_emp_not_inc,
  State_gov,
  Without_pay
};
enum class Education {
  _10th,
  _11th,
  _12th,
  _1st_4th,
  _5th_6th,
  _7th_8th,
  _9th,
  Assoc_acdm,
  Assoc_voc,
  Bachelors,
  Doctorate,
  HS_grad,
  Masters,
  Preschool,
  Prof_school,
  Some_college
};
enum class Marital {
  Divorced,
  Married_AF_spouse,
  Married_civ_spouse,
  Married_spouse_absent,
  Never_married,
  Separated,
  Widowed
};
enum class Occupation {
  Adm_clerical,
  Armed_Forces,
  Craft_repair,
  Exec_managerial,
  Farming_fishing,
  Handlers_cleaners,
  Machine_op_inspct,
  Other_service,
  Priv_house_serv,
  Prof_specialty,
  Protective_serv,
  Sales,
  Tech_support,
  Transport_moving
};
enum class Relationship { Husband, Not_in_family, Other_relative, Own_child, Unmarried, Wife };
enum class Race { Amer_Indian_Eskimo, Asian_Pac_Islander, Black, Other, White };
enum class Sex { Female, Male };
enum class Country {
  Cambodia,
  Canada,
  China,
  Columbia,
  Cuba,
  Dominican_Republic,
  Ecuador,
  El_Salvador,
  England,
  France,
  Germany,
  Greece,
  Guatemala,
  Haiti,
  Holand_Netherlands,
  Honduras,
  Hong,
  Hungary,
  India,
  Iran,
  Ireland,
  Italy,
  Jamaica,
  Japan,
  Laos,
  Mexico,
  Nicaragua,
  Outlying_US_Guam_USVI_etc,
  Peru,
  Philippines,
  Poland,
  Portugal,
  Puerto_Rico,
  Scotland,
  South,
  Taiwan,
  Thailand,
  Trinadad_Tobago,
  United_States,
  Vietnam,
  Yugoslavia
};
template <tc::reflected_enum E>
constexpr std::string_view tc_spelling(E e) {
  return tc::enum_name_with<'-'>(e);
}
constexpr std::string_view tc_spelling(Country country) {
  if (country == Country::Outlying_US_Guam_USVI_etc) return "Outlying-US(Guam-USVI-etc)";
  if (country == Country::Trinadad_Tobago) return "Trinadad&Tobago";
  return tc::enum_name_with<'-'>(country);
}
enum class Income { at_most_50k, more };
constexpr std::string_view tc_spelling(Income income) {
  return income == Income::more ? ">50K" : "<=50K";
}

struct Person {
  int age;
  std::optional<Workclass> workclass;
  int fnlwgt;
  Education education;
  int education_num;
  Marital marital_status;
  std::optional<Occupation> occupation;
  Relationship relationship;
  Race race;
  Sex sex;
  int capital_gain, capital_loss, hours_per_week;
  std::optional<Country> native_country;
};

struct Outcome {
  Income income;
};

TC_REFLECT(Person)
TC_REFLECT(Outcome)

}  // namespace adult
