// src/library/codec_network_file.cpp -- the compiled part of networks in files.
#include <tensacode/codec/compiled/network_file.hpp>

namespace tc {

template safetensors_file network_to_file(const basic_network<float>&, std::uint64_t);
template safetensors_file network_to_file(const basic_network<double>&, std::uint64_t);
template basic_network<float> network_from_file(const safetensors_file&, codec_node, codec_node,
                                                std::uint64_t, const std::string&);
template basic_network<double> network_from_file(const safetensors_file&, codec_node, codec_node,
                                                 std::uint64_t, const std::string&);

}  // namespace tc
