// examples/08_air_conditioning.cpp -- a network learns when to switch a cooling unit on.
// A room warms with the day; the unit is on or off, and a network of 81 parameters decides. The
// cost of a day does not change at all for small changes of the parameters that flip no decision,
// so an ordinary derivative is useless. Under `tc::straight_through` the program runs as it is,
// and the gradient passes each decision as if it were a smooth step. An argument names a file for
// the learning curve as SVG.
#include <tensacode/control/ledger_report.hpp>
#include <tensacode/tensacode.hpp>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

constexpr std::size_t hidden = 20, steps_of_day = 96;
constexpr double comfortable = 22;

// Written once; runs on double and on tc::var. `random` draws the weather.
template <class Real>
Real cost_of_day(const std::vector<Real>& p, tc::random_stream random) {
  using std::tanh;
  Real room = 20 + 6 * random.uniform(), cost = 0;
  const double mean = 25 + random.normal();
  for (std::size_t i = 0; i < steps_of_day; ++i) {
    const double hour = 24.0 * static_cast<double>(i) / steps_of_day;
    const double outside = mean - 4 * std::cos(hour * 3.14159265 / 12) + 0.3 * random.normal();
    Real score = p[4 * hidden];
    for (std::size_t j = 0; j < hidden; ++j)
      score += p[3 * hidden + j] *
               tanh(p[j] * (0.25 * (room - comfortable)) +
                    p[hidden + j] * (0.25 * (outside - comfortable)) + p[2 * hidden + j]);
    const Real on =
        tc::if_(score > 0, [] { return Real(1); }, [] { return Real(0); }, "cooling unit");
    room += 0.1 * (outside - room) - 1.2 * on;
    cost += (room - comfortable) * (room - comfortable) + on;  // discomfort, and what the unit uses
  }
  return Real(cost / static_cast<double>(steps_of_day));
}

// The real program, on days that were not trained on.
double crisp_cost(const std::vector<double>& p) {
  double sum = 0;
  for (std::uint64_t day = 0; day < 100; ++day)
    sum += cost_of_day(p, tc::random_stream{tc::random_key{1'000'000 + day}});
  return sum / 100;
}

void write_curve(const char* file, const std::vector<double>& costs) {
  std::string points;
  for (std::size_t i = 0; i < costs.size(); ++i)
    points += tc::format(
        "{},{} ", 40 + 540.0 * static_cast<double>(i) / static_cast<double>(costs.size() - 1),
        300 - 270 * costs[i] / costs[0]);
  tc::write_file(file,
                 tc::format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"600\" "
                            "height=\"340\" font-family=\"sans-serif\" font-size=\"12\">\n"
                            "<rect width=\"600\" height=\"340\" fill=\"white\"/>\n"
                            "<path d=\"M40 20V300H580\" fill=\"none\" stroke=\"black\"/>\n"
                            "<text x=\"200\" y=\"16\">cost of a day, relative to the start</text>\n"
                            "<polyline points=\"{}\" fill=\"none\" stroke=\"#2060c0\" "
                            "stroke-width=\"2\"/>\n</svg>\n",
                            points));
}

int main(int count, char** arguments) {
  constexpr std::size_t parameters = 4 * hidden + 1, batch = 10;
  tc::random_stream start{tc::random_key{3}};
  std::vector<double> p(parameters), mean(parameters), square(parameters);
  for (double& number : p) number = start.uniform() - 0.5;

  tc::ledger book;
  std::vector<double> costs{crisp_cost(p)};
  for (int step = 1; step <= 60; ++step) {
    const auto loss = [step](const std::vector<tc::var>& q) {
      tc::var sum = 0;
      for (std::uint64_t day = 0; day < batch; ++day)
        sum += cost_of_day(
            q, tc::random_stream{tc::random_key{batch * static_cast<std::uint64_t>(step) + day}});
      return tc::var(sum / static_cast<double>(batch));
    };
    const std::vector<double> gradient = [&] {
      const tc::control_scope scope{tc::straight_through{.temperature = 0.3}};
      const tc::ledger_scope counted{book};
      return tc::grad(loss)(p);
    }();
    for (std::size_t i = 0; i < parameters; ++i) {  // Adam
      mean[i] = 0.9 * mean[i] + 0.1 * gradient[i];
      square[i] = 0.999 * square[i] + 0.001 * gradient[i] * gradient[i];
      p[i] -= 0.05 * (mean[i] / (1 - std::pow(0.9, step))) /
              (std::sqrt(square[i] / (1 - std::pow(0.999, step))) + 1e-8);
    }
    if (step % 3 == 0) costs.push_back(crisp_cost(p));
  }
  for (std::size_t i = 0; i < costs.size(); ++i)
    std::printf("step %2zu  cost %8.3f  %s\n", 3 * i, costs[i],
                std::string(static_cast<std::size_t>(50 * costs[i] / costs[0]), '#').c_str());
  std::printf("\n%s", tc::ledger_table(book).c_str());
  if (count > 1) write_curve(arguments[1], costs);
  return costs.back() < costs.front() / 10 ? 0 : 1;
}
