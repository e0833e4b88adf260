// src/library/learn_training.cpp -- the compiled part of training.
#include <tensacode/learn/compiled/training.hpp>

namespace tc {

template double mean_loss(const basic_network<float>&, const std::vector<std::size_t>&,
                          const append_row&);
template double mean_loss(const basic_network<double>&, const std::vector<std::size_t>&,
                          const append_row&);
template double train(basic_network<float>&, std::vector<std::size_t>,
                      const std::vector<std::size_t>&, const append_row&, const training_options&,
                      std::uint64_t, const std::function<bool(const fit_progress&)>&);
template double train(basic_network<double>&, std::vector<std::size_t>,
                      const std::vector<std::size_t>&, const append_row&, const training_options&,
                      std::uint64_t, const std::function<bool(const fit_progress&)>&);

}  // namespace tc
