// src/library/codec_decoder.cpp -- the compiled part of decoders.
#include <tensacode/codec/compiled/decoder.hpp>

namespace tc {

template decoder_plan plan_decoder(const codec_node&, parameter_set<float>&, random_key&,
                                   Eigen::Index, const encoder_sizes&);
template decoder_plan plan_decoder(const codec_node&, parameter_set<double>&, random_key&,
                                   Eigen::Index, const encoder_sizes&);
template basic_var<float> decoder_loss(const codec_node&, const decoder_plan&,
                                       const bound_parameters<float>&,
                                       const basic_tensor_var<float>&, const columns&, float);
template basic_var<double> decoder_loss(const codec_node&, const decoder_plan&,
                                        const bound_parameters<double>&,
                                        const basic_tensor_var<double>&, const columns&, double);
template void run_decoder(const codec_node&, const decoder_plan&, const bound_parameters<float>&,
                          const basic_tensor_var<float>&, columns&, std::vector<leaf_belief>*);
template void run_decoder(const codec_node&, const decoder_plan&, const bound_parameters<double>&,
                          const basic_tensor_var<double>&, columns&, std::vector<leaf_belief>*);

}  // namespace tc
