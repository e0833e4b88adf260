// examples/07_cameras.cpp -- bundle adjustment: where cameras stood and what they saw, at once.
// Four cameras see sixty points. The distances between where the points appear and where they
// should are made small by the Gauss-Newton method; each observation's 2 x 9 Jacobian is one call.
#include <tensacode/tensacode.hpp>

#include <Eigen/Cholesky>

#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

constexpr int cameras = 4, points = 60, unknowns = 6 * cameras + 3 * points;

// Where a camera sees a point: rotation vector (3) and position (3) of the camera, the point (3).
const auto project = [](const auto& p) {
  using std::cos, std::sin, std::sqrt;
  using Real = std::remove_cvref_t<decltype(p[0])>;
  const std::array<Real, 3> v{p[6] - p[3], p[7] - p[4], p[8] - p[5]};
  const Real angle = sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2] + 1e-12);
  const std::array<Real, 3> w{p[0] / angle, p[1] / angle, p[2] / angle};
  const Real c = cos(angle), s = sin(angle);
  const Real along = (w[0] * v[0] + w[1] * v[1] + w[2] * v[2]) * (1 - c);
  const Real x = v[0] * c + (w[1] * v[2] - w[2] * v[1]) * s + w[0] * along;
  const Real y = v[1] * c + (w[2] * v[0] - w[0] * v[2]) * s + w[1] * along;
  const Real z = v[2] * c + (w[0] * v[1] - w[1] * v[0]) * s + w[2] * along;
  return std::array<Real, 2>{500 * x / z, 500 * y / z};
};

std::array<double, 9> observed(const Eigen::VectorXd& all, int camera, int point) {
  std::array<double, 9> p;
  for (int i = 0; i < 6; ++i) p[static_cast<std::size_t>(i)] = all[6 * camera + i];
  for (int i = 0; i < 3; ++i) p[static_cast<std::size_t>(6 + i)] = all[6 * cameras + 3 * point + i];
  return p;
}

int main() {
  Eigen::VectorXd truth(unknowns), guess;
  for (int i = 0; i < unknowns; ++i) truth[i] = std::sin(7.1 * i);
  for (int c = 0; c < cameras; ++c) {
    truth.segment<3>(6 * c) *= 0.2;
    truth[6 * c + 5] = -6;
  }
  guess = truth;
  for (int i = 6; i < unknowns; ++i) guess[i] += 0.05 * std::cos(3.3 * i);  // the first is known

  const auto jacobian = tc::jacobian(project);
  double first = 0, last = 0;
  for (int step = 0; step < 5; ++step) {
    Eigen::MatrixXd normal = 1e-9 * Eigen::MatrixXd::Identity(unknowns, unknowns);
    Eigen::VectorXd slope = Eigen::VectorXd::Zero(unknowns);
    last = 0;
    for (int c = 0; c < cameras; ++c)
      for (int p = 0; p < points; ++p) {
        const auto here = project(observed(guess, c, p)), there = project(observed(truth, c, p));
        const Eigen::Vector2d off(here[0] - there[0], here[1] - there[1]);
        const Eigen::Matrix<double, 2, 9> j = jacobian(observed(guess, c, p));
        const int at[] = {6 * c, 6 * cameras + 3 * p}, size[] = {6, 3}, column[] = {0, 6};
        for (int a = 0; a < 2; ++a) {
          const auto ja = j.middleCols(column[a], size[a]);
          slope.segment(at[a], size[a]) += ja.transpose() * off;
          for (int b = 0; b < 2; ++b)
            normal.block(at[a], at[b], size[a], size[b]) +=
                ja.transpose() * j.middleCols(column[b], size[b]);
        }
        last += off.squaredNorm();
      }
    if (step == 0) first = last;
    std::printf("step %d  mean distance %.6f pixels\n", step, std::sqrt(last / (cameras * points)));
    // The first camera stays: its place and the scale of the whole cannot be seen.
    const int free = unknowns - 6;
    guess.tail(free) -= normal.bottomRightCorner(free, free).ldlt().solve(slope.tail(free));
  }
  return last < 1e-6 * first ? 0 : 1;
}
