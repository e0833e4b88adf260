// src/library/codec_network.cpp -- the compiled part of networks.
#include <tensacode/codec/compiled/network.hpp>

namespace tc {

template class basic_network<float>;
template class basic_network<double>;

// The parameters that a network runs over may be of another type than its own.
#define TC_NETWORK(Scalar, Number)                                                        \
  template basic_tensor_var<Number> basic_network<Scalar>::encode(                        \
      const bound_parameters<Number>&, const columns&, const random_key*) const;          \
  template basic_var<Number> basic_network<Scalar>::loss(const bound_parameters<Number>&, \
                                                         const columns&, const columns&,  \
                                                         std::size_t, const random_key*) const;
TC_NETWORK(float, float)
TC_NETWORK(float, double)
TC_NETWORK(double, double)
#undef TC_NETWORK

}  // namespace tc
