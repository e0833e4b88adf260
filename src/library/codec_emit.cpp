// src/library/codec_emit.cpp -- the compiled part of networks as C++ source.
#include <tensacode/codec/compiled/emit.hpp>

namespace tc {

template emitted_source emit_network(const basic_network<float>&, std::string_view,
                                     std::string_view, std::uint64_t);
template emitted_source emit_network(const basic_network<double>&, std::string_view,
                                     std::string_view, std::uint64_t);

}  // namespace tc
