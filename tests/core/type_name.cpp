// tests/core/type_name.cpp -- names as the compiler spells them, without what surrounds them.
#include <tensacode/core/type_name.hpp>

#include <doctest/doctest.h>

#include <vector>

namespace test_type_name {

struct Person {
  struct Inner {};
};
enum class Color { red };
template <class T>
struct Box {};
template <class A, class B>
struct Pair {};
namespace deep {
struct Leaf {};
}  // namespace deep
namespace {
struct Hidden {};
}  // namespace

}  // namespace test_type_name

struct TypeAtNamespaceScope {};

namespace test_type_name {

TEST_SUITE("core/type_name") {
  TEST_CASE("the qualified name has its namespaces and classes") {
    CHECK(tc::qualified_type_name<Person>() == "test_type_name::Person");
    CHECK(tc::qualified_type_name<Person::Inner>() == "test_type_name::Person::Inner");
    CHECK(tc::qualified_type_name<deep::Leaf>() == "test_type_name::deep::Leaf");
    CHECK(tc::qualified_type_name<TypeAtNamespaceScope>() == "TypeAtNamespaceScope");
    CHECK(tc::qualified_type_name<int>() == "int");
    CHECK(tc::qualified_type_name<double>() == "double");
    CHECK(tc::qualified_type_name<Color>() == "test_type_name::Color");
  }
  TEST_CASE("the short name has none of them") {
    CHECK(tc::type_name<Person>() == "Person");
    CHECK(tc::type_name<Person::Inner>() == "Inner");
    CHECK(tc::type_name<Color>() == "Color");
    CHECK(tc::type_name<TypeAtNamespaceScope>() == "TypeAtNamespaceScope");
    CHECK(tc::type_name<bool>() == "bool");
  }
  TEST_CASE("template arguments keep theirs") {
    CHECK(tc::type_name<Box<double>>() == "Box<double>");
    CHECK(tc::type_name<Box<Person>>() == "Box<test_type_name::Person>");
    const auto nested = tc::type_name<Box<Box<deep::Leaf>>>();
    CHECK(nested.starts_with("Box<test_type_name::Box<test_type_name::deep::Leaf>"));
    CHECK(nested.ends_with(">"));
    CHECK(tc::type_name<Pair<int, Person>>() == "Pair<int, test_type_name::Person>");
  }
  TEST_CASE("anonymous namespaces and local types are cut off") {
    struct Local {};
    CHECK(tc::type_name<Hidden>() == "Hidden");
    CHECK(tc::type_name<Local>() == "Local");
  }
  TEST_CASE("the spelling of a value is the value alone") {
    CHECK(tc::detail::value_spelling<7>() == "7");
    CHECK(tc::detail::value_spelling<true>() == "true");
    CHECK(tc::detail::value_spelling<Color::red>() == "test_type_name::Color::red");
  }
  TEST_CASE("names are constants") {
    static_assert(tc::type_name<Person>().size() == 6);
    CHECK(true);
  }
}

}  // namespace test_type_name
