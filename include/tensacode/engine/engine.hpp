// tensacode/engine/engine.hpp -- the door of room engine: learning from feedback, kept in SQLite.
// Layer 6. Included by name, since it needs SQLite. The umbrella header has the engine without a
// store on a file.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/engine/decision.hpp>
#include <tensacode/engine/learner.hpp>
#include <tensacode/engine/sqlite_store.hpp>
#include <tensacode/engine/store.hpp>
