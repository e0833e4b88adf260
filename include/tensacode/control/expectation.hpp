// tensacode/control/expectation.hpp -- expectations of random programs and their gradients.
// Layer 3. The gradient is the score function's, with control variates that need nothing from the
// user, plus the path-wise derivative of what the program returns; unbiased. The samples are cut in
// folds; for those of one fold, f is fitted on the others by m + beta M, where M sums increments of
// mean zero over the choices of a run, each times something known before its draw (Henderson &
// Glynn 2002, Approximating martingales for variance reduction in Markov process simulation):
//   g_i = (f_i - m - beta M_i) d log p(path_i) + sum_t beta z_t dE_t[increment_t] + d f_i
// The middle term makes up for what beta M takes away (E[M d log p] = E[sum_t z_t dE_t]). All three
// are seeds of one sweep. See random_choice.hpp for the increments.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/enumeration.hpp>
#include <tensacode/control/ledger.hpp>
#include <tensacode/control/random_choice.hpp>
#include <tensacode/core/deferred.hpp>
#include <tensacode/core/parallel.hpp>
#include <tensacode/transform/transform.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <Eigen/Core>

namespace tc {

/// What takes variance out of the score function's gradient; both leave it unbiased.
enum class baseline {
  control_variates,  ///< the fit of the other folds, see above
  leave_one_out,     ///< the mean of the other samples (Kool, van Hoof & Welling 2019)
};

struct estimate_options {
  std::size_t samples = 256;  ///< at least 2
  std::uint64_t seed = 1;     ///< the same seed gives the same bits at any number of threads
  tc::baseline baseline = tc::baseline::control_variates;
  /// A program that has at most so many paths, and no more than `samples`, is not sampled: all of
  /// them are run, and nothing is left to chance. 0: it is always sampled.
  std::size_t enumerated_paths = 16;
};

namespace detail {

inline constexpr std::size_t samples_a_shard = 64;
inline constexpr std::size_t folds = 4;
/// Of the columns' sums of squares, added to each; keeps a fit by few samples small.
inline constexpr double ridge = 0.002;
/// A shard that records more than this is not kept, but run again when its seeds are known.
inline constexpr std::size_t most_kept_operands = std::size_t{1} << 20;

/// What is known before a draw, as factors of its increments; the most useful first.
inline constexpr std::size_t most_features = 8;
inline std::array<double, most_features> features_of(const choice_increment& c) {
  const double a = c.parameter;
  return {1, a, c.sum, c.draws, a * a, c.sum * a, c.draws * a, c.sum * c.sum};
}

/// What is known of a sample once it has run.
template <class Lazy>
struct sample_record {
  double value = 0;
  /// Sums of increments times features, by channel.
  std::vector<std::array<double, most_features>> martingales;
};

/// A fit of the values by martingales on the samples outside of a fold.
template <class Lazy>
struct martingale_fit {
  double mean = 0;
  std::vector<std::array<double, most_features>> weights;  // by channel
};

/// Tapes that shards record on, kept from one estimate to the next.
template <class Lazy>
class tape_pool {
 public:
  static std::unique_ptr<deferred<tape, Lazy>> take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return std::make_unique<deferred<tape, Lazy>>(halvings);
    auto last = std::move(free_.back());
    free_.pop_back();
    return last;
  }
  static void give_back(std::unique_ptr<deferred<tape, Lazy>> used) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(used));
  }

 private:
  /// Many live side by side, and each only holds some samples.
  static constexpr unsigned halvings = 4;
  static inline deferred<std::mutex, Lazy> mutex_;
  static inline std::vector<std::unique_ptr<deferred<tape, Lazy>>> free_;
};

/// The program's runs on the samples of one shard: recorded one behind the other, then swept from
/// the last to the first, each with its own seeds.
template <class Program, class... Arguments>
class sample_shard {
  using Lazy = deferred<void, Program>;
  using record = sample_record<Lazy>;
  using Tape = deferred<tape, Program>;

 public:
  sample_shard(const Program& program, const std::tuple<Arguments...>& arguments, random_key key,
               std::size_t number_of_first, std::size_t begin, std::size_t end,
               adjoint_slot first_slot, bool wants_ledger)
      : program_(program),
        arguments_(arguments),
        key_(key),
        number_of_first_(number_of_first),
        begin_(begin),
        end_(end),
        first_slot_(first_slot),
        wants_ledger_(wants_ledger),
        tape_(tape_pool<Lazy>::take()) {
    tape_->rewind({});
    tape_->begin_at(first_slot_);
    tape_->set_first_of_recording(tape_->next_slot());
    const tape_scope<deferred<double, Program>> on_tape(*tape_);
    start_ = tape_->mark();
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (lift_into(std::get<I>(arguments_), std::get<I>(variables_), as_it_is{}), ...);
    }(std::index_sequence_for<Arguments...>{});
    behind_arguments_ = tape_->next_slot();
  }
  sample_shard(const sample_shard&) = delete;
  sample_shard& operator=(const sample_shard&) = delete;
  ~sample_shard() {
    recorded_.clear();
    tape_->rewind({});
    tape_pool<Lazy>::give_back(std::move(tape_));
  }

  /// Runs the samples. False if the path-wise derivatives of continuous draws are not all, since
  /// the program decides by them: then everything must be run with `by_score`.
  bool run(bool by_score, record* records) {
    drawn_.continuous_by_score = by_score;
    const tape_scope<deferred<double, Program>> on_tape(*tape_);
    for (std::size_t i = begin_; i < end_; ++i) {
      recorded_.push_back(run_sample(i));
      if (!by_score && !drawn_.is_smooth()) return false;
      records[i] = summary(recorded_.back());
      keeps_ = keeps_ && tape_->operand_count() < most_kept_operands;
      if (!keeps_) forget(recorded_.back());
    }
    return true;
  }

  /// Sweeps every sample once for each of its `fits_of(i)`, a range of fits with the residual;
  /// writes the gradients to the sample's row of `rows[0]`, `rows[1]`, ... `channels` are the fits'
  /// numbers of this shard's channels.
  template <class Fits>
  void sweep(const Fits& fits_of, const std::vector<std::uint32_t>& channels, std::size_t width,
             const std::vector<double*>& rows) {
    const tape_scope<deferred<double, Program>> on_tape(*tape_);
    for (std::size_t i = end_; i-- > begin_;) {
      auto& sample = recorded_[i - begin_];
      if (sample.forgotten) sample = run_sample(i);
      std::size_t which = 0;
      for (const auto& [fit, residual] : fits_of(i)) {
        std::fill(tape_->adjoints(start_.next_slot), tape_->adjoints(behind_arguments_), 0.0);
        tape_->clear_adjoints(sample.start);
        for (const adjoint_slot slot : sample.log_probabilities) tape_->adjoint(slot) += residual;
        for (const auto& c : sample.increments) {
          if (c.mean == 0 || fit->weights.empty()) continue;
          const auto& weights = fit->weights[channels[c.channel]];
          const auto features = features_of(c);
          double weight = 0;
          for (std::size_t k = 0; k < most_features; ++k) weight += weights[k] * features[k];
          tape_->adjoint(c.mean) += weight;
        }
        if (sample.result) tape_->adjoint(sample.result) += 1;
        tape_->reverse(sample.start);
        read_gradient(rows[which++] + i * width);
      }
      tape_->rewind(sample.start);
    }
  }

  const auto& book() const { return book_; }
  const auto& sites() const { return drawn_.sites; }
  std::size_t evaluations() const { return evaluations_; }

 private:
  struct recorded_sample {
    typename Tape::position start;
    double value = 0;
    adjoint_slot result = 0;
    bool forgotten = false;
    std::vector<adjoint_slot> log_probabilities;
    std::vector<choice_increment> increments;
  };

  recorded_sample run_sample(std::size_t i) {
    recorded_sample sample;
    ++evaluations_;
    sample.start = tape_->mark();
    drawn_.begin(key_.split(number_of_first_ + i));
    const sampler_scope drawing(drawn_);
    std::optional<ledger_scope> counting;
    if (wants_ledger_) counting.emplace(book_);
    const deferred<var, Program> result(call_with(program_, std::as_const(variables_)));
    sample.value = result.value();
    sample.result = result.slot();
    sample.log_probabilities = std::move(drawn_.log_probabilities);
    sample.increments = std::move(drawn_.increments);
    return sample;
  }
  void forget(recorded_sample& sample) {
    sample.forgotten = true;
    sample.log_probabilities = {};
    sample.increments = {};
    tape_->rewind(sample.start);
  }
  record summary(const recorded_sample& sample) const {
    record made;
    made.value = sample.value;
    made.martingales.resize(drawn_.channels);
    for (const auto& c : sample.increments) {
      const auto features = features_of(c);
      for (std::size_t k = 0; k < most_features; ++k)
        made.martingales[c.channel][k] += c.increment * features[k];
    }
    return made;
  }
  void read_gradient(double* row) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      const auto adjoints =
          std::tuple<Arguments...>{adjoints_of<Arguments>(std::get<I>(variables_), *tape_)...};
      const auto numbers = flatten(adjoints);
      std::copy(numbers.begin(), numbers.end(), row);
    }(std::index_sequence_for<Arguments...>{});
  }

  const Program& program_;
  const std::tuple<Arguments...>& arguments_;
  random_key key_;
  std::size_t number_of_first_, begin_, end_;
  adjoint_slot first_slot_;
  bool wants_ledger_;
  bool keeps_ = true;
  std::size_t evaluations_ = 0;
  std::unique_ptr<Tape> tape_;
  typename Tape::position start_;
  adjoint_slot behind_arguments_ = 0;
  std::tuple<lifted<Arguments>...> variables_;
  deferred<sampler, Program> drawn_;
  deferred<ledger, Program> book_;
  std::vector<recorded_sample> recorded_;
};

/// The columns of a fit: which features of which channels, as many as the samples bear. The
/// polynomials of normal draws grow in the tails, which few samples have seen: they need more.
struct fit_columns {
  std::size_t channels = 0, features = 0;
  std::size_t count() const { return channels * features; }
};
inline fit_columns columns_for(std::size_t samples, std::size_t channels, bool by_score) {
  const std::size_t most = std::min<std::size_t>(samples / (by_score ? 8 : 4), 48);
  if (channels == 0 || most == 0) return {};
  return {std::min(channels, most), std::clamp<std::size_t>(most / channels, 1, most_features)};
}

/// Regression of targets on the columns over some samples, by ridge on standardised columns.
template <class Lazy>
class martingale_regression {
 public:
  using vector = deferred<Eigen::Matrix<double, Eigen::Dynamic, 1>, Lazy>;
  using matrix = deferred<Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic>, Lazy>;

  martingale_regression(fit_columns columns, const std::vector<sample_record<Lazy>>& samples,
                        std::vector<std::size_t> chosen)
      : chosen_(std::move(chosen)) {
    const auto width = static_cast<Eigen::Index>(columns.count());
    const auto count = static_cast<Eigen::Index>(chosen_.size());
    centred_.resize(width, count);
    for (Eigen::Index j = 0; j < count; ++j)
      centred_.col(j) = row_of(columns, samples[chosen_[static_cast<std::size_t>(j)]]);
    mean_ = centred_.rowwise().mean();
    centred_.colwise() -= mean_;
    matrix products = centred_ * centred_.transpose();
    scale_.resize(width);
    // A column that is the same in all samples but for rounding says nothing of others.
    for (Eigen::Index c = 0; c < width; ++c) {
      const double rounding = 1e-20 * static_cast<double>(count) * mean_(c) * mean_(c);
      scale_(c) = products(c, c) > rounding ? 1 / std::sqrt(products(c, c)) : 0;
    }
    products = (scale_.asDiagonal() * products * scale_.asDiagonal()).eval();
    products.diagonal().array() += ridge;
    factor_ = cholesky(products);
  }

  static vector row_of(fit_columns columns, const sample_record<Lazy>& s) {
    vector row(static_cast<Eigen::Index>(columns.count()));
    for (std::size_t c = 0; c < columns.channels; ++c)
      for (std::size_t k = 0; k < columns.features; ++k)
        row(static_cast<Eigen::Index>(c * columns.features + k)) = s.martingales[c][k];
    return row;
  }

  /// The weights for `target(i)`, i a sample; `mean` becomes the fit's value at M = 0. The weights
  /// are 0 if they explain no more than as many random columns would.
  template <class Target>
  vector fit(const Target& target, double& mean) const {
    vector y(centred_.cols());
    for (Eigen::Index j = 0; j < y.size(); ++j) y(j) = target(chosen_[static_cast<std::size_t>(j)]);
    mean = y.mean();
    y.array() -= mean;
    const vector right = scale_.asDiagonal() * (centred_ * y);
    const auto lower = factor_.template triangularView<Eigen::Lower>();
    vector weights = scale_.asDiagonal() * vector(lower.transpose().solve(lower.solve(right)));
    const double before = y.squaredNorm();
    const double after = (y - centred_.transpose() * weights).squaredNorm();
    const auto n = static_cast<double>(y.size()), k = static_cast<double>(weights.size());
    if (!(after * (n - 1) < before * (n - 1 - k))) weights.setZero();
    mean -= weights.dot(mean_);
    return weights;
  }

 private:
  /// The lower factor. Eigen/Cholesky would bring Eigen/Jacobi and Householder into every program
  /// that includes this room; the matrices are small, and the ridge keeps them definite.
  static matrix cholesky(const matrix& a) {
    matrix lower = matrix::Zero(a.rows(), a.cols());
    for (Eigen::Index j = 0; j < a.cols(); ++j) {
      const auto known = lower.row(j).head(j);
      lower(j, j) = std::sqrt(a(j, j) - known.squaredNorm());
      for (Eigen::Index i = j + 1; i < a.rows(); ++i)
        lower(i, j) = (a(i, j) - lower.row(i).head(j).dot(known)) / lower(j, j);
    }
    return lower;
  }

  std::vector<std::size_t> chosen_;
  matrix centred_;  // a column for each sample
  vector mean_, scale_;
  matrix factor_;
};

/// The samples of some folds.
inline std::vector<std::size_t> samples_of(std::size_t count, unsigned fold_mask) {
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < count; ++i)
    if (fold_mask >> (i % folds) & 1U) chosen.push_back(i);
  return chosen;
}

/// What the fits of a block of samples take from the score function's gradient, in two stages. The
/// first fits the values. The second fits the gradients that the first leaves, by the same
/// martingales; it needs a gradient of each sample under the first fit of another fold:
///
///   fold k is evaluated with a first fit on folds k + 1 and k + 2, and a second one on fold k + 3
///   under that first fit
///
/// so that no sample has part in a fit that is applied to it, and both are unbiased. Blocks of few
/// samples have only the first stage, on all other folds.
template <class Lazy>
class control_variates {
 public:
  /// `channels` as in the records of all samples; `by_score`: continuous draws are among them.
  control_variates(const std::vector<sample_record<Lazy>>& samples, std::size_t channels,
                   bool by_score)
      : samples_(samples), two_stages_(samples.size() >= 32), by_score_(by_score) {
    const std::size_t count = samples.size();
    columns_ = columns_for(two_stages_ ? count / 2 : count * 3 / 4, channels, by_score);
    if (columns_.count() == 0) return;
    for (unsigned k = 0; k < folds; ++k) {
      const unsigned mask = two_stages_ ? bit(k + 1) | bit(k + 2) : 15U & ~bit(k);
      const martingale_regression<Lazy> regression(columns_, samples, samples_of(count, mask));
      martingale_fit<Lazy>& fit = fits_[k];
      const auto weights =
          regression.fit([&](std::size_t i) { return samples[i].value; }, fit.mean);
      fit.weights.resize(channels);
      for (std::size_t c = 0; c < columns_.channels; ++c)
        for (std::size_t f = 0; f < columns_.features; ++f)
          fit.weights[c][f] = weights(static_cast<Eigen::Index>(c * columns_.features + f));
    }
  }

  bool empty() const { return columns_.count() == 0; }
  std::size_t stages() const { return two_stages_ && !empty() ? 2 : 1; }
  /// The fit and the residual of a sample for its own gradient (0), and for training (1).
  std::pair<const martingale_fit<Lazy>*, double> fit_of(std::size_t i, std::size_t which) const {
    const martingale_fit<Lazy>& fit = fits_[(i + which) % folds];
    double residual = samples_[i].value - fit.mean;
    for (std::size_t c = 0; c < columns_.channels; ++c)
      for (std::size_t k = 0; k < columns_.features; ++k)
        residual -= fit.weights[c][k] * samples_[i].martingales[c][k];
    return {&fit, residual};
  }
  /// The second stage: `training` are the gradients under the fits (1), which `rows` are cleared
  /// by.
  void take_from(std::vector<double>& rows, const std::vector<double>& training,
                 std::size_t width) const {
    const std::size_t count = samples_.size();
    const fit_columns columns = columns_for(count / 4, samples_[0].martingales.size(), by_score_);
    if (columns.count() == 0) return;
    for (unsigned k = 0; k < folds; ++k) {
      const martingale_regression<Lazy> regression(columns, samples_,
                                                   samples_of(count, bit(k + 3)));
      for (std::size_t p = 0; p < width; ++p) {
        double unused = 0;
        const auto weights =
            regression.fit([&](std::size_t i) { return training[i * width + p]; }, unused);
        for (std::size_t i = k; i < count; i += folds)
          rows[i * width + p] -=
              weights.dot(martingale_regression<Lazy>::row_of(columns, samples_[i]));
      }
    }
  }

 private:
  static unsigned bit(unsigned fold) { return 1U << (fold % folds); }

  const std::vector<sample_record<Lazy>>& samples_;
  bool two_stages_, by_score_;
  fit_columns columns_;
  std::array<martingale_fit<Lazy>, folds> fits_;
};

/// Mean and sum of squared deviations of a row of numbers, to which others are added (Chan, Golub &
/// LeVeque 1983).
template <class Lazy>
struct running_moments {
  explicit running_moments(std::size_t width) : mean(width), squares(width) {}
  double count = 0;
  std::vector<double> mean, squares;

  void add(const double* row) {
    ++count;
    for (std::size_t p = 0; p < mean.size(); ++p) {
      const double d = row[p] - mean[p];
      mean[p] += d / count;
      squares[p] += d * (row[p] - mean[p]);
    }
  }
  /// Standard errors of the means.
  std::vector<double> errors() const {
    std::vector<double> out(mean.size());
    for (std::size_t p = 0; p < out.size(); ++p)
      out[p] = std::sqrt(squares[p] / (count - 1) / count);
    return out;
  }
};

/// All samples; empty if the draws must be by score.
template <class Program, class... Arguments>
auto run_samples(const Program& program, const estimate_options& options, bool by_score,
                 std::size_t& evaluations, const std::tuple<Arguments...>& point) {
  using Gradient = typename gradient_shape<Arguments...>::type;
  constexpr std::size_t block = 64 * samples_a_shard;
  const std::size_t n = options.samples, width = flatten(point).size();
  const random_key key = random_key(options.seed).split(0x65737469);
  const adjoint_slot first_slot = next_slot_of_thread<deferred<double, Program>>();
  auto* const book = ledger_in_use<Program>();
  using Lazy = deferred<void, Program>;
  using fit_type = martingale_fit<Lazy>;
  running_moments<Lazy> values(1), gradients(width);
  double explained = 0;
  using Shard = sample_shard<Program, Arguments...>;
  for (std::size_t first = 0; first < n; first += block) {
    const std::size_t count = std::min(block, n - first);
    const std::size_t shards = (count + samples_a_shard - 1) / samples_a_shard;
    std::vector<std::unique_ptr<Shard>> running(shards);
    std::vector<sample_record<Lazy>> records(count);
    std::vector<char> in_order(shards);
    parallel_for(shards, [&](std::size_t s) {
      running[s] = std::make_unique<Shard>(program, point, key, first, s * samples_a_shard,
                                           std::min(count, (s + 1) * samples_a_shard), first_slot,
                                           book != nullptr);
      in_order[s] = running[s]->run(by_score, records.data());
    });
    if (std::find(in_order.begin(), in_order.end(), 0) != in_order.end()) {
      for (const auto& shard : running) evaluations += shard->evaluations();
      return std::optional<expectation_estimate<Gradient>>{};
    }

    // The shards know sites in their own order; the fit has one for all.
    deferred<sampler, Program> all;
    std::vector<deferred<std::vector<std::uint32_t>, Program>> channels(shards);
    for (std::size_t s = 0; s < shards; ++s)
      for (const auto& known : running[s]->sites()) {
        const std::uint32_t from = all.channels_of(known.site, known.channels);
        for (std::uint32_t c = 0; c < known.channels; ++c) channels[s].push_back(from + c);
      }
    for (std::size_t s = 0; s < shards; ++s)
      for (std::size_t i = s * samples_a_shard; i < std::min(count, (s + 1) * samples_a_shard);
           ++i) {
        std::vector<deferred<std::array<double, most_features>, Program>> ordered(all.channels);
        for (std::size_t c = 0; c < records[i].martingales.size(); ++c)
          ordered[channels[s][c]] = records[i].martingales[c];
        records[i].martingales = std::move(ordered);
      }

    const control_variates<Lazy> variates(
        records, options.baseline == baseline::leave_one_out ? 0 : all.channels, by_score);
    double total = 0, before = 0, after = 0;
    for (const auto& r : records) total += r.value;
    static const fit_type none;
    const auto without_own = [&](std::size_t i) {
      const double others =
          count > 1 ? (total - records[i].value) / static_cast<double>(count - 1) : 0;
      return std::pair(&none, records[i].value - others);
    };
    for (std::size_t i = 0; i < count; ++i) {
      before += std::pow(without_own(i).second, 2);
      if (!variates.empty()) after += std::pow(variates.fit_of(i, 0).second, 2);
    }
    if (before > 0 && !variates.empty())
      explained += (1 - after / before) * static_cast<double>(count) / static_cast<double>(n);
    std::vector<double> rows(count * width), training(variates.stages() > 1 ? rows.size() : 0);
    parallel_for(shards, [&](std::size_t s) {
      running[s]->sweep(
          [&](std::size_t i) {
            std::vector<std::pair<const fit_type*, double>> fits;
            if (variates.empty()) fits.push_back(without_own(i));
            for (std::size_t k = 0; !variates.empty() && k < variates.stages(); ++k)
              fits.push_back(variates.fit_of(i, k));
            return fits;
          },
          channels[s], width, {rows.data(), training.data()});
    });
    if (variates.stages() > 1) variates.take_from(rows, training, width);
    for (std::size_t s = 0; s < shards; ++s) {
      if (book) book->add(running[s]->book());
      evaluations += running[s]->evaluations();
    }
    for (std::size_t i = 0; i < count; ++i) {
      values.add(&records[i].value);
      gradients.add(rows.data() + i * width);
    }
  }
  expectation_estimate<Gradient> estimate;
  estimate.value = values.mean[0];
  estimate.value_error = values.errors()[0];
  estimate.gradient = shape_gradient(gradients.mean, point);
  estimate.gradient_error = shape_gradient(gradients.errors(), point);
  estimate.explained = explained;
  return std::optional(std::move(estimate));
}

template <class Program, class... Arguments>
auto run_estimate(const Program& program, const estimate_options& options,
                  const Arguments&... arguments) {
  TC_CHECK(options.samples >= 2, argument_error,
           "estimate: at least 2 samples are needed for a baseline and an error, got {}",
           options.samples);
  const std::tuple<Arguments...> point{arguments...};
  std::size_t evaluations = 0;
  if (options.enumerated_paths > 0) {
    deferred<path_walk, Program> paths(std::min(options.enumerated_paths, options.samples));
    if (auto exact = run_paths(program, paths, point)) return *std::move(exact);
    evaluations += paths.finished;
  }
  auto estimate = run_samples(program, options, false, evaluations, point);
  if (!estimate) estimate = run_samples(program, options, true, evaluations, point);
  estimate->evaluations = evaluations;
  return *std::move(estimate);
}

/// A number with known derivatives by given slots, as a node.
template <class Scalar>
struct known_gradient_node {
  std::span<const adjoint_slot> slots;
  std::span<const Scalar> derivatives;
  void backward(basic_tape<Scalar>& tape, adjoint_slot first) const {
    const Scalar a = tape.adjoint(first);
    for (std::size_t i = 0; i < slots.size(); ++i)
      if (slots[i]) tape.adjoint(slots[i]) += a * derivatives[i];
  }
};

struct unlift_leaf {
  template <class Leaf>
  static consteval auto image() {
    if constexpr (is_var<Leaf>)
      return std::type_identity<typename Leaf::scalar_type>{};
    else if constexpr (is_tensor_var<Leaf>)
      return std::type_identity<matrix_of<typename Leaf::scalar_type>>{};
    else if constexpr (eigen_plain<Leaf>) {
      if constexpr (is_var<typename Leaf::Scalar>)
        return std::type_identity<
            Eigen::Matrix<typename Leaf::Scalar::scalar_type, Leaf::RowsAtCompileTime,
                          Leaf::ColsAtCompileTime>>{};
      else
        return std::type_identity<Leaf>{};
    } else
      return std::type_identity<Leaf>{};
  }
  template <class Leaf>
  using to = typename decltype(image<Leaf>())::type;
};

/// The primal values of a tree of variables; the slot of every number is appended to `slots`, in
/// the order of `flatten`.
template <class T>
rebind_t<T, unlift_leaf> primals_of(const T& variables, std::vector<adjoint_slot>& slots) {
  rebind_t<T, unlift_leaf> numbers{};
  rebuild(variables, numbers, [&](const auto& variable, auto& number) {
    using Variable = std::remove_cvref_t<decltype(variable)>;
    if constexpr (is_var<Variable>) {
      slots.push_back(variable.slot());
      number = variable.value();
    } else if constexpr (is_tensor_var<Variable>) {
      const adjoint_slot first = variable.first_slot();
      for (Eigen::Index i = 0; i < variable.size(); ++i)
        slots.push_back(first ? first + static_cast<adjoint_slot>(i) : 0);
      if (variable.active()) variable.operand();  // its slots are in use from here on
      number = variable.value();
    } else if constexpr (eigen_plain<Variable>) {
      number.resize(variable.rows(), variable.cols());
      for (Eigen::Index i = 0; i < variable.size(); ++i) {
        if constexpr (is_var<typename Variable::Scalar>) {
          slots.push_back(variable.data()[i].slot());
          number.data()[i] = variable.data()[i].value();
        } else {
          slots.push_back(0);
          number.data()[i] = variable.data()[i];
        }
      }
    } else {
      slots.push_back(0);
      number = variable;
    }
  });
  return numbers;
}

template <class T>
inline constexpr bool has_variables = !std::is_same_v<rebind_t<T, unlift_leaf>, T>;

/// The value of an estimate at the variables' values, as a variable with the estimated gradient.
template <class Lazy, class Estimate, class... Arguments>
var estimate_as_variable(const Estimate& estimate, const Arguments&... arguments) {
  std::vector<adjoint_slot> slots;
  const auto numbers = std::tuple{primals_of(arguments, slots)...};
  const auto result = std::apply(estimate, numbers);
  std::vector<double> derivatives;
  if constexpr (sizeof...(arguments) == 1)
    derivatives = flatten(std::tuple{result.gradient});
  else
    derivatives = flatten(result.gradient);
  using Scalar = deferred<double, Lazy>;
  auto& tape = recording_tape<Scalar>();
  double* kept = tape.template allocate<double>(derivatives.size());
  std::copy(derivatives.begin(), derivatives.end(), kept);
  adjoint_slot* kept_slots = tape.template allocate<adjoint_slot>(slots.size());
  std::copy(slots.begin(), slots.end(), kept_slots);
  return var::at_slot(
      result.value,
      tape.push_node(
          known_gradient_node<Scalar>{{kept_slots, slots.size()}, {kept, derivatives.size()}}, 1));
}

}  // namespace detail

/// The function that estimates E[program(arguments)] and its gradient by the arguments.
/// The program is called with variables in place of numbers, as by `value_and_grad`, and may
/// make random choices. If it has few paths, all of them are run and both are exact; see
/// `estimate_options::enumerated_paths`.
template <class Program>
auto estimate(Program program, estimate_options options = {}) {
  return [program = std::move(program), options](const auto&... arguments) {
    return detail::run_estimate(program, options, arguments...);
  };
}

/// E[program(arguments)] as a function of its own: of numbers it is a number, of variables a
/// variable whose derivative is the estimated gradient, so it composes with `tc::grad`.
template <class Program>
auto expectation(Program program, estimate_options options = {}) {
  return [program = std::move(program), options](const auto&... arguments) {
    if constexpr ((detail::has_variables<std::remove_cvref_t<decltype(arguments)>> || ...)) {
      return detail::estimate_as_variable<Program>(
          [&](const auto&... plain) { return detail::run_estimate(program, options, plain...); },
          arguments...);
    } else {
      return detail::run_estimate(program, options, arguments...).value;
    }
  };
}

}  // namespace tc
