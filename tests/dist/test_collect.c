// Collecting proofs over ranks: the merged proof of synthetic engines has as
// many lines as a naive pruner keeps, and the checker accepts it; streams with
// lines longer than the credit get through; a collection may be broken
// off.
#include "dist/collect.h"

#include "check/check.h"

#include "../proof_world.h"
#include "base/memory.h"
#include "ranks.h"

static unsigned first_lane (const struct ranks *ranks, int rank,
                            unsigned lanes) {
  return lanes * rank / ranks->size;
}

static struct tree make_tree (const struct ranks *ranks, uint64_t seed) {
  struct tree tree;
  struct rng rng;
  struct transport_card cards[64] = {{0}};
  rng_init (&rng, seed);
  for (int i = 0; i < ranks->size; i++)
    cards[i].host = rng_below (&rng, 3);
  tree_init (&tree, ranks->rank, ranks->size, cards, NULL);
  return tree;
}

static struct file_out *open_file (void) {
  char error[FILE_ERROR_BYTES];
  struct file_out *file = file_out_open (
      &(struct file_target){.path = NULL, .spool = "/tmp"}, error);
  EXPECT (file != NULL);
  return file;
}

static char *print_formula (const struct world *world, size_t *bytes) {
  char *text = malloc (64 + world->originals * (VARS * 4 + 4));
  size_t n = sprintf (text, "p cnf %d %d\n", VARS, (int)world->originals);
  for (size_t i = 0; i < world->originals; i++) {
    const struct derived *clause = world->clauses.data + i;
    for (int k = 0; k < clause->size; k++)
      n += sprintf (text + n, "%d ", clause->lits[k]);
    n += sprintf (text + n, "0\n");
  }
  *bytes = n;
  return text;
}

static void check_proof (const struct world *world, struct file_out *file,
                         const struct collect_stats *stats) {
  size_t bytes;
  char *text = print_formula (world, &bytes);
  const struct check_config config = {
      .formula = {.name = "formula", .data = text, .bytes = bytes},
      .proof = {.name = "proof", .fd = file_out_end (file)}};
  struct check_result result;
  if (!check_refutation (&config, &result))
    fprintf (stderr, "%s\n", result.message);
  EXPECT (result.verdict == CHECK_VERIFIED);
  EXPECT (result.added == stats->merged_lines);
  EXPECT (stats->merged_lines == naive_kept (world));
  free (text);
}

static void drive (struct ranks *ranks, struct collect *collect) {
  const double start = ranks_now_s (ranks);
  while (collect_step (collect) != COLLECT_DONE) {
    ranks_poll (ranks);
    EXPECT (ranks_now_s (ranks) - start < RANKS_PATIENCE_S);
  }
  ranks_meet (ranks);
}

static void collect_world (struct ranks *ranks, uint64_t seed, unsigned lanes,
                           bool text) {
  static _Thread_local struct world world;
  struct partial *partials[MAX_LANES];
  const unsigned first = first_lane (ranks, ranks->rank, lanes);
  const unsigned end = first_lane (ranks, ranks->rank + 1, lanes);
  const struct tree tree = make_tree (ranks, seed);
  struct file_out *file = NULL;
  if (!ranks->rank)
    file = open_file ();
  world_init (&world, seed, lanes, first, end);
  const struct collect_config config = {.file = file,
                                        .temp_dir = "/tmp",
                                        .text = text,
                                        .originals = world.originals,
                                        .lanes = lanes};
  struct collect *collect = collect_new (ranks->wire, &tree, &config);
  ranks_meet (ranks);
  world_run (&world);
  const bool early = seed & 1;
  if (!ranks->rank && early)
    collect_start (collect, world.empty_id, world.epochs, world.rounds);
  for (unsigned l = first; l < end; l++)
    partials[l - first] = world.lane[l].partial;
  collect_ready (collect, partials, end - first);
  if (!ranks->rank && !early)
    collect_start (collect, world.empty_id, world.epochs, world.rounds);
  drive (ranks, collect);
  if (!ranks->rank) {
    check_proof (&world, file, collect_stats (collect));
    EXPECT (collect_stats (collect)->windows <= world.rounds + 1);
  }
  collect_free (collect);
  file_out_discard (file);
  world_fini (&world);
}

// --- long lines --------------------------------------------------------------

enum { LONG_LINES = 200, LONG_LITS = 100000 };

// A chain in each lane, then the empty clause, which needs all chains.
static void write_chain (struct partial *partial, struct rng *rng,
                         uint64_t lane, uint64_t lanes) {
  static _Thread_local int lits[LONG_LITS];
  const struct proof_sink sink = partial_sink (partial);
  uint64_t id = 2 * lanes + lane, hint = 1;
  for (int i = 0; i < LONG_LITS; i++)
    lits[i] = i + 1;
  for (int i = 0; i < LONG_LINES; i++) {
    const unsigned n = 1 + rng_below (rng, i % 40 ? 9000 : LONG_LITS);
    sink.add (sink.state, id, lits, n, &hint, 1);
    hint = id;
    id += lanes;
  }
  if (!lane) {
    uint64_t hints[MAX_LANES];
    for (unsigned l = 0; l < lanes; l++)
      hints[l] = hint + l;
    sink.add (sink.state, id, NULL, 0, hints, lanes);
  }
}

static void collect_chains (struct ranks *ranks) {
  const struct wire_options small = {
      .heartbeat_ms = 500, .suspect_ms = 20000, .window_bytes = 1 << 16};
  struct rng rng;
  struct file_out *file = NULL;
  const uint64_t lanes = ranks->size;
  const uint64_t epoch = lanes * (LONG_LINES + 2) - 1;
  const struct tree tree = make_tree (ranks, ranks->seed);
  wire_configure (ranks->wire, &small);
  rng_init (&rng, ranks->seed + ranks->rank);
  if (!ranks->rank)
    file = open_file ();
  struct partial *partial = partial_new ("/tmp", ranks->rank, lanes, lanes);
  write_chain (partial, &rng, ranks->rank, lanes);
  const struct collect_config config = {
      .file = file, .temp_dir = "/tmp", .originals = lanes, .lanes = lanes};
  struct collect *collect = collect_new (ranks->wire, &tree, &config);
  ranks_meet (ranks);
  collect_ready (collect, &partial, 1);
  if (!ranks->rank)
    collect_start (collect, epoch + 1, &epoch, 1);
  drive (ranks, collect);
  if (!ranks->rank)
    EXPECT (collect_stats (collect)->merged_lines == lanes * LONG_LINES + 1);
  collect_free (collect);
  partial_free (partial);
  file_out_discard (file);
  ranks_meet (ranks);
}

// Freed before it was started.
static void collect_nothing (struct ranks *ranks) {
  struct file_out *file = ranks->rank ? NULL : open_file ();
  const struct tree tree = make_tree (ranks, ranks->seed);
  const struct collect_config config = {
      .file = file, .temp_dir = "/tmp", .originals = 3, .lanes = 8};
  struct collect *collect = collect_new (ranks->wire, &tree, &config);
  EXPECT (collect_step (collect) == COLLECT_WAITING);
  collect_free (collect);
  file_out_discard (file);
  ranks_meet (ranks);
}

// An original clause is the empty one.
static void collect_original (struct ranks *ranks) {
  static const char formula[] = "p cnf 1 2\n1 0\n0\n";
  struct file_out *file = NULL;
  const uint64_t lanes = ranks->size;
  const struct tree tree = make_tree (ranks, ranks->seed);
  if (!ranks->rank)
    file = open_file ();
  const struct collect_config config = {
      .file = file, .temp_dir = "/tmp", .originals = 2, .lanes = lanes};
  struct collect *collect = collect_new (ranks->wire, &tree, &config);
  struct partial *partial = partial_new ("/tmp", ranks->rank, lanes, 2);
  ranks_meet (ranks);
  collect_ready (collect, &partial, 1);
  if (!ranks->rank)
    collect_start (collect, 2, NULL, 0);
  drive (ranks, collect);
  EXPECT (ranks->rank || collect_stats (collect)->merged_lines == 1);
  struct check_config check = {.formula = {.name = "formula",
                                           .data = formula,
                                           .bytes = strlen (formula)},
                               .proof = {.name = "proof"}};
  if (!ranks->rank)
    check.proof.fd = file_out_end (file);
  struct check_result result;
  EXPECT (ranks->rank || check_refutation (&check, &result));
  collect_free (collect);
  partial_free (partial);
  file_out_discard (file);
  ranks_meet (ranks);
}

static void body (struct ranks *ranks) {
  collect_nothing (ranks);
  collect_original (ranks);
  for (unsigned i = 0; i < 6; i++)
    collect_world (ranks, ranks->seed + i,
                   ranks->size + i > MAX_LANES ? MAX_LANES : ranks->size + i,
                   i & 2);
  collect_chains (ranks);
}

int main (int argc, char **argv) {
  return ranks_main (argc, argv, body);
}
