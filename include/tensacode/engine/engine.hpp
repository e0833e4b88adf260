// tensacode/engine/engine.hpp -- learning from feedback, kept in SQLite.
// Layer 6. The umbrella header does not include this file, since it needs SQLite. Without it, an
// engine keeps its experience in memory only.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/engine/decision.hpp>
#include <tensacode/engine/learner.hpp>
#include <tensacode/engine/sqlite_store.hpp>
#include <tensacode/engine/store.hpp>
