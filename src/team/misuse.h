// What happens when a program breaks the rules of the public headers.
#ifndef TEAM_MISUSE_H
#define TEAM_MISUSE_H

#include "base/fatal.h"

#include <limits.h>
#include <stdbool.h>

// Ends with 'CALLER: WHY' unless the rule holds.
static inline void require (bool holds, const char *caller, const char *why) {
  if (!holds)
    fatal ("%s: %s", caller, why);
}

static inline void require_solver (const void *solver, const char *caller) {
  require (solver, caller, "the solver is NULL");
}

static inline void require_literal (int lit, const char *caller) {
  require (lit && lit >= -(INT_MAX - 1) && lit != INT_MAX, caller,
           "a literal is not zero and at most 2^31-2 in size");
}

#endif
