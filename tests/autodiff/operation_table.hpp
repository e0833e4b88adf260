// tests/autodiff/operation_table.hpp -- every operation on tensors: what it is, the statement, and
// the same in plain Eigen. tests/autodiff/operations_*.cpp check each row in every mode;
// docs/operations.md is printed from it by tests/autodiff/operations.py.
// A row is ROW("what it computes", statement of a and b, plain value). a and b are matrices of one
// shape. `plain` are the reference formulas of operation_checks.hpp.
// `plain::dot(a, b)` is `a.dot(b)`, which Eigen has of vectors only.
#pragma once

// Elementwise statements; any shape, also empty.
// clang-format off
#define TC_ELEMENTWISE_ROWS(ROW) \
  ROW("sum of matrices", (a + b).squaredNorm(), (a + b).squaredNorm()) \
  ROW("difference of matrices", (a - b).squaredNorm(), (a - b).squaredNorm()) \
  ROW("negation", (-a).cwiseProduct(b).sum(), -a.cwiseProduct(b).sum()) \
  ROW("multiple", (a * 3.0 + 2.0 * b).squaredNorm(), (a * 3.0 + 2.0 * b).squaredNorm()) \
  ROW("quotient by a number", (a / 2.0).squaredNorm(), (a / 2.0).squaredNorm()) \
  ROW("multiple by a variable", (a * b.sum()).squaredNorm(), (a * b.sum()).squaredNorm()) \
  ROW("quotient by a variable", (a / (1.0 + b.squaredNorm())).sum(), (a / (1.0 + b.squaredNorm())).sum()) \
  ROW("elementwise product", a.cwiseProduct(b).cwiseProduct(a).sum(), a.cwiseProduct(b).cwiseProduct(a).sum()) \
  ROW("elementwise quotient", a.cwiseQuotient((b.array().square() + 1.0).matrix()).sum(), (a.array() / (b.array().square() + 1.0)).sum()) \
  ROW("array sum, product, quotient", ((a.array() * b.array() + a.array()) / (b.array() * b.array() + 1.0)).sum(), ((a.array() * b.array() + a.array()) / (b.array() * b.array() + 1.0)).sum()) \
  ROW("number beside an array", (2.0 - a.array() * b.array() + 1.0).matrix().squaredNorm(), (3.0 - a.array() * b.array()).matrix().squaredNorm()) \
  ROW("variable beside an array", (a.array() + b.sum()).square().sum(), (a.array() + b.sum()).square().sum()) \
  ROW("reciprocal", (1.0 / (a.array().square() + 1.0)).sum() + (a.array().square() + 2.0).inverse().sum(), (1.0 / (a.array().square() + 1.0)).sum() + (a.array().square() + 2.0).inverse().sum()) \
  ROW("a chain, one node", (a.array() * b.array() + 1.0).tanh().matrix().squaredNorm(), (a.array() * b.array() + 1.0).tanh().matrix().squaredNorm()) \
  ROW("exp", (a.array().exp() * b.array()).sum(), (a.array().exp() * b.array()).sum()) \
  ROW("expm1", (a.array().expm1() * b.array()).sum(), (a.array().expm1() * b.array()).sum()) \
  ROW("log", ((a.array().square() + 1.0).log() * b.array()).sum(), ((a.array().square() + 1.0).log() * b.array()).sum()) \
  ROW("log1p", (a.array().square().log1p() * b.array()).sum(), (a.array().square().log1p() * b.array()).sum()) \
  ROW("sqrt", ((a.array().square() + 1.0).sqrt() * b.array()).sum(), ((a.array().square() + 1.0).sqrt() * b.array()).sum()) \
  ROW("square", (a.array().square() * b.array()).sum(), (a.array().square() * b.array()).sum()) \
  ROW("sin, cos", (a.array().sin() * b.array().cos()).sum(), (a.array().sin() * b.array().cos()).sum()) \
  ROW("tan", ((a.array() * 0.3).tan() * b.array()).sum(), ((a.array() * 0.3).tan() * b.array()).sum()) \
  ROW("asin, acos", (asin(a.array() * 0.3) * acos(b.array() * 0.3)).sum(), ((a.array() * 0.3).asin() * (b.array() * 0.3).acos()).sum()) \
  ROW("atan", (atan(a.array()) * b.array()).sum(), (a.array().atan() * b.array()).sum()) \
  ROW("sinh, cosh", (sinh(a.array()) * cosh(b.array())).sum(), (a.array().sinh() * b.array().cosh()).sum()) \
  ROW("tanh", (tanh(a) + tanh(b.array()).matrix()).squaredNorm(), (a.array().tanh() + b.array().tanh()).square().sum()) \
  ROW("sigmoid", (sigmoid(a) + sigmoid(b.array()).matrix()).squaredNorm(), (plain::sigmoid(a) + plain::sigmoid(b)).squaredNorm()) \
  ROW("relu", (relu(a) + relu(b.array()).matrix()).squaredNorm(), (a.cwiseMax(0.0) + b.cwiseMax(0.0)).squaredNorm()) \
  ROW("softplus", (softplus(a) + softplus(b.array()).matrix()).squaredNorm(), (plain::softplus(a) + plain::softplus(b)).squaredNorm()) \
  ROW("erf", (erf(a.array()) * b.array()).sum() + erf(b).sum(), plain::erf(a).cwiseProduct(b).sum() + plain::erf(b).sum()) \
  ROW("absolute value", (a.array().abs() * b.array()).sum() + b.cwiseAbs().sum(), (a.array().abs() * b.array()).sum() + b.cwiseAbs().sum()) \
  ROW("maximum, minimum", (a.cwiseMax(b) + a.cwiseMin(b * 0.5)).squaredNorm(), (a.cwiseMax(b) + a.cwiseMin(b * 0.5)).squaredNorm()) \
  ROW("maximum with a number", (max(a.array(), 0.3) * min(b.array(), 0.6)).sum(), (a.array().max(0.3) * b.array().min(0.6)).sum()) \
  ROW("clamp", (clamp(a.array(), -0.75, 0.75) * b.array()).sum(), (a.array().max(-0.75).min(0.75) * b.array()).sum()) \
  ROW("power", pow(a.array().square() + 0.5, 1.5).sum() + (a.array().square() + 0.5).pow(b.array()).sum(), plain::power(a, b)) \
  ROW("atan2, hypot", (atan2(a.array(), b.array() + 3.0) * hypot(a.array(), b.array())).sum(), plain::polar(a, b))

// Reductions, broadcasts and rearrangements; any shape, also empty.
#define TC_REDUCTION_ROWS(ROW) \
  ROW("sum", a.sum() * b.sum(), a.sum() * b.sum()) \
  ROW("squared norm", a.squaredNorm() + (a - b).squaredNorm(), a.squaredNorm() + (a - b).squaredNorm()) \
  ROW("dot product", plain::dot(a, b) * plain::dot(a, a), a.cwiseProduct(b).sum() * a.squaredNorm()) \
  ROW("trace", a.trace() * b.trace(), a.trace() * b.trace()) \
  ROW("row and column sums", a.rowwise().sum().squaredNorm() + b.colwise().sum().squaredNorm(), a.rowwise().sum().squaredNorm() + b.colwise().sum().squaredNorm()) \
  ROW("squared norms of rows and columns", a.rowwise().squaredNorm().squaredNorm() + b.colwise().squaredNorm().squaredNorm(), a.rowwise().squaredNorm().squaredNorm() + b.colwise().squaredNorm().squaredNorm()) \
  ROW("a row beside each row", (a.rowwise() + b.colwise().sum()).squaredNorm() + (a.rowwise() - b.colwise().sum()).sum(), (a.rowwise() + b.colwise().sum()).squaredNorm() + (a.rowwise() - b.colwise().sum()).sum()) \
  ROW("a column beside each column", (a.colwise() + b.rowwise().sum()).squaredNorm() + (a.colwise() - b.rowwise().sum()).sum(), (a.colwise() + b.rowwise().sum()).squaredNorm() + (a.colwise() - b.rowwise().sum()).sum()) \
  ROW("array times a row", ((a.array().rowwise() * b.colwise().sum().array()) * a.array()).sum(), ((a.array().rowwise() * b.colwise().sum().array()) * a.array()).sum()) \
  ROW("array over a column", (a.array().colwise() / (b.array().square().matrix().rowwise().sum().array() + 1.0)).sum(), (a.array().colwise() / (b.array().square().matrix().rowwise().sum().array() + 1.0)).sum()) \
  ROW("transpose", (a.transpose() - b.transpose() * 2.0).squaredNorm(), (a - b * 2.0).squaredNorm()) \
  ROW("another shape", plain::dot(a.reshaped(a.size(), 1), b.reshaped(b.size(), 1)), a.cwiseProduct(b).sum()) \
  ROW("diagonal", a.diagonal().dot(b.diagonal()), a.diagonal().dot(b.diagonal())) \
  ROW("blocks", (a.leftCols(a.cols() / 2).sum() + a.bottomRows(a.rows() / 2).squaredNorm()) * b.topRows(b.rows() / 2).sum(), (a.leftCols(a.cols() / 2).sum() + a.bottomRows(a.rows() / 2).squaredNorm()) * b.topRows(b.rows() / 2).sum()) \
  ROW("side by side, on top of each other", hcat(a, b, a).squaredNorm() + vcat(b, a).squaredNorm(), 3 * a.squaredNorm() + 2 * b.squaredNorm()) \
  ROW("matrix product", (a * b.transpose()).squaredNorm() + (a.transpose() * a).sum(), (a * b.transpose()).squaredNorm() + (a.transpose() * a).sum()) \
  ROW("product with a constant", (a * plain::constant(a.cols(), 2)).squaredNorm() + b.sum(), (a * plain::constant(a.cols(), 2)).squaredNorm() + b.sum()) \
  ROW("linear layer", linear(a, b.rowwise().sum().matrix(), b.transpose()).squaredNorm(), plain::linear(a, b).squaredNorm()) \
  ROW("linear layer with tanh", linear_tanh(a, b.rowwise().sum().matrix(), b.transpose()).squaredNorm(), plain::linear(a, b).array().tanh().square().sum()) \
  ROW("linear layer with sigmoid", linear_sigmoid(a, b.rowwise().sum().matrix(), b.transpose()).squaredNorm(), plain::sigmoid(plain::linear(a, b)).squaredNorm()) \
  ROW("linear layer with relu", linear_relu(a, b.rowwise().sum().matrix(), b.transpose()).squaredNorm(), plain::linear(a, b).cwiseMax(0.0).squaredNorm())

// Of matrices that have elements.
#define TC_NONEMPTY_ROWS(ROW) \
  ROW("mean", a.mean() * (b.array() * b.array()).mean(), a.mean() * b.array().square().mean()) \
  ROW("norm", a.norm() * b.norm(), a.norm() * b.norm()) \
  ROW("largest and smallest element", a.maxCoeff() * b.minCoeff(), a.maxCoeff() * b.minCoeff()) \
  ROW("row and column means", a.rowwise().mean().squaredNorm() + b.colwise().mean().squaredNorm(), a.rowwise().mean().squaredNorm() + b.colwise().mean().squaredNorm()) \
  ROW("row and column norms", a.rowwise().norm().sum() + b.colwise().norm().sum(), a.rowwise().norm().sum() + b.colwise().norm().sum()) \
  ROW("extremes of rows and columns", a.rowwise().maxCoeff().squaredNorm() + b.colwise().minCoeff().squaredNorm(), a.rowwise().maxCoeff().squaredNorm() + b.colwise().minCoeff().squaredNorm()) \
  ROW("an element", a(0, 0) * b(b.rows() - 1, b.cols() - 1), a(0, 0) * b(b.rows() - 1, b.cols() - 1)) \
  ROW("log-sum-exp", log_sum_exp(a) * b.sum(), std::log(a.array().exp().sum()) * b.sum()) \
  ROW("log-sum-exp of rows and columns", log_sum_exp(a.rowwise()).squaredNorm() + log_sum_exp(b.colwise()).squaredNorm(), a.array().exp().rowwise().sum().log().square().sum() + b.array().exp().colwise().sum().log().square().sum()) \
  ROW("softmax", plain::dot(softmax(a), b), (a.array().exp() * b.array()).sum() / a.array().exp().sum()) \
  ROW("softmax of rows and columns", softmax(a.rowwise()).squaredNorm() + softmax(b.colwise()).squaredNorm(), plain::softmax_of_columns(a.transpose()).squaredNorm() + plain::softmax_of_columns(b).squaredNorm()) \
  ROW("log-softmax", plain::dot(log_softmax(a), b) + plain::dot(log_softmax(a.rowwise()), b) + log_softmax(a.colwise()).squaredNorm(), plain::log_softmaxes(a, b)) \
  ROW("elements by position", gather(a, plain::positions(a.size()), 2, 2).squaredNorm() * b.sum(), (2 * a(a.size() - 1) * a(a.size() - 1) + a(0) * a(0)) * b.sum()) \
  ROW("rows and columns by index", gather_columns(a, plain::positions(a.cols())).squaredNorm() + gather_rows(b, plain::positions(b.rows())).squaredNorm(), 2 * a.col(a.cols() - 1).squaredNorm() + a.col(0).squaredNorm() + 2 * b.row(b.rows() - 1).squaredNorm() + b.row(0).squaredNorm()) \
  ROW("columns scattered", scatter_columns(a, plain::zeros(a.cols()), 2).squaredNorm() + scatter_rows(b, plain::zeros(b.rows()), 1).squaredNorm(), a.rowwise().sum().squaredNorm() + b.colwise().sum().squaredNorm())

// Of square matrices; `plain::spd(a)` is a a' + 2 I.
#define TC_SQUARE_ROWS(ROW) \
  ROW("solve", solve(plain::spd(a), b).squaredNorm(), plain::spd(a).partialPivLu().solve(b).squaredNorm()) \
  ROW("inverse", inverse(plain::spd(a)).squaredNorm() + b.sum(), plain::spd(a).inverse().squaredNorm() + b.sum()) \
  ROW("log-determinant", log_determinant(plain::spd(a)) * b.sum(), std::log(std::abs(plain::spd(a).determinant())) * b.sum()) \
  ROW("triangular solve, lower", solve_triangular<Eigen::Lower>(plain::spd(a), b).squaredNorm(), plain::spd(a).triangularView<Eigen::Lower>().solve(b).squaredNorm()) \
  ROW("triangular solve, upper with ones", solve_triangular<Eigen::UnitUpper>(a, b).squaredNorm(), a.triangularView<Eigen::UnitUpper>().solve(b).squaredNorm()) \
  ROW("Cholesky factor", (cholesky(plain::spd(a)) * b).squaredNorm(), (plain::Matrix(plain::spd(a).llt().matrixL()) * b).squaredNorm())
// clang-format on
