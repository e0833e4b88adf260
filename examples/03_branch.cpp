// examples/03_branch.cpp -- a threshold inside a branch, learned by gradient.
// A heater is switched on below a threshold. Its room follows; the cost is the squared distance
// to 20 degrees and the energy used. The derivative of an ordinary `if` by its threshold is 0;
// under `tc::gate` it points the way. Writes the learning curve as SVG.
#include <tensacode/tensacode.hpp>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

// One day in steps of ten minutes. Written once; runs on double and on tc::var.
const auto cost_of = [](auto threshold) {
  using Real = decltype(threshold);
  Real temperature = 15, cost = 0;
  for (int minute = 0; minute < 24 * 60; minute += 10) {
    const double outside = 5 - 5 * std::cos(minute * 2 * 3.14159265 / (24 * 60));
    const Real heating =
        tc::if_(temperature < threshold, [] { return Real(3.0); }, [] { return Real(0.0); });
    temperature += heating - 0.1 * (temperature - outside);
    cost += (temperature - 20.0) * (temperature - 20.0) + 0.2 * heating;
  }
  return Real(cost / 144);
};

std::string draw(const std::vector<double>& costs) {
  double highest = costs[0];
  for (const double c : costs) highest = std::max(highest, c);
  std::string points;
  for (std::size_t i = 0; i < costs.size(); ++i)
    points += tc::format(
        "{},{} ", 50 + 530.0 * static_cast<double>(i) / static_cast<double>(costs.size() - 1),
        300 - 270 * costs[i] / highest);
  return tc::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"600\" height=\"340\" "
      "font-family=\"sans-serif\" font-size=\"12\">\n"
      "<rect width=\"600\" height=\"340\" fill=\"white\"/>\n"
      "<path d=\"M50 20V300H580\" fill=\"none\" stroke=\"black\"/>\n"
      "<text x=\"8\" y=\"34\">{}</text><text x=\"30\" y=\"304\">0</text>\n"
      "<text x=\"250\" y=\"330\">optimizer step (0 to {})</text>\n"
      "<text x=\"220\" y=\"16\">cost of the crisp program</text>\n"
      "<polyline points=\"{}\" fill=\"none\" stroke=\"#2060c0\" stroke-width=\"2\"/>\n</svg>\n",
      std::round(highest * 10) / 10, costs.size() - 1, points);
}

int main() {
  double threshold = 10;
  std::printf("hard branch: the derivative by the threshold is %g\n",
              tc::value_and_grad(cost_of)(threshold).gradient);

  std::vector<double> costs{cost_of(threshold)};
  for (int step = 0; step < 60; ++step) {
    tc::control_scope scope{tc::gate{.temperature = 1.0}};  // every if_ below is relaxed
    const auto [value, gradient] = tc::value_and_grad(cost_of)(threshold);
    threshold -= 0.4 * gradient / (1 + std::abs(gradient));  // steps of bounded length
    costs.push_back(cost_of(threshold));                     // on plain numbers: the real program
    if (step % 10 == 0)
      std::printf("step %2d  threshold %6.3f  relaxed cost %7.3f  crisp cost %7.3f\n", step,
                  threshold, value, costs.back());
  }
  const auto file = std::filesystem::temp_directory_path() / "tensacode-branch.svg";
  tc::write_file(file, draw(costs));
  std::printf("threshold 10 costs %.3f, the learned %.3f costs %.3f\ncurve %s\n", costs.front(),
              threshold, costs.back(), file.c_str());
  return costs.back() < costs.front() / 2 ? 0 : 1;
}
