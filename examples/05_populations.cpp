// examples/05_populations.cpp -- the rates of a differential equation, found from what was seen.
// Foxes eat rabbits (Lotka 1925). Both are counted once a day, with errors; the four rates and the
// two numbers at the beginning are fitted by the Levenberg-Marquardt method, whose Jacobian is
// that of the solver itself: written once, it runs on double and on variables.
#include <tensacode/tensacode.hpp>

#include <Eigen/Cholesky>

#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

constexpr std::size_t days = 30;

// Rabbits and foxes on each day, by the classical Runge-Kutta method with ten steps a day.
const auto populations = [](const auto& p) {
  using Real = std::remove_cvref_t<decltype(p[0])>;
  struct State {
    Real rabbits, foxes;
  };
  const auto rate = [&](const State& s) {
    return State{p[0] * s.rabbits - p[1] * s.rabbits * s.foxes,
                 p[2] * s.rabbits * s.foxes - p[3] * s.foxes};
  };
  const auto moved = [](const State& s, double h, const State& r) {
    return State{s.rabbits + h * r.rabbits, s.foxes + h * r.foxes};
  };
  std::vector<Real> counts;
  State s{p[4], p[5]};
  const double h = 0.1;
  for (std::size_t day = 0; day < days; ++day) {
    for (int step = 0; step < 10; ++step) {
      const State k1 = rate(s), k2 = rate(moved(s, h / 2, k1)), k3 = rate(moved(s, h / 2, k2)),
                  k4 = rate(moved(s, h, k3));
      s.rabbits = s.rabbits + h / 6 * (k1.rabbits + 2 * k2.rabbits + 2 * k3.rabbits + k4.rabbits);
      s.foxes = s.foxes + h / 6 * (k1.foxes + 2 * k2.foxes + 2 * k3.foxes + k4.foxes);
    }
    counts.push_back(s.rabbits);
    counts.push_back(s.foxes);
  }
  return counts;
};

int main() {
  const std::array<double, 6> truth{0.5, 0.25, 0.1, 0.4, 8, 2};
  std::vector<double> seen = populations(truth);
  for (std::size_t i = 0; i < seen.size(); ++i)  // errors of up to 5 %
    seen[i] *= 1 + 0.05 * std::sin(12.9898 * static_cast<double>(i * i));

  std::array<double, 6> p{0.4, 0.2, 0.08, 0.5, 6, 3};
  const auto errors = [&](const std::array<double, 6>& q) {
    const auto counts = populations(q);
    return Eigen::VectorXd(Eigen::VectorXd::Map(counts.data(), 2 * days) -
                           Eigen::VectorXd::Map(seen.data(), 2 * days));
  };
  double damping = 1e-2, error = errors(p).squaredNorm();
  std::printf("step  0  squared error %9.3f\n", error);
  for (int step = 1; step <= 6; ++step) {
    const Eigen::MatrixXd j = tc::jacobian(populations)(p);  // 60 x 6
    Eigen::MatrixXd normal = j.transpose() * j;
    normal.diagonal() *= 1 + damping;
    const Eigen::VectorXd change = normal.llt().solve(j.transpose() * errors(p));
    auto next = p;
    for (std::size_t i = 0; i < 6; ++i) next[i] -= change[static_cast<Eigen::Index>(i)];
    const double next_error = errors(next).squaredNorm();
    const bool better = next_error < error;
    damping *= better ? 0.3 : 4;
    if (better) {
      p = next;
      error = next_error;
    }
    std::printf("step %2d  squared error %9.3f\n", step, error);
  }
  const char* names[] = {"births of rabbits", "rabbits eaten", "births of foxes",
                         "deaths of foxes",   "first rabbits", "first foxes"};
  double worst = 0;
  for (std::size_t i = 0; i < 6; ++i) {
    std::printf("%-18s %6.3f  (was %6.3f)\n", names[i], p[i], truth[i]);
    worst = std::max(worst, std::abs(p[i] - truth[i]) / truth[i]);
  }
  return worst < 0.05 ? 0 : 1;
}
