// tests/io/holders_and_tensors.cpp -- pointers, types that contain themselves and Eigen arrays.
// SPDX-License-Identifier: MIT
#include <tensacode/io/json.hpp>
#include <tensacode/io/jsonl.hpp>
#include <tensacode/reflect/reflect.hpp>

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <doctest/doctest.h>
#include <Eigen/Core>

namespace {

struct Tree {
  int value = 0;
  std::unique_ptr<Tree> left, right;
};
TC_REFLECT(Tree)

struct Folder {
  std::string name;
  std::vector<Folder> inside;
  std::map<std::string, Folder> links;
};
TC_REFLECT(Folder)

struct Node {
  int id = 0;
  std::shared_ptr<Node> next;
};
TC_REFLECT(Node)

struct Expression;
struct Sum {
  std::vector<Expression> terms;
};
struct Expression {
  std::variant<double, std::string, std::unique_ptr<Sum>> form;
};

struct Grids {
  Eigen::Vector3d point = Eigen::Vector3d::Zero();
  Eigen::Matrix2i fixed = Eigen::Matrix2i::Zero();
  Eigen::MatrixXf any;
  Eigen::RowVectorXd row;
  Eigen::Matrix<double, 2, 3, Eigen::RowMajor> row_major = Eigen::Matrix<double, 2, 3>::Zero();
  Eigen::ArrayXXd array;
};
TC_REFLECT(Grids)

static_assert(tc::kind_of<std::unique_ptr<Tree>> == tc::kind::pointer);
static_assert(tc::kind_of<std::shared_ptr<const int>> == tc::kind::pointer);
static_assert(tc::kind_of<std::unique_ptr<int[]>> == tc::kind::opaque);
static_assert(tc::kind_of<std::weak_ptr<int>> == tc::kind::opaque);
static_assert(tc::kind_of<int*> == tc::kind::opaque);
static_assert(tc::kind_of<Eigen::MatrixXd> == tc::kind::tensor);
static_assert(tc::kind_of<Eigen::Array3f> == tc::kind::tensor);

std::string why(const auto& f) {
  try {
    f();
  } catch (const tc::error& error) {
    return error.what();
  }
  return "nothing thrown";
}

TEST_CASE("a null pointer is no key, a pointer its object") {
  Tree tree;
  tree.value = 1;
  tree.left = std::make_unique<Tree>();
  tree.left->value = 2;
  const std::string text = tc::to_json(tree);
  CHECK(text == R"({"value":1,"left":{"value":2}})");
  const auto again = tc::from_json<Tree>(text);
  REQUIRE(again.left);
  CHECK(again.left->value == 2);
  CHECK_FALSE(again.right);
  CHECK(tc::to_json(again) == text);
  CHECK_FALSE(tc::from_json<Tree>(R"({"value":1,"left":null})").left);
  CHECK(tc::to_json(std::vector<std::shared_ptr<int>>{nullptr, std::make_shared<int>(3)}) ==
        "[null,3]");
  CHECK(*tc::from_json<std::vector<std::shared_ptr<const int>>>("[null,3]")[1] == 3);
  CHECK(why([] { tc::from_json<Tree>(R"({"value":1,"left":{"value":"x"}})"); }) ==
        "1:28: field 'left.value': expected an integer, found 'x'");
}

TEST_CASE("types that contain themselves through containers") {
  const std::string text =
      R"({"name":"a","inside":[{"name":"b","inside":[],"links":{}}],"links":{"up":{"name":"c","inside":[],"links":{}}}})";
  const auto folder = tc::from_json<Folder>(text);
  CHECK(folder.inside[0].name == "b");
  CHECK(folder.links.at("up").name == "c");
  CHECK(tc::to_json(folder) == text);
  const std::string sum = R"({"form":{"terms":[{"form":1.5},{"form":"x"},{"form":{"terms":[]}}]}})";
  CHECK(tc::to_json(tc::from_json<Expression>(sum)) == sum);
  CHECK(tc::schema<Tree>().children.size() == 3);
  CHECK(tc::schema_hash<Tree>() != tc::schema_hash<Node>());
}

TEST_CASE("a cycle is an error, as is a chain without end") {
  auto node = std::make_shared<Node>();
  node->next = node;
  CHECK(why([&] { tc::to_json(*node); }) ==
        "to_json: more than 512 levels of nesting, or an object that contains itself (which "
        "json_write_options::references would allow)");
  node->next.reset();
  auto head = std::make_shared<Node>();
  for (int i = 0; i < 600; ++i) {
    auto longer = std::make_shared<Node>();
    longer->next = std::exchange(head, nullptr);
    head = longer;
  }
  CHECK_THROWS_AS(tc::to_json(*head), tc::argument_error);
  const std::string text = tc::to_json(*head, {.max_depth = 1000});
  CHECK_THROWS_AS(tc::from_json<Node>(text), tc::parse_error);
  CHECK(tc::to_json(tc::from_json<Node>(text, {.max_depth = 1000}), {.max_depth = 1000}) == text);
  // A writer goes on after an error.
  CHECK(tc::to_json(Node{}) == R"({"id":0})");
}

struct Shared {
  std::shared_ptr<Node> a, b;
  std::vector<std::shared_ptr<const std::string>> texts;
  std::variant<int, std::shared_ptr<Node>, std::shared_ptr<std::vector<int>>> one_of;
};
TC_REFLECT(Shared)

TEST_CASE("with references, what is shared stays shared, and a cycle comes back") {
  Shared object;
  object.a = object.b = std::make_shared<Node>();
  object.a->id = 7;
  object.a->next = std::make_shared<Node>();
  object.a->next->id = 8;
  object.a->next->next = object.a;  // a cycle
  const auto text = std::make_shared<const std::string>("t");
  object.texts = {text, nullptr, text, std::make_shared<const std::string>("alone")};
  object.one_of = object.b;
  const std::string json = tc::to_json(object, {.references = true});
  CHECK(json ==
        R"({"a":{"$id":"1","id":7,"next":{"id":8,"next":{"$ref":"1"}}},"b":{"$ref":"1"},)"
        R"("texts":[{"$id":"2","$value":"t"},null,{"$ref":"2"},"alone"],"one_of":{"$ref":"1"}})");
  auto again = tc::from_json<Shared>(json, {.references = true});
  CHECK(again.a == again.b);
  CHECK(again.a->next->next == again.a);
  CHECK(again.a->id == 7);
  CHECK(again.texts[0] == again.texts[2]);
  CHECK(*again.texts[3] == "alone");
  CHECK(std::get<1>(again.one_of) == again.a);
  CHECK(tc::to_json(again, {.references = true}) == json);

  const auto list = std::make_shared<std::vector<int>>(2);
  Shared other;
  other.one_of = list;
  const std::string wrapped = tc::to_json(other, {.references = true});
  CHECK(std::get<2>(tc::from_json<Shared>(wrapped, {.references = true}).one_of)->size() == 2);

  // Cycles of shared pointers are not freed by themselves.
  again.a->next->next.reset();
  object.a->next->next.reset();
}

TEST_CASE("a reference that leads nowhere is an error") {
  const auto message = [](const char* json) {
    return why([&] { tc::from_json<Shared>(json, {.references = true}); });
  };
  const std::string rest = R"("texts":[],"one_of":1})";
  CHECK(message((R"({"a":{"$ref":"1"},)" + rest).c_str()) ==
        "1:14: field 'a': expected the $id of an earlier Node, found '1'");
  CHECK(message((R"({"a":{"$ref":1},)" + rest).c_str()) ==
        "1:14: field 'a': expected a string as $ref, found 1");
  CHECK(message((R"({"a":{"$id":"1","id":1},"b":{"$id":"1","id":2},)" + rest).c_str()) ==
        "1:36: field 'b': expected a new $id, found '1'");
  CHECK(message((R"({"a":{"$id":"1","id":1},"b":{"$ref":"1","id":2},)" + rest).c_str()) ==
        "1:37: field 'b': expected the $id of an earlier Node, found '1'");
  CHECK(message(R"({"texts":[{"$id":"1","$value":"x"},{"$ref":"1"}],"one_of":{"$ref":"1"}})")
            .find("field 'one_of'") != std::string::npos);
  CHECK(message(R"({"texts":[{"$id":"1"}],"one_of":1})") ==
        "1:11: field 'texts[0]': expected $value behind $id, found an object");
  CHECK(message(R"({"texts":[{"$id":"1","value":"x"}],"one_of":1})") ==
        "1:11: field 'texts[0]': expected $value behind $id, found an object");
  // Without the option they are keys like any other.
  CHECK(why([] { tc::from_json<Shared>(R"({"a":{"$ref":"1"},"texts":[],"one_of":1})"); }) ==
        "1:6: field 'a.id': expected an integer, found no such key");
}

TEST_CASE("a chain of references that no stack would free is an error") {
  const auto read = [](int count, int inner) {
    std::string text = "[";
    for (int i = 0; i < count; ++i) {
      const std::string number = std::to_string(i), before = std::to_string(i - 1);
      text += (i > 0 ? "," : "") + (R"({"$id":")" + number + R"(","id":1,"next":)");
      for (int j = 0; j < inner; ++j) text += R"({"id":2,"next":)";
      text += i > 0 ? R"({"$ref":")" + before + "\"}" : "null";
      text += std::string(static_cast<std::size_t>(inner) + 1, '}');
    }
    return tc::from_json<std::vector<std::shared_ptr<Node>>>(text + "]", {.references = true})
        .size();
  };
  CHECK(read(9000, 0) == 9000);
  CHECK(
      why([&] { read(200'000, 0); })
          .find("field '[10000].next': expected at most 10000 objects that refer to each other in "
                "a chain, found one more") != std::string::npos);
  CHECK(why([&] { read(1000, 100); }).find("objects that refer") != std::string::npos);
  // A cycle in a text that has problems is freed.
  CHECK(why([] {
          tc::from_json<Node>(R"({"id":1,"next":{"$id":"1","id":"x","next":{"$ref":"1"}}})",
                              {.references = true});
        }) == "1:32: field 'next.id': expected an integer, found 'x'");
}

TEST_CASE("arrays in each other do not ask for more memory than the text has numbers") {
  std::string list;
  for (int i = 0; i < 200'000; ++i) list += ",0";
  const std::string text = "[[0" + list + "]" + list + "]";
  const std::string expected = "1:1: expected arrays of equal length, found one longer than others";
  CHECK(why([&] { tc::from_json<Eigen::MatrixXd>(text); }) == expected);
  CHECK(why([&] { tc::from_json<Eigen::MatrixXd>("[[1,2,3],[],[]]"); }) == expected);
}

TEST_CASE("a text of 200,000 levels is an error") {
  std::string text;
  for (int i = 0; i < 200000; ++i) text += R"({"id":1,"next":)";
  CHECK(why([&] { tc::from_json<Node>(text); }).find("at most 512 levels") != std::string::npos);
  const std::string brackets(200000, '[');
  CHECK_THROWS_AS(tc::from_json<std::vector<Folder>>(brackets), tc::parse_error);
  CHECK_THROWS_AS(tc::from_json<Eigen::MatrixXd>(brackets), tc::parse_error);
}

TEST_CASE("Eigen arrays are arrays row by row") {
  Grids grids;
  grids.point << 1, 2, 3;
  grids.fixed << 1, 2, 3, 4;
  grids.any = Eigen::MatrixXf::Constant(2, 3, 0.5F);
  grids.row = Eigen::RowVectorXd::LinSpaced(3, 0, 1);
  grids.row_major << 1, 2, 3, 4, 5, 6;
  const std::string text = tc::to_json(grids);
  CHECK(text == R"({"point":[1,2,3],"fixed":[[1,2],[3,4]],"any":[[0.5,0.5,0.5],[0.5,0.5,0.5]],)"
                R"("row":[0,0.5,1],"row_major":[[1,2,3],[4,5,6]],"array":[]})");
  const auto again = tc::from_json<Grids>(text);
  CHECK(again.fixed == grids.fixed);
  CHECK(again.any == grids.any);
  CHECK(again.array.size() == 0);
  CHECK(tc::to_json(again) == text);
}

TEST_CASE("an array of the wrong shape says which was expected") {
  CHECK(why([] { tc::from_json<Eigen::Vector3d>("[1,2]"); }) ==
        "1:1: expected an array of 3 numbers, found 2");
  CHECK(why([] { tc::from_json<Eigen::Matrix2d>("[1,2]"); }) ==
        "1:1: expected an array of 2 x 2 numbers, found 2");
  CHECK(why([] { tc::from_json<Eigen::MatrixXd>("[[1,2],[3]]"); }) ==
        "1:8: field '[1]': expected an array of 2 elements, found 1");
  CHECK(why([] { tc::from_json<Eigen::MatrixXd>("[[1,2],[3,null]]"); }) ==
        "1:11: field '[1][1]': expected a number, found null");
  CHECK(why([] { tc::from_json<Eigen::MatrixXd>("{}"); }) ==
        "1:1: expected an array of n x n numbers, found an object");
}

struct CArrays {
  int list[2] = {1, 2};
  double matrix[2][2] = {{1, 2}, {3, 4}};
  std::vector<bool> bits{true, false};
};

TEST_CASE("C arrays are arrays") {
  const std::string text = tc::to_json(CArrays{});
  CHECK(text == R"({"list":[1,2],"matrix":[[1,2],[3,4]],"bits":[true,false]})");
  CHECK(tc::to_json(tc::from_json<CArrays>(text)) == text);
  CHECK(why([] {
          tc::from_json<CArrays>(R"({"list":[1],"matrix":[],"bits":[]})");
        }).find("an array of 2 elements") != std::string::npos);
}

}  // namespace
