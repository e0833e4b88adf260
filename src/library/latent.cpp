// src/library/latent.cpp -- the compiled part of room latent.
#include <tensacode/latent/compiled/latent.hpp>
