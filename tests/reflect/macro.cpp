// tests/reflect/macro.cpp -- TC_REFLECT in both forms, wherever a type can be.
#include <tensacode/reflect/reflect.hpp>

#include <doctest/doctest.h>

#include <string>
#include <type_traits>

struct GlobalPoint {
  int x, y;
};
TC_REFLECT(GlobalPoint)

namespace test_macro {

struct Point {
  double x = 1, y = 2;
};
TC_REFLECT(Point)
struct Empty {};
TC_REFLECT(Empty)
enum class Color { red, green };
TC_REFLECT(Color)

class Account {
  double balance_ = 3;
  std::string owner_ = "Ann";
  int never_listed_ = 9;

 public:
  int number = 7;
  int hidden() const { return never_listed_; }
  double balance() const { return balance_; }
  TC_REFLECT(Account, owner_, balance_, number)
};

template <class T>
class Box {
  T value_{};

 public:
  TC_REFLECT(Box, value_)
};

template <class T>
struct Open {
  T first, second;
};

class Outer {
 public:
  class Inner {
    int depth_ = 2;
    TC_REFLECT(Inner, depth_)
  };

 private:
  Inner inner_;
  TC_REFLECT(Outer, inner_)
};

class One {
  int only_ = 1;
  TC_REFLECT(One, only_)
};

namespace {
class Hidden {
  int secret_ = 5;
  TC_REFLECT(Hidden, secret_)
};
struct HiddenAggregate {
  int secret = 6;
};
TC_REFLECT(HiddenAggregate)
}  // namespace

/// As many fields as the macro takes.
class Wide {
  int f000 = 0, f001 = 0, f002 = 0, f003 = 0, f004 = 0, f005 = 0, f006 = 0, f007 = 0, f008 = 0,
      f009 = 0, f010 = 0, f011 = 0, f012 = 0, f013 = 0, f014 = 0, f015 = 0, f016 = 0, f017 = 0,
      f018 = 0, f019 = 0, f020 = 0, f021 = 0, f022 = 0, f023 = 0, f024 = 0, f025 = 0, f026 = 0,
      f027 = 0, f028 = 0, f029 = 0, f030 = 0, f031 = 0, f032 = 0, f033 = 0, f034 = 0, f035 = 0,
      f036 = 0, f037 = 0, f038 = 0, f039 = 0, f040 = 0, f041 = 0, f042 = 0, f043 = 0, f044 = 0,
      f045 = 0, f046 = 0, f047 = 0, f048 = 0, f049 = 0, f050 = 0, f051 = 0, f052 = 0, f053 = 0,
      f054 = 0, f055 = 0, f056 = 0, f057 = 0, f058 = 0, f059 = 0, f060 = 0, f061 = 0, f062 = 0,
      f063 = 0, f064 = 0, f065 = 0, f066 = 0, f067 = 0, f068 = 0, f069 = 0, f070 = 0, f071 = 0,
      f072 = 0, f073 = 0, f074 = 0, f075 = 0, f076 = 0, f077 = 0, f078 = 0, f079 = 0, f080 = 0,
      f081 = 0, f082 = 0, f083 = 0, f084 = 0, f085 = 0, f086 = 0, f087 = 0, f088 = 0, f089 = 0,
      f090 = 0, f091 = 0, f092 = 0, f093 = 0, f094 = 0, f095 = 0, f096 = 0, f097 = 0, f098 = 0,
      f099 = 0, f100 = 0, f101 = 0, f102 = 0, f103 = 0, f104 = 0, f105 = 0, f106 = 0, f107 = 0,
      f108 = 0, f109 = 0, f110 = 0, f111 = 0, f112 = 0, f113 = 0, f114 = 0, f115 = 0, f116 = 0,
      f117 = 0, f118 = 0, f119 = 0, f120 = 0, f121 = 0, f122 = 0, f123 = 0, f124 = 0, f125 = 0,
      f126 = 0, f127 = 0, f128 = 0, f129 = 0, f130 = 0, f131 = 0, f132 = 0, f133 = 0, f134 = 0,
      f135 = 0, f136 = 0, f137 = 0, f138 = 0, f139 = 0, f140 = 0, f141 = 0, f142 = 0, f143 = 0,
      f144 = 0, f145 = 0, f146 = 0, f147 = 0, f148 = 0, f149 = 0, f150 = 0, f151 = 0, f152 = 0,
      f153 = 0, f154 = 0, f155 = 0, f156 = 0, f157 = 0, f158 = 0, f159 = 0, f160 = 0, f161 = 0,
      f162 = 0, f163 = 0, f164 = 0, f165 = 0, f166 = 0, f167 = 0, f168 = 0, f169 = 0, f170 = 0,
      f171 = 0, f172 = 0, f173 = 0, f174 = 0, f175 = 0, f176 = 0, f177 = 0, f178 = 0, f179 = 0,
      f180 = 0, f181 = 0, f182 = 0, f183 = 0, f184 = 0, f185 = 0, f186 = 0, f187 = 0, f188 = 0,
      f189 = 0, f190 = 0, f191 = 0, f192 = 0, f193 = 0, f194 = 0, f195 = 0, f196 = 0, f197 = 0,
      f198 = 0, f199 = 0, f200 = 0, f201 = 0, f202 = 0, f203 = 0, f204 = 0, f205 = 0, f206 = 0,
      f207 = 0, f208 = 0, f209 = 0, f210 = 0, f211 = 0, f212 = 0, f213 = 0, f214 = 0, f215 = 0,
      f216 = 0, f217 = 0, f218 = 0, f219 = 0, f220 = 0, f221 = 0, f222 = 0, f223 = 0, f224 = 0,
      f225 = 0, f226 = 0, f227 = 0, f228 = 0, f229 = 0, f230 = 0, f231 = 0, f232 = 0, f233 = 0,
      f234 = 0, f235 = 0, f236 = 0, f237 = 0, f238 = 0, f239 = 0, f240 = 0, f241 = 0, f242 = 0,
      f243 = 0, f244 = 0, f245 = 0, f246 = 0, f247 = 0, f248 = 0, f249 = 0, f250 = 0, f251 = 0,
      f252 = 0, f253 = 0, f254 = 0, f255 = 0;

  TC_REFLECT(Wide, f000, f001, f002, f003, f004, f005, f006, f007, f008, f009, f010, f011, f012,
             f013, f014, f015, f016, f017, f018, f019, f020, f021, f022, f023, f024, f025, f026,
             f027, f028, f029, f030, f031, f032, f033, f034, f035, f036, f037, f038, f039, f040,
             f041, f042, f043, f044, f045, f046, f047, f048, f049, f050, f051, f052, f053, f054,
             f055, f056, f057, f058, f059, f060, f061, f062, f063, f064, f065, f066, f067, f068,
             f069, f070, f071, f072, f073, f074, f075, f076, f077, f078, f079, f080, f081, f082,
             f083, f084, f085, f086, f087, f088, f089, f090, f091, f092, f093, f094, f095, f096,
             f097, f098, f099, f100, f101, f102, f103, f104, f105, f106, f107, f108, f109, f110,
             f111, f112, f113, f114, f115, f116, f117, f118, f119, f120, f121, f122, f123, f124,
             f125, f126, f127, f128, f129, f130, f131, f132, f133, f134, f135, f136, f137, f138,
             f139, f140, f141, f142, f143, f144, f145, f146, f147, f148, f149, f150, f151, f152,
             f153, f154, f155, f156, f157, f158, f159, f160, f161, f162, f163, f164, f165, f166,
             f167, f168, f169, f170, f171, f172, f173, f174, f175, f176, f177, f178, f179, f180,
             f181, f182, f183, f184, f185, f186, f187, f188, f189, f190, f191, f192, f193, f194,
             f195, f196, f197, f198, f199, f200, f201, f202, f203, f204, f205, f206, f207, f208,
             f209, f210, f211, f212, f213, f214, f215, f216, f217, f218, f219, f220, f221, f222,
             f223, f224, f225, f226, f227, f228, f229, f230, f231, f232, f233, f234, f235, f236,
             f237, f238, f239, f240, f241, f242, f243, f244, f245, f246, f247, f248, f249, f250,
             f251, f252, f253, f254, f255)
};

TEST_SUITE("reflect/macro") {
  TEST_CASE("one argument reflects an aggregate at namespace scope") {
    CHECK(tc::field_count<GlobalPoint> == 2);
    CHECK(tc::field_names<GlobalPoint>()[1] == "y");
    CHECK(tc::field_count<Point> == 2);
    CHECK(tc::field_count<Empty> == 0);
    CHECK(tc::field_count<HiddenAggregate> == 1);
    CHECK(tc::field_names<HiddenAggregate>()[0] == "secret");
  }
  TEST_CASE("the field list reaches private members, in the order of the list") {
    const Account account;
    REQUIRE(tc::field_count<Account> == 3);
    CHECK(tc::field_names<Account>() ==
          std::array<std::string_view, 3>{"owner_", "balance_", "number"});
    CHECK(tc::get<"owner_">(account) == "Ann");
    CHECK(tc::get<1>(account) == 3);
    CHECK(tc::get<2>(account) == 7);
    CHECK(account.hidden() == 9);
  }
  TEST_CASE("private members can be written") {
    Account account;
    tc::get<"balance_">(account) = -1;
    CHECK(account.balance() == -1);
  }
  TEST_CASE("class templates are reflected with and without the macro") {
    Box<std::string> box;
    tc::get<0>(box) = "text";
    CHECK(tc::get<"value_">(box) == "text");
    CHECK(std::is_same_v<tc::field_type<Box<double>, 0>, double>);
    CHECK(tc::field_names<Open<int>>() == std::array<std::string_view, 2>{"first", "second"});
  }
  TEST_CASE("classes inside classes, without a name for their namespace, with a single field") {
    const Outer outer;
    CHECK(tc::get<"depth_">(tc::get<"inner_">(outer)) == 2);
    const Hidden hidden;
    CHECK(tc::get<"secret_">(hidden) == 5);
    const One one;
    CHECK(tc::get<0>(one) == 1);
  }
  TEST_CASE("a local class takes the field list") {
    struct Local {
      int a = 1;
      double b = 2;
    };
    Local local;
    int count = 0;
    tc::for_each_field(local, [&](std::string_view, auto&) { ++count; });
    CHECK(count == 2);
    CHECK(tc::field_names<Local>()[1] == "b");
  }
  TEST_CASE("a list may have 256 fields") {
    REQUIRE(tc::field_count<Wide> == 256);
    CHECK(tc::field_names<Wide>()[0] == "f000");
    CHECK(tc::field_names<Wide>()[255] == "f255");
    Wide wide;
    int i = 0;
    tc::for_each_field(wide, [&](std::string_view, int& field) { field = i++; });
    CHECK(tc::get<"f100">(wide) == 100);
    CHECK(tc::get<255>(wide) == 255);
  }
}

}  // namespace test_macro
