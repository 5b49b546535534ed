// Synthetic engines for tests of the proof: several lanes derive clauses by
// resolution from an unsatisfiable formula and share them in rounds.  A fixed
// seed gives the same world in every process.
#ifndef TESTS_PROOF_WORLD_H
#define TESTS_PROOF_WORLD_H

#include "proof/partial.h"

#include "hash_set.h"
#include "base/rng.h"
#include "base/vec.h"

#include <stdlib.h>

enum { VARS = 6, CODES = 729, MAX_LANES = 9, MAX_ROUNDS = 4000 };

struct derived {
  uint64_t id, hints[2];
  int lits[VARS], size;
};

// One engine: the clauses it knows, as indices into 'world.clauses'.
struct lane {
  VEC (size_t) known;
  bool seen[CODES]; // by code; a clause that is known is not derived again
  size_t own_since_round;
  struct proof_clock clock;
  struct partial *partial;
};

struct world {
  struct rng rng;
  unsigned lanes, rounds;
  uint64_t originals, empty_id;
  VEC (struct derived) clauses; // originals first, in order of ids
  struct lane lane[MAX_LANES];
  uint64_t epochs[MAX_ROUNDS];
};

static void add_original (struct world *world, const int *lits, int size) {
  struct derived clause = {.id = ++world->originals, .size = size};
  memcpy (clause.lits, lits, size * sizeof *lits);
  vec_push (&world->clauses, clause);
}

// All clauses over VARS variables that leave no model, weakened at random
// where that is possible; one variable fewer here and there.
static void make_formula (struct world *world) {
  for (unsigned signs = 0; signs < 1u << VARS; signs++) {
    int lits[VARS], size = 0;
    const unsigned drop = rng_below (&world->rng, 2 * VARS);
    for (unsigned i = 0; i < VARS; i++)
      if (i != drop)
        lits[size++] = signs >> i & 1 ? (int)i + 1 : -(int)i - 1;
    add_original (world, lits, size);
  }
}

static bool has (const struct derived *clause, int lit) {
  for (int i = 0; i < clause->size; i++)
    if (clause->lits[i] == lit)
      return true;
  return false;
}

// Resolves if exactly one variable clashes.
static bool resolve (const struct derived *a, const struct derived *b,
                     struct derived *res) {
  int clashes = 0;
  res->size = 0;
  for (int i = 0; i < a->size; i++)
    if (has (b, -a->lits[i]))
      clashes++;
    else
      res->lits[res->size++] = a->lits[i];
  if (clashes != 1)
    return false;
  for (int i = 0; i < b->size; i++)
    if (!has (a, -b->lits[i]) && !has (a, b->lits[i])) {
      if (res->size == VARS)
        return false;
      res->lits[res->size++] = b->lits[i];
    }
  return true;
}

// The shortest of a few.
static const struct derived *pick (struct world *world, struct lane *lane) {
  const struct derived *best = NULL;
  for (unsigned tries = 1 + rng_below (&world->rng, 8); tries; tries--) {
    const size_t i = rng_below (&world->rng, lane->known.size);
    const struct derived *clause = world->clauses.data + lane->known.data[i];
    if (!best || clause->size < best->size)
      best = clause;
  }
  return best;
}

// A number below 3^VARS for each set of literals.
static unsigned code_of (const struct derived *clause) {
  unsigned res = 0, power = 1;
  for (int var = 1; var <= VARS; var++, power *= 3)
    res += power * (has (clause, var) ? 1 : has (clause, -var) ? 2 : 0);
  return res;
}

static void know (struct world *world, struct lane *lane, size_t i) {
  lane->seen[code_of (world->clauses.data + i)] = true;
  vec_push (&lane->known, i);
}

// Tries one resolution; logs it if the clause does not get longer.
static void derive (struct world *world, struct lane *lane) {
  const struct derived *a = pick (world, lane), *b = pick (world, lane);
  struct derived res;
  if (!resolve (a, b, &res) || res.size > (a->size > b->size ? a : b)->size ||
      lane->seen[code_of (&res)])
    return;
  res.id = proof_next_id (&lane->clock);
  res.hints[0] = a->id;
  res.hints[1] = b->id;
  if (lane->partial) {
    const struct proof_sink sink = partial_sink (lane->partial);
    sink.add (sink.state, res.id, res.lits, res.size, res.hints, 2);
  }
  vec_push (&world->clauses, res);
  know (world, lane, world->clauses.size - 1);
  if (!res.size && !world->empty_id)
    world->empty_id = res.id;
}

// A round: some clauses of each lane since the last one go to all others.
static void share (struct world *world) {
  uint64_t max_id = world->rounds ? world->epochs[world->rounds - 1] : 0;
  VEC (size_t) shared = {0};
  for (unsigned l = 0; l < world->lanes; l++) {
    struct lane *lane = world->lane + l;
    for (size_t i = lane->own_since_round; i < lane->known.size; i++)
      if (!rng_below (&world->rng, 3))
        vec_push (&shared, lane->known.data[i]);
  }
  for_vec (size_t, i, &shared)
    if (world->clauses.data[*i].id > max_id)
      max_id = world->clauses.data[*i].id;
  world->epochs[world->rounds++] = max_id;
  for (unsigned l = 0; l < world->lanes; l++) {
    struct lane *lane = world->lane + l;
    if (!rng_below (&world->rng, 5))
      continue; // this one missed the round
    proof_see_id (&lane->clock, max_id);
    for_vec (size_t, i, &shared)
      if (world->clauses.data[*i].id % world->lanes != l)
        know (world, lane, *i);
  }
  for (unsigned l = 0; l < world->lanes; l++)
    world->lane[l].own_since_round = world->lane[l].known.size;
  vec_fini (&shared);
}

// Only the lanes [first, end) write partial files.
static void world_init (struct world *world, uint64_t seed, unsigned lanes,
                        unsigned first, unsigned end) {
  memset (world, 0, sizeof *world);
  rng_init (&world->rng, seed);
  world->lanes = lanes;
  make_formula (world);
  for (unsigned l = 0; l < lanes; l++) {
    struct lane *lane = world->lane + l;
    lane->clock = (struct proof_clock){world->originals, l, lanes};
    if (first <= l && l < end)
      lane->partial = partial_new ("/tmp", l, lanes, world->originals);
    for (size_t i = 0; i < world->originals; i++)
      know (world, lane, i);
    lane->own_since_round = world->originals;
  }
}

// Lanes run at very different speeds, so that clocks jump.
static void world_run (struct world *world) {
  while (!world->empty_id) {
    for (int i = 0; i < 300; i++) {
      const unsigned l = rng_below (&world->rng, world->lanes);
      if (!rng_below (&world->rng, l + 1))
        derive (world, world->lane + l);
    }
    if (world->rounds == MAX_ROUNDS)
      abort ();
    share (world);
  }
  for (unsigned l = 0; l < world->lanes; l++) // lines after the empty clause
    for (int i = 0; i < 50; i++)
      derive (world, world->lane + l);
}

static void world_fini (struct world *world) {
  for (unsigned l = 0; l < world->lanes; l++) {
    partial_free (world->lane[l].partial);
    vec_fini (&world->lane[l].known);
  }
  vec_fini (&world->clauses);
}

// What backward reachability over the whole memory keeps.
static uint64_t naive_kept (const struct world *world) {
  struct hash_map place = {0}, needed = {0};
  VEC (uint64_t) work = {0};
  for (size_t i = 0; i < world->clauses.size; i++)
    *hash_map_insert (&place, world->clauses.data[i].id, NULL) = i;
  hash_set_add (&needed, world->empty_id);
  vec_push (&work, world->empty_id);
  while (!vec_empty (&work)) {
    const uint64_t id = vec_pop (&work);
    const struct derived *c = world->clauses.data + *hash_map_find (&place, id);
    for (int i = 0; i < 2; i++)
      if (c->hints[i] > world->originals && hash_set_add (&needed, c->hints[i]))
        vec_push (&work, c->hints[i]);
  }
  const uint64_t res = hash_set_size (&needed);
  hash_map_fini (&place);
  hash_map_fini (&needed);
  vec_fini (&work);
  return res;
}

#endif
