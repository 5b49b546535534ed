// An engine for tests that derives clauses by resolution from a small formula
// without models, logs them, and shares them through a real port, until it has
// the empty one.
#ifndef TESTS_PROVER_H
#define TESTS_PROVER_H

#include "base/rng.h"
#include "proof/partial.h"
#include "share/port.h"

#include <stdlib.h>
#include <string.h>

enum { PROVER_VARS = 6, PROVER_CODES = 729, PROVER_CLAUSES = 64 };

struct proven {
  uint64_t id;
  int lits[PROVER_VARS];
  int size;
};

struct prover {
  struct rng rng;
  VEC (struct proven) known;
  bool seen[PROVER_CODES]; // a clause that is known is not derived again
  struct proof_clock clock;
  struct partial *partial;
  struct share_port *port;
  uint64_t empty_id;
};

// Clause i of the formula: all sign patterns over the variables, one literal
// fewer here and there.
static int prover_original (int i, int *lits) {
  const int drop = rng_mix (i) % (2 * PROVER_VARS);
  int size = 0;
  for (int k = 0; k < PROVER_VARS; k++)
    if (k != drop)
      lits[size++] = i >> k & 1 ? k + 1 : -k - 1;
  return size;
}

static bool prover_has (const struct proven *clause, int lit) {
  for (int i = 0; i < clause->size; i++)
    if (clause->lits[i] == lit)
      return true;
  return false;
}

static unsigned prover_code (const struct proven *clause) {
  unsigned code = 0, power = 1;
  for (int var = 1; var <= PROVER_VARS; var++, power *= 3)
    code += power * (prover_has (clause, var)    ? 1
                     : prover_has (clause, -var) ? 2
                                                 : 0);
  return code;
}

static void prover_know (struct prover *prover, const struct proven *clause) {
  prover->seen[prover_code (clause)] = true;
  vec_push (&prover->known, *clause);
}

static void prover_init (struct prover *prover, uint64_t seed, uint64_t lane,
                         uint64_t lanes, const char *dir) {
  memset (prover, 0, sizeof *prover);
  rng_init (&prover->rng, seed);
  prover->clock = (struct proof_clock){PROVER_CLAUSES, lane, lanes};
  prover->partial = partial_new (dir, lane, lanes, PROVER_CLAUSES);
  for (int i = 0; i < PROVER_CLAUSES; i++) {
    struct proven clause = {.id = i + 1};
    clause.size = prover_original (i, clause.lits);
    prover_know (prover, &clause);
  }
}

static void prover_fini (struct prover *prover) {
  partial_free (prover->partial);
  vec_fini (&prover->known);
}

// Resolves if exactly one variable clashes.
static bool prover_resolve (const struct proven *a, const struct proven *b,
                            struct proven *res) {
  int clashes = 0;
  res->size = 0;
  for (int i = 0; i < a->size; i++)
    if (prover_has (b, -a->lits[i]))
      clashes++;
    else
      res->lits[res->size++] = a->lits[i];
  for (int i = 0; clashes == 1 && i < b->size; i++)
    if (!prover_has (a, -b->lits[i]) && !prover_has (a, b->lits[i])) {
      if (res->size == PROVER_VARS)
        return false;
      res->lits[res->size++] = b->lits[i];
    }
  return clashes == 1;
}

static const struct proven *prover_pick (struct prover *prover) {
  const struct proven *best = NULL;
  for (unsigned tries = 1 + rng_below (&prover->rng, 8); tries; tries--) {
    const struct proven *clause =
        prover->known.data + rng_below (&prover->rng, prover->known.size);
    if (!best || clause->size < best->size)
      best = clause;
  }
  return best;
}

static void prover_derive (struct prover *prover) {
  const struct proven *a = prover_pick (prover), *b = prover_pick (prover);
  const int longest = a->size > b->size ? a->size : b->size;
  struct proven res;
  if (!prover_resolve (a, b, &res) || res.size > longest ||
      prover->seen[prover_code (&res)])
    return;
  const uint64_t hints[2] = {a->id, b->id};
  const struct proof_sink sink = partial_sink (prover->partial);
  res.id = proof_next_id (&prover->clock);
  sink.add (sink.state, res.id, res.lits, res.size, hints, 2);
  prover_know (prover, &res);
  if (!res.size)
    prover->empty_id = res.id;
  else if (prover->port)
    share_export (prover->port, res.lits, res.size, 1, res.id);
}

// Literals of a shared clause come in another order, so hints do: resolution
// steps do not mind.
static void prover_import (struct prover *prover) {
  const struct share_clause *shared;
  while ((shared = share_import (prover->port))) {
    struct proven clause = {.id = shared->id, .size = shared->size};
    proof_see_id (&prover->clock, share_import_max_id (prover->port));
    memcpy (clause.lits, shared->lits, shared->size * sizeof *shared->lits);
    if (!prover->seen[prover_code (&clause)])
      prover_know (prover, &clause);
  }
}

static void prover_run (struct prover *prover, unsigned steps) {
  if (prover->port)
    prover_import (prover);
  while (steps-- && !prover->empty_id)
    prover_derive (prover);
}

#endif
