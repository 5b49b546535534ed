// Bounded variable addition: formulas with products of clauses planted against
// an exhaustive search, proofs checked on the way; and the proof of two engines
// that share clauses, merged and replayed.
#include "simp_random.h"

#include "proof/final.h"
#include "proof/partial.h"
#include "proof/prune.h"

#include <unistd.h>

static uint64_t seed;

// ---------------------------------------------------- random formulas

// (a or C) for all a of a set and all C of another.
static void random_product (struct random_formula *f, struct rng *rng) {
  int factors[5], quotients[5][2];
  const unsigned m = 2 + rng_below (rng, 4), n = 2 + rng_below (rng, 4);
  const unsigned size = 1 + rng_below (rng, 2);
  for (unsigned i = 0; i != m; i++)
    factors[i] = random_lit (f, rng);
  for (unsigned i = 0; i != n; i++)
    for (unsigned k = 0; k != size; k++)
      quotients[i][k] = random_lit (f, rng);
  for (unsigned i = 0; i != m; i++)
    for (unsigned j = 0; j != n; j++) {
      const int lits[3] = {factors[i], quotients[j][0], quotients[j][size - 1]};
      if (rng_below (rng, 20))
        random_clause (f, lits, 1 + size);
    }
}

static void product_formula (struct random_formula *f, struct rng *rng) {
  memset (f, 0, sizeof *f);
  f->vars = 6 + rng_below (rng, 9);
  const unsigned products = 1 + rng_below (rng, 4);
  for (unsigned i = 0; i != products; i++)
    random_product (f, rng);
  random_clauses (f, rng, f->vars * rng_below (rng, 4), 5);
}

static void init_options (struct simp_options *o, struct rng *rng) {
  const struct option_table table = simp_option_table (o);
  options_init (&table);
  o->incremental = false;
  o->factor_size = 2 + rng_below (rng, 4);
  o->probe_interval = o->eliminate_interval = 1;
  o->simp_overhead = 1e6;
  o->eliminate = rng_bool (rng);
  o->preprocess = rng_below (rng, 4);
}

static struct simp_stats total;

static void one (uint64_t instance) {
  struct rng rng;
  rng_init (&rng, instance);
  struct random_formula f;
  product_formula (&f, &rng);
  struct simp_options options;
  init_options (&options, &rng);
  struct tested t;
  tested_init (&t, rng_bool (&rng), &options);
  tested_add_all (&t, &f, 0);
  const int res = core_solve (t.solver);
  const int expected = random_satisfiable (&f, 0, 0) ? 10 : 20;
  ck_assert_msg (res == expected, "instance %llu: %d",
                 (unsigned long long)instance, res);
  if (res == 10)
    ck_assert_msg (random_satisfied (&f, tested_model (&t, f.vars)),
                   "instance %llu: wrong model", (unsigned long long)instance);
  struct core_stats core;
  core_get_stats (t.solver, &core);
  ck_assert_uint_le (core.active + core.fixed, f.vars);
  const struct core_live *live = core_live_stats (t.solver);
  ck_assert_uint_le (live->active + live->fixed, f.vars);
  struct simp_stats stats;
  simp_get_stats (t.solver, &stats);
  stats_fold (&simp_stat_table, &total, &stats);
  tested_fini (&t);
  random_fini (&f);
}

START_TEST (products) {
  for (unsigned i = 0; i != 5000; i++)
    one (rng_mix (seed + i));
  ck_assert_uint_gt (total.factored, 0);
  ck_assert_uint_gt (total.factor_removed, total.factor_added);
}
END_TEST

// ---------------------------------------------------- what stays private

enum { HOLES = 8, PIGEON_VARS = HOLES * (HOLES + 1) };

static void pigeons (struct random_formula *f, int holes) {
  memset (f, 0, sizeof *f);
  f->vars = holes * (holes + 1);
  int lits[16];
  for (int p = 0; p <= holes; p++) {
    for (int h = 0; h != holes; h++)
      lits[h] = 1 + p * holes + h;
    random_clause (f, lits, holes);
  }
  for (int h = 1; h <= holes; h++)
    for (int p = 0; p <= holes; p++)
      for (int q = 0; q != p; q++) {
        const int two[2] = {-p * holes - h, -q * holes - h};
        random_clause (f, two, 2);
      }
}

struct shared {
  int lits[PIGEON_VARS];
  unsigned n;
  uint64_t id;
};

// Everything the first engine learned, for the second one.
struct channel {
  VEC (struct shared) clauses;
  size_t next;
  uint64_t max_id;
};

static void learned (void *state, const int *lits, unsigned n, unsigned glue,
                     uint64_t id) {
  struct channel *channel = state;
  struct shared shared = {.n = n, .id = id};
  (void)glue;
  for (unsigned i = 0; i != n; i++) {
    ck_assert_int_le (abs (lits[i]), PIGEON_VARS);
    shared.lits[i] = lits[i];
  }
  vec_push (&channel->clauses, shared);
  channel->max_id = id;
}

static bool importing (void *state) {
  const struct channel *channel = state;
  return channel->next != channel->clauses.size;
}

static bool import (void *state, struct core_import *clause, uint64_t *max_id) {
  struct channel *channel = state;
  if (!importing (state))
    return false;
  const struct shared *shared = channel->clauses.data + channel->next++;
  *clause = (struct core_import){shared->lits, shared->n, 1, shared->id};
  *max_id = channel->max_id;
  return true;
}

static struct solver *new_engine (const struct core_hooks *hooks,
                                  const struct proof_sink *sink, uint64_t lane,
                                  const struct random_formula *f) {
  struct core_options core;
  const struct option_table table = core_option_table (&core);
  options_init (&table);
  struct simp_options simp;
  const struct option_table simp_table = simp_option_table (&simp);
  options_init (&simp_table);
  simp.incremental = false;
  struct solver *solver = core_new (&core, hooks, sink, lane, 2);
  core_reserve (solver, f->vars, f->clauses);
  for (const int *at = f->lits.data, *end = at + f->lits.size; at != end;
       at++) {
    const int *start = at;
    while (*at)
      at++;
    core_add (solver, start, at - start);
  }
  simp_attach (solver, &simp);
  return solver;
}

// ---------------------------------------------------- merged proof

static void write_proof (struct partial *const *partials, uint64_t originals,
                         uint64_t empty_id, const char *path) {
  char error[FILE_ERROR_BYTES];
  struct file_out *file =
      file_out_open (&(struct file_target){.path = path}, error);
  ck_assert_msg (file != NULL, "%s", error);
  struct final *final = final_new (&(struct final_config){
      .file = file, .dir = "/tmp", .text = true, .originals = originals});
  struct prune *prune =
      prune_new (&(struct prune_config){.dir = "/tmp",
                                        .partials = partials,
                                        .n = 2,
                                        .lanes = 2,
                                        .originals = originals,
                                        .empty_id = empty_id,
                                        .sink = final_sink (final)});
  while (!prune_step (prune, originals, 1000))
    ;
  prune_finish (prune);
  while (!final_step (final, 1000))
    ;
  prune_free (prune);
  final_free (final);
  ck_assert (file_out_close (file, NULL));
}

typedef VEC (int64_t) numbers;

static void read_numbers (FILE *file, numbers *to) {
  long long number;
  vec_clear (to);
  while (fscanf (file, "%lld", &number) == 1 && number)
    vec_push (to, number);
}

struct replay {
  struct proof_sink sink;
  unsigned definitions[2]; // by lane of the variable
  bool empty;
};

static void replay_clause (struct replay *r, uint64_t id, const numbers *lits,
                           const numbers *hints) {
  int ints[4 * PIGEON_VARS];
  VEC (uint64_t) ids = {0};
  const bool definition = !hints->size || hints->data[0] < 0;
  for (size_t i = 0; i != lits->size; i++)
    ints[i] = lits->data[i];
  for_vec (int64_t, hint, hints)
    vec_push (&ids, *hint < 0 ? -*hint : *hint);
  if (definition)
    r->definitions[(abs (ints[0]) - PIGEON_VARS - 1) % 2]++;
  (definition ? r->sink.define : r->sink.add) (r->sink.state, id, ints,
                                               lits->size, ids.data, ids.size);
  r->empty = !lits->size;
  vec_fini (&ids);
}

static void replay_line (struct replay *r, FILE *file, uint64_t id) {
  char d[2];
  numbers lits = {0}, hints = {0};
  if (fscanf (file, " %1[d]", d) == 1) {
    read_numbers (file, &hints);
    for_vec (int64_t, dead, &hints)
      r->sink.remove (r->sink.state, *dead);
  } else {
    read_numbers (file, &lits);
    read_numbers (file, &hints);
    replay_clause (r, id, &lits, &hints);
  }
  vec_fini (&lits);
  vec_fini (&hints);
}

static void replay (const char *path, const struct random_formula *f,
                    struct replay *r) {
  struct online *online = online_new (NULL);
  uint64_t id = 0;
  for (const int *at = f->lits.data, *end = at + f->lits.size; at != end;
       at++) {
    const int *start = at;
    while (*at)
      at++;
    online_trust (online, ++id, start, at - start);
  }
  *r = (struct replay){.sink = online_sink (online)};
  FILE *file = fopen (path, "r");
  ck_assert (file != NULL);
  unsigned long long line;
  while (fscanf (file, "%llu", &line) == 1)
    replay_line (r, file, line);
  fclose (file);
  online_free (online);
}

// The first engine learns for a while, the second one imports all of it and
// finishes: the refutation needs definitions of both.
START_TEST (merged) {
  struct random_formula f;
  pigeons (&f, HOLES);
  struct channel channel = {0};
  const struct core_hooks hooks[2] = {
      {.state = &channel, .learned = learned},
      {.state = &channel, .import = import, .importing = importing}};
  struct partial *partials[2];
  uint64_t empty_id = 0;
  for (unsigned lane = 0; lane != 2; lane++) {
    partials[lane] = partial_new ("/tmp", lane, 2, f.clauses);
    const struct proof_sink sink = partial_sink (partials[lane]);
    struct solver *solver = new_engine (hooks + lane, &sink, lane, &f);
    if (!lane)
      core_limit_conflicts (solver, 700);
    ck_assert_int_eq (core_solve (solver), lane ? 20 : 0);
    struct simp_stats stats;
    simp_get_stats (solver, &stats);
    ck_assert_uint_gt (stats.factored, 0);
    empty_id = core_empty_id (solver);
    core_free (solver);
    partial_finish (partials[lane]);
  }
  ck_assert_uint_gt (channel.clauses.size, 0);
  char path[] = "/tmp/tutti-test-XXXXXX";
  close (mkstemp (path));
  write_proof (partials, f.clauses, empty_id, path);
  struct replay r;
  replay (path, &f, &r);
  ck_assert (r.empty);
  ck_assert_uint_gt (r.definitions[0], 0);
  ck_assert_uint_gt (r.definitions[1], 0);
  unlink (path);
  for (unsigned lane = 0; lane != 2; lane++)
    partial_free (partials[lane]);
  vec_fini (&channel.clauses);
  random_fini (&f);
}
END_TEST

// Ten pigeon holes take about 8000 conflicts if ties keep to the formula's
// order, and 20 times as many otherwise.
START_TEST (aligned) {
  struct random_formula f;
  pigeons (&f, 10);
  struct solver *solver = new_engine (NULL, NULL, 0, &f);
  core_limit_conflicts (solver, 40000);
  ck_assert_int_eq (core_solve (solver), 20);
  core_free (solver);
  random_fini (&f);
}
END_TEST

int main (void) {
  seed = suite_seed ();
  const char *instance = getenv ("INSTANCE");
  if (instance) {
    one (strtoull (instance, NULL, 10));
    return 0;
  }
  Suite *suite = suite_create ("simp_factor");
  TCase *tc = tcase_create ("factor");
  tcase_add_test (tc, products);
  tcase_add_test (tc, merged);
  tcase_add_test (tc, aligned);
  suite_add_tcase (suite, tc);
  return suite_run (suite);
}
