// tests/autodiff/operations_elementwise.cpp -- elementwise statements in every mode and shape.
#include "operation_checks.hpp"
#include "operation_table.hpp"

namespace test_operations_elementwise {

TEST_SUITE("autodiff/operations_elementwise") {
  TEST_CASE("elementwise statements in every mode and shape") {
#define TC_TEST_ROW(what, statement, plain_expression)                 \
  TC_CHECK_ROW(what, statement, plain_expression, {                    \
    test_support::expect_operation(f, plain_value, 3, 4);              \
    test_support::expect_operation(f, plain_value, 1, 1);              \
    test_support::expect_operation(f, plain_value, 0, 0);              \
    test_support::expect_operation(f, plain_value, 3, 0);              \
    test_support::expect_aliased(f, test_support::left_operand(3, 4)); \
  })
    TC_ELEMENTWISE_ROWS(TC_TEST_ROW)
#undef TC_TEST_ROW
  }
}

}  // namespace test_operations_elementwise
