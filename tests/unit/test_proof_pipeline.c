// From synthetic engines to the final proof: several lanes derive clauses by
// resolution and share them in rounds; their partial files are pruned, merged
// and written for several numbers of processes.  The outcome is compared with
// a naive pruner and replayed through the online checker.
#include "proof/final.h"
#include "proof/online.h"
#include "proof/partial.h"
#include "proof/prune.h"
#include "proof/varint.h"

#include "base/hash.h"
#include "base/rng.h"
#include "base/vec.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static uint64_t seed;

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
  const struct proof_sink sink = partial_sink (lane->partial);
  sink.add (sink.state, res.id, res.lits, res.size, res.hints, 2);
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

static void world_init (struct world *world, uint64_t round_seed,
                        unsigned lanes) {
  memset (world, 0, sizeof *world);
  rng_init (&world->rng, round_seed);
  world->lanes = lanes;
  make_formula (world);
  for (unsigned l = 0; l < lanes; l++) {
    struct lane *lane = world->lane + l;
    lane->clock = (struct proof_clock){world->originals, l, lanes};
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
    ck_assert_uint_lt (world->rounds, MAX_ROUNDS);
    share (world);
  }
  for (unsigned l = 0; l < world->lanes; l++) // lines after the empty clause
    for (int i = 0; i < 50; i++)
      derive (world, world->lane + l);
  for (unsigned l = 0; l < world->lanes; l++)
    partial_finish (world->lane[l].partial);
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
  const uint64_t res = hash_map_size (&needed);
  hash_map_fini (&place);
  hash_map_fini (&needed);
  vec_fini (&work);
  return res;
}

// --- pruning by several processes, one after the other in each window --------

struct process {
  struct partial *partials[MAX_LANES];
  unsigned n;
  struct kept_file *file;
  struct prune *prune;
};

static void start_processes (struct world *world, struct process *processes,
                             unsigned num) {
  for (unsigned p = 0; p < num; p++) {
    struct process *process = processes + p;
    process->n = 0;
    for (unsigned l = 0; l < world->lanes; l++)
      if (l * num / world->lanes == p)
        process->partials[process->n++] = world->lane[l].partial;
    process->file = kept_file_new ("/tmp");
    process->prune = prune_new (
        &(struct prune_config){.dir = "/tmp",
                               .partials = process->partials,
                               .n = process->n,
                               .lanes = world->lanes,
                               .originals = world->originals,
                               .empty_id = world->empty_id,
                               .sink = kept_file_sink (process->file)});
  }
}

static void window (struct process *processes, unsigned num, uint64_t low,
                    uint64_t high) {
  struct ids ids = {0};
  for (unsigned p = 0; p < num; p++)
    prune_requests (processes[p].prune, low, high, &ids);
  for_vec (uint64_t, id, &ids)
    ck_assert (low < *id && *id <= high);
  for (unsigned p = 0; p < num; p++) {
    prune_need (processes[p].prune, ids.data, ids.size);
    while (!prune_step (processes[p].prune, low, 7))
      ;
  }
  vec_fini (&ids);
}

static void prune_all (struct world *world, struct process *processes,
                       unsigned num) {
  uint64_t high = world->empty_id;
  if (num > 1)
    for (unsigned r = world->rounds; r--;)
      if (world->epochs[r] < high && world->epochs[r] > world->originals) {
        window (processes, num, world->epochs[r], high);
        high = world->epochs[r];
      }
  window (processes, num, world->originals, high);
}

// Feeds pieces of odd sizes and merges into the sink.
static void merge_all (struct world *world, struct process *processes,
                       unsigned num, struct kept_sink sink) {
  struct kept_input inputs[MAX_LANES], pieces[MAX_LANES];
  struct kept_input *pointers[MAX_LANES];
  unsigned chosen;
  for (unsigned p = 0; p < num; p++) {
    kept_input_init (pointers[p] = inputs + p);
    kept_input_init (pieces + p);
    prune_finish (processes[p].prune);
    kept_file_finish (processes[p].file);
    while (kept_file_read (processes[p].file, pieces + p))
      ;
  }
  for (enum kept_status status;
       (status = kept_merge (pointers, num, &chosen)) != KEPT_END;)
    if (status == KEPT_LINE) {
      sink.line (sink.state, &inputs[chosen].line);
      kept_pop (inputs + chosen);
    } else {
      struct kept_input *from = pieces + chosen;
      size_t n = 1 + rng_below (&world->rng, 40);
      if (n > from->bytes.size - from->position)
        n = from->bytes.size - from->position;
      ck_assert_uint_gt (n, 0);
      kept_push (inputs + chosen, from->bytes.data + from->position, n);
      from->position += n;
    }
  for (unsigned p = 0; p < num; p++) {
    ck_assert_uint_eq (inputs[p].pushed, inputs[p].popped);
    kept_input_fini (inputs + p);
    kept_input_fini (pieces + p);
    kept_file_free (processes[p].file);
    prune_free (processes[p].prune);
  }
}

// --- reading the final proof back ------------------------------------------

struct replay {
  FILE *file;
  bool text;
  struct online *online;
  uint64_t next_id, added, live;
  bool empty;
};

static int64_t read_number (struct replay *replay) {
  if (replay->text) {
    int64_t number;
    ck_assert_int_eq (fscanf (replay->file, "%" SCNd64, &number), 1);
    return number;
  }
  uint64_t sum = 0;
  for (unsigned shift = 0;; shift += 7) {
    const int ch = getc (replay->file);
    ck_assert_int_ne (ch, EOF);
    sum |= (uint64_t)(ch & 127) << shift;
    if (!(ch & 128))
      return sum & 1 ? -(int64_t)(sum >> 1) : (int64_t)(sum >> 1);
  }
}

// Returns 'a', 'd' or EOF and the line's id.
static int read_start (struct replay *replay, uint64_t *id) {
  int ch;
  if (!replay->text) {
    ch = getc (replay->file);
    *id = ch == 'a' ? (uint64_t)read_number (replay) : 0;
    return ch;
  }
  if (fscanf (replay->file, "%" SCNu64, id) != 1)
    return EOF;
  ck_assert_int_eq (getc (replay->file), ' ');
  ch = getc (replay->file);
  if (ch == 'd')
    return ch;
  ungetc (ch, replay->file);
  return 'a';
}

static void replay_line (struct replay *replay, int type, uint64_t id) {
  const struct proof_sink sink = online_sink (replay->online);
  VEC (int) lits = {0};
  VEC (uint64_t) ids = {0};
  if (type == 'a')
    for (int64_t lit; (lit = read_number (replay));)
      vec_push (&lits, lit);
  for (int64_t hint; (hint = read_number (replay));) {
    ck_assert_int_gt (hint, 0);
    vec_push (&ids, hint);
  }
  if (type == 'a') {
    ck_assert_uint_eq (id, ++replay->next_id);
    sink.add (sink.state, id, lits.data, lits.size, ids.data, ids.size);
    replay->added++, replay->live++;
    replay->empty = !lits.size;
  } else
    for_vec (uint64_t, dead, &ids)
      sink.remove (sink.state, *dead), replay->live--;
  vec_fini (&lits);
  vec_fini (&ids);
}

// Every line must check, ids have no gaps, and at the end nothing lives but
// the empty clause and its hints: all others were deleted at their last use.
static uint64_t replay (struct world *world, const char *path, bool text) {
  struct replay replay = {.file = fopen (path, "r"),
                          .text = text,
                          .online = online_new (NULL),
                          .next_id = world->originals,
                          .live = world->originals};
  uint64_t id;
  ck_assert (replay.file != NULL);
  for (size_t i = 0; i < world->originals; i++)
    online_trust (replay.online, i + 1, world->clauses.data[i].lits,
                  world->clauses.data[i].size);
  for (int type; (type = read_start (&replay, &id)) != EOF;)
    replay_line (&replay, type, id);
  ck_assert (replay.empty);
  ck_assert_uint_le (replay.live, 3);
  fclose (replay.file);
  online_free (replay.online);
  return replay.added;
}

static void temp_name (char *path) {
  strcpy (path, "/tmp/tutti-test-XXXXXX");
  const int fd = mkstemp (path);
  ck_assert_int_ge (fd, 0);
  close (fd);
}

static void pipeline (uint64_t run_seed, unsigned lanes, unsigned num,
                      bool text) {
  struct world world;
  struct process processes[MAX_LANES];
  char path[64];
  temp_name (path);
  world_init (&world, run_seed, lanes);
  world_run (&world);
  start_processes (&world, processes, num);
  prune_all (&world, processes, num);
  struct final *final = final_new (&(struct final_config){
      .path = path, .dir = "/tmp", .text = text, .originals = world.originals});
  merge_all (&world, processes, num, final_sink (final));
  while (!final_step (final, 5))
    ;
  const uint64_t kept = naive_kept (&world);
  ck_assert_uint_eq (final_lines (final), kept);
  ck_assert_uint_eq (replay (&world, path, text), kept);
  final_free (final);
  ck_assert_int_eq (access (path, F_OK), 0);
  unlink (path);
  world_fini (&world);
}

START_TEST (pipelines) {
  static const struct {
    unsigned lanes, processes;
  } shapes[] = {{1, 1}, {2, 1}, {2, 2}, {3, 3}, {5, 2}, {9, 1}, {9, 4}, {9, 9}};
  for (unsigned i = 0; i < 8; i++)
    pipeline (seed + 97 * i + _i, shapes[_i].lanes, shapes[_i].processes,
              i & 1);
}
END_TEST

// An original clause is empty: no lines at all, and an empty proof.
START_TEST (empty_original) {
  char path[64];
  temp_name (path);
  struct partial *partial = partial_new ("/tmp", 0, 1, 3);
  partial_finish (partial);
  struct prune *prune = prune_new (&(struct prune_config){.dir = "/tmp",
                                                          .partials = &partial,
                                                          .n = 1,
                                                          .lanes = 1,
                                                          .originals = 3,
                                                          .empty_id = 2});
  ck_assert (prune_step (prune, 3, 1));
  prune_finish (prune);
  prune_free (prune);
  partial_free (partial);
  struct final *final = final_new (
      &(struct final_config){.path = path, .dir = "/tmp", .originals = 3});
  ck_assert (final_step (final, 1));
  ck_assert_uint_eq (final_bytes (final), 0);
  final_free (final);
  unlink (path);
}
END_TEST

// A proof that was not finished is removed.
START_TEST (unfinished) {
  char path[64];
  temp_name (path);
  struct final *final = final_new (
      &(struct final_config){.path = path, .dir = "/tmp", .originals = 3});
  final_free (final);
  ck_assert_int_ne (access (path, F_OK), 0);
}
END_TEST

// Random lines, some longer than a block, come back in reverse order.
START_TEST (backwards) {
  enum { LINES = 3000, STRIDE = 5, LANE = 3 };
  static uint64_t ids[LINES], seeds[LINES];
  static int lits[70000];
  static uint64_t hints[30000];
  struct rng rng;
  rng_init (&rng, seed);
  struct partial *partial = partial_new ("/tmp", LANE, STRIDE, 10);
  struct proof_sink sink = partial_sink (partial);
  struct proof_clock clock = {10, LANE, STRIDE};
  for (int i = 0; i < LINES; i++) {
    struct rng line;
    if (!rng_below (&rng, 9))
      proof_see_id (&clock, clock.seen + rng_below (&rng, 100000));
    ids[i] = proof_next_id (&clock);
    rng_init (&line, seeds[i] = rng_next64 (&rng));
    const unsigned max = rng_below (&line, 100) ? 20 : 70000;
    const unsigned n = rng_below (&line, max), h = rng_below (&line, max) / 3;
    for (unsigned k = 0; k < n; k++)
      lits[k] = rng_bool (&line) ? INT32_MAX - (int)k : (int)k - INT32_MAX;
    for (unsigned k = 0; k < h; k++)
      hints[k] = 1 + rng_next64 (&line) % (ids[i] - 1);
    sink.add (sink.state, ids[i], lits, n, hints, h);
  }
  partial_finish (partial);
  ck_assert_uint_eq (partial_last_id (partial), ids[LINES - 1]);
  struct partial_line got;
  for (int i = LINES; i--;) {
    struct rng line;
    ck_assert (partial_previous (partial, &got));
    ck_assert_uint_eq (got.id, ids[i]);
    rng_init (&line, seeds[i]);
    const unsigned max = rng_below (&line, 100) ? 20 : 70000;
    const unsigned n = rng_below (&line, max), h = rng_below (&line, max) / 3;
    const uint8_t *p = got.body;
    uint64_t number;
    for (unsigned k = 0; k < n; k++) {
      const int lit =
          rng_bool (&line) ? INT32_MAX - (int)k : (int)k - INT32_MAX;
      p = varint_get (p, &number);
      ck_assert_int_eq (varint_to_lit (number), lit);
    }
    ck_assert_uint_eq (*p++, 0);
    for (unsigned k = 0; k < h; k++) {
      p = varint_get (p, &number);
      ck_assert_uint_eq (ids[i] - number,
                         1 + rng_next64 (&line) % (ids[i] - 1));
    }
    ck_assert_uint_eq (*p++, 0);
    ck_assert_ptr_eq (p, got.body + got.bytes);
  }
  ck_assert (!partial_previous (partial, &got));
  partial_free (partial);
}
END_TEST

int main (int argc, char **argv) {
  seed = argc > 1 ? strtoull (argv[1], NULL, 10) : (uint64_t)time (NULL);
  printf ("seed %" PRIu64 "\n", seed);
  Suite *suite = suite_create ("proof");
  TCase *tcase = tcase_create ("pipeline");
  tcase_set_timeout (tcase, 120);
  tcase_add_loop_test (tcase, pipelines, 0, 8);
  tcase_add_test (tcase, empty_original);
  tcase_add_test (tcase, unfinished);
  tcase_add_test (tcase, backwards);
  suite_add_tcase (suite, tcase);
  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_NORMAL);
  const int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed != 0;
}
