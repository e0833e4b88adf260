// src/library/codec_encoder.cpp -- the compiled part of encoders.
#include <tensacode/codec/compiled/encoder.hpp>

namespace tc {

template encoder_plan plan_encoder(const codec_node&, parameter_set<float>&, random_key&,
                                   const encoder_sizes&);
template encoder_plan plan_encoder(const codec_node&, parameter_set<double>&, random_key&,
                                   const encoder_sizes&);
template basic_tensor_var<float> run_encoder(const codec_node&, const encoder_plan&,
                                             const bound_parameters<float>&, const columns&);
template basic_tensor_var<double> run_encoder(const codec_node&, const encoder_plan&,
                                              const bound_parameters<double>&, const columns&);
template std::size_t detail::add_linear(parameter_set<float>&, const std::string&, Eigen::Index,
                                        Eigen::Index, double, random_key&);
template std::size_t detail::add_linear(parameter_set<double>&, const std::string&, Eigen::Index,
                                        Eigen::Index, double, random_key&);
template std::size_t detail::add_table(parameter_set<float>&, const std::string&, Eigen::Index,
                                       std::size_t, double, random_key&);
template std::size_t detail::add_table(parameter_set<double>&, const std::string&, Eigen::Index,
                                       std::size_t, double, random_key&);

}  // namespace tc
