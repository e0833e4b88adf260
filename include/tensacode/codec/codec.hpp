// tensacode/codec/codec.hpp -- the door of room codec: objects to latents and back.
// Layer 4.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/columns.hpp>
#include <tensacode/codec/decoder.hpp>
#include <tensacode/codec/emit.hpp>
#include <tensacode/codec/encoder.hpp>
#include <tensacode/codec/leaves.hpp>
#include <tensacode/codec/network.hpp>
#include <tensacode/codec/network_file.hpp>
#include <tensacode/codec/node.hpp>
#include <tensacode/codec/plugin_layout.hpp>
#include <tensacode/codec/statistics.hpp>
#include <tensacode/codec/tokens.hpp>
