// A whole question under random faults on a simulated machine, from the
// formula to the counters: never a wrong answer or two, never a rank that
// hangs, and an answer whenever ranks are left that may give one.
//
// Each seed makes a machine of 1 to 40 ranks on some hosts, a formula, engines
// that share clauses, and a moment at which some of them know the answer; ranks
// die, stall and are cut off meanwhile.
#include "base/file.h"
#include "base/rng.h"
#include "check/check.h"
#include "dist/question.h"
#include "prover.h"
#include "../unit/suite.h"
#include "wire/simulated.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

// Check notes each assertion, which takes longer than all that is simulated.
#define EXPECT(COND)                                                           \
  do {                                                                         \
    if (!(COND))                                                               \
      ck_abort_msg ("failed: %s", #COND);                                      \
  } while (0)

enum { MAX_RANKS = 40, MAX_VAR = 3000 };

struct rank {

  struct machine *machine;
  struct world own;
  struct question *question;
  struct rng rng;
  int number;
  struct share *share;
  uint64_t next_id;
  struct prover prover;    // of a machine that proves
  bool adopted[MAX_RANKS]; // it has their partial proofs
  struct partial *partials[MAX_RANKS];
  bool running, stopping;
  double begun_s, stopping_s, answer_s; // when its engines know
  int lines;                            // of the formula put so far
  int stage;                            // traced
  uint32_t generation;
};

struct machine {
  int size;
  struct rng rng;
  struct transport_card cards[MAX_RANKS];
  struct simulated *simulated;
  struct rank ranks[MAX_RANKS];
  int status;          // the truth
  int lines, chunk;    // clauses of the formula, clauses of a chunk
  double limit_s;      // of time; 0: none
  int said[MAX_RANKS]; // by rank: -1 nothing, else the status
  bool trace;
  bool proving, required;
  struct file_out *proof;
  bool checked; // a proof was complete and right
};

/*------------------------------------------------------------------------*/
// The formula: clause i is (i+1, -(i+2)), or the prover's.

static int clause (const struct machine *machine, int i, int *lits) {
  if (machine->proving)
    return prover_original (i, lits);
  lits[0] = i % 1000 + 1;
  lits[1] = -(i % 1000 + 2);
  return 2;
}

static enum stream_source read_chunk (void *state, int **lits, size_t *size,
                                      int *num_vars) {
  struct rank *rank = state;
  struct machine *machine = rank->machine;
  *num_vars = MAX_VAR;
  if (rank->lines == machine->lines)
    return SOURCE_END;
  if (rng_below (&rank->rng, 2))
    return SOURCE_WAITING;
  int count = machine->lines - rank->lines;
  if (count > machine->chunk)
    count = machine->chunk;
  *lits = mem_alloc ((PROVER_VARS + 1) * count * sizeof **lits);
  *size = 0;
  for (int i = 0; i < count; i++, rank->lines++) {
    *size += clause (machine, rank->lines, *lits + *size);
    (*lits)[(*size)++] = 0;
  }
  return SOURCE_CHUNK;
}

static void check_formula (const struct rank *rank,
                           const struct formula *formula) {
  struct formula_cursor cursor = {0};
  const int *lits;
  size_t size;
  int i = 0, wrong = 0;
  for (; formula_next (formula, &cursor, &lits, &size); i++) {
    int expected[PROVER_VARS];
    const size_t n = clause (rank->machine, i, expected);
    wrong += size != n || memcmp (lits, expected, n * sizeof *lits);
  }
  EXPECT (!wrong);
  EXPECT (i == rank->machine->lines);
  EXPECT (formula->num_vars == MAX_VAR);
}

/*------------------------------------------------------------------------*/
// Engines.

static double now_s (const struct rank *rank) {
  return simulated_now_s (rank->machine->simulated);
}

static struct share *start_engines (void *state, const struct formula *formula,
                                    unsigned *period_ms) {
  struct rank *rank = state;
  struct share_config config = {.engines = 1,
                                .max_var = MAX_VAR,
                                .with_ids = true,
                                .team = rank->own.lanes.total};
  struct option_table table = share_option_table (&config.options);
  check_formula (rank, formula);
  EXPECT (!rank->running);
  options_init (&table);
  rank->running = true;
  rank->share = share_new (&config);
  if (rank->machine->proving)
    rank->prover.port = share_port (rank->share, 0);
  rank->begun_s = now_s (rank);
  *period_ms = 200;
  return rank->share;
}

static bool engines_loaded (void *state) {
  const struct rank *rank = state;
  return now_s (rank) > rank->begun_s + 0.2;
}

static void stop_engines (void *state) {
  struct rank *rank = state;
  rank->stopping = true;
  rank->stopping_s = now_s (rank);
}

static bool engines_stopped (void *state) {
  const struct rank *rank = state;
  return rank->stopping && now_s (rank) > rank->stopping_s + 0.02;
}

static bool get_answer (void *state, struct outcome *outcome) {
  const struct rank *rank = state;
  if (rank->machine->proving) {
    outcome->status = 20;
    outcome->cause = CAUSE_ANSWER;
    outcome->lane = rank->number;
    outcome->empty_id = rank->prover.empty_id;
    return rank->prover.empty_id;
  }
  if (now_s (rank) < rank->answer_s)
    return false;
  outcome->status = rank->machine->status;
  outcome->cause = outcome->status ? CAUSE_ANSWER : CAUSE_EXHAUSTED;
  outcome->lane = rank->own.lanes.first;
  return true;
}

static signed char value_of (int var) {
  return rng_mix (var) & 1 ? 1 : -1;
}

static const signed char *get_model (void *state) {
  static signed char values[MAX_VAR + 1];
  (void)state;
  for (int var = 1; var <= MAX_VAR; var++)
    values[var] = value_of (var);
  return values;
}

static bool believe (void *state, const struct formula *formula,
                     const signed char *values) {
  const struct rank *rank = state;
  check_formula (rank, formula);
  int wrong = 0;
  for (int var = 1; var <= MAX_VAR; var++)
    wrong += values[var] != value_of (var);
  EXPECT (!wrong);
  return true;
}

// Heirs read the very file here; of a process they would have one of their own.
static bool is_adopted (const struct rank *rank) {
  for (int heir = 0; heir < rank->machine->size; heir++)
    if (rank->machine->ranks[heir].adopted[rank->number])
      return true;
  return false;
}

static void play (struct rank *rank) {
  const struct share_clause *clause;
  if (!rank->running || rank->stopping)
    return;
  if (rank->machine->proving) {
    if (is_adopted (rank))
      return;
    prover_run (&rank->prover, 3);
    return;
  }
  struct share_port *port = share_port (rank->share, 0);
  const uint64_t total = rank->own.lanes.total;
  for (unsigned n = !rng_below (&rank->rng, 5); n--;) {
    int lits[3] = {1 + rng_below (&rank->rng, 1000),
                   -1001 - (int)rng_below (&rank->rng, 500),
                   2000 + rng_below (&rank->rng, 500)};
    const uint64_t id = rank->next_id * total + rank->own.lanes.first + total;
    share_export (port, lits, 3, 1 + rng_below (&rank->rng, 3), id);
    rank->next_id++;
  }
  while ((clause = share_import (port))) {
    const uint64_t max_id = share_import_max_id (port);
    EXPECT (clause->id <= max_id);
    EXPECT (clause->size == 3);
    EXPECT (clause->id % total != rank->own.lanes.first);
    if (rank->next_id * total < max_id)
      rank->next_id = max_id / total + 1;
  }
}

/*------------------------------------------------------------------------*/
// What the root tells.

static unsigned answered, unknown, silent, proofs;

static void decided (void *state, const struct outcome *outcome) {
  const struct rank *rank = state;
  if (rank->machine->trace)
    printf ("%9.4f rank %d decides %d, cause %d of rank %d\n", now_s (rank),
            rank->number, outcome->status, outcome->cause, outcome->rank);
}

static void say (void *state, const struct outcome *outcome,
                 const signed char *values) {
  struct rank *rank = state;
  struct machine *machine = rank->machine;
  if (machine->trace)
    printf ("%9.4f rank %d says %d\n", now_s (rank), rank->number,
            outcome->status);
  EXPECT (machine->said[rank->number] == -1);
  EXPECT (!outcome->status || outcome->status == machine->status);
  EXPECT (!machine->proving || outcome->status != 20 || machine->checked ||
          (!machine->required && question_proof_lost (rank->question)));
  proofs += machine->proving && outcome->status == 20 && machine->checked;
  EXPECT (outcome->status != 10 || values);
  machine->said[rank->number] = outcome->status;
}

static void count (void *state, void *stats) {
  (void)state;
  *(uint64_t *)stats = 1;
}

static void fold (void *into, const void *from) {
  uint64_t more;
  memcpy (&more, from, sizeof more);
  *(uint64_t *)into += more;
}

static void tell_stats (void *state, const void *stats, int ranks) {
  (void)state;
  EXPECT (*(const uint64_t *)stats <= (uint64_t)ranks);
}

static void show (void *state, const void *moment) {
  struct rank *rank = state;
  EXPECT (*(const uint64_t *)moment == (uint64_t)rank->own.tree.size);
}

/*------------------------------------------------------------------------*/

// What the dead have logged stays, and is taken over once on their host.
static struct partial *const *get_partials (void *state, unsigned *n) {
  struct rank *rank = state;
  *n = 0;
  rank->partials[(*n)++] = rank->prover.partial;
  for (int other = 0; other < rank->machine->size; other++)
    if (rank->adopted[other])
      rank->partials[(*n)++] = rank->machine->ranks[other].prover.partial;
  return rank->partials;
}

// One adopted rank in ten turns out to be lost.
static bool adopt (void *state, int other) {
  struct rank *rank = state;
  const struct machine *machine = rank->machine;
  EXPECT (machine->cards[other].host == machine->cards[rank->number].host);
  if (machine->trace)
    printf ("%9.4f rank %d adopts rank %d\n", now_s (rank), rank->number,
            other);
  for (int heir = 0; heir < machine->size; heir++)
    if (machine->ranks[heir].adopted[other])
      rank->partials[0] = NULL; // again, from an heir that died since
  rank->adopted[other] = rng_below (&rank->rng, 10);
  return rank->adopted[other];
}

static char *print_formula (const struct machine *machine, size_t *bytes) {
  char *text = malloc (64 + 64 * machine->lines);
  size_t n = sprintf (text, "p cnf %d %d\n", MAX_VAR, machine->lines);
  for (int i = 0; i < machine->lines; i++) {
    int lits[PROVER_VARS];
    const int size = clause (machine, i, lits);
    for (int k = 0; k < size; k++)
      n += sprintf (text + n, "%d ", lits[k]);
    n += sprintf (text + n, "0\n");
  }
  *bytes = n;
  return text;
}

static struct file_out *begin_proof (void *state) {
  struct rank *rank = state;
  char error[FILE_ERROR_BYTES];
  file_out_discard (rank->machine->proof);
  rank->machine->proof =
      file_out_open (&(struct file_target){.spool = "/tmp"}, error);
  EXPECT (rank->machine->proof);
  return rank->machine->proof;
}

static void lost (void *state, int rank) {
  (void)state, (void)rank;
}

static int check (void *state) {
  struct rank *rank = state;
  size_t bytes;
  char *text = print_formula (rank->machine, &bytes);
  const struct check_config config = {
      .formula = {.name = "formula", .data = text, .bytes = bytes},
      .proof = {.name = "proof", .fd = file_out_end (rank->machine->proof)}};
  struct check_result result;
  if (!check_refutation (&config, &result))
    ck_abort_msg ("%s", result.message);
  free (text);
  rank->machine->checked = true;
  return 1;
}

static void trace_stage (struct rank *rank) {
  const int stage = question_stage (rank->question);
  const uint32_t generation = wire_generation (rank->own.wire);
  if (rank->machine->trace &&
      (stage != rank->stage || generation != rank->generation))
    printf ("%9.4f rank %d generation %u stage %d size %d\n", now_s (rank),
            rank->number, generation, stage, rank->own.tree.size);
  rank->stage = stage;
  rank->generation = generation;
}

static double step (void *state) {
  struct rank *rank = state;
  const struct machine *machine = rank->machine;
  bool moved = world_step (&rank->own);
  trace_stage (rank);
  play (rank);
  if (machine->limit_s && now_s (rank) > machine->limit_s &&
      world_root (&rank->own))
    question_end (rank->question, CAUSE_TIME, 0);
  if (world_root (&rank->own) && !rng_below (&rank->rng, 50))
    question_ask (rank->question);
  moved |= question_step (rank->question);
  if (question_stage (rank->question) != QUESTION_OVER)
    return moved ? 1e-4 : 1e-2;
  for (unsigned i = 0; i < 10; i++)
    wire_poll (rank->own.wire);
  if (machine->trace)
    printf ("%9.4f rank %d ends, cause %d\n", now_s (rank), rank->number,
            question_outcome (rank->question)->cause);
  return -1;
}

static const struct question_hooks hooks = {.read = read_chunk,
                                            .start = start_engines,
                                            .loaded = engines_loaded,
                                            .stop = stop_engines,
                                            .stopped = engines_stopped,
                                            .answer = get_answer,
                                            .partials = get_partials,
                                            .adopt = adopt,
                                            .proof = begin_proof,
                                            .check = check,
                                            .lost = lost,
                                            .model = get_model,
                                            .believe = believe,
                                            .decided = decided,
                                            .say = say,
                                            .stats_bytes = sizeof (uint64_t),
                                            .moment_bytes = sizeof (uint64_t),
                                            .count = count,
                                            .fold_stats = fold,
                                            .tell_stats = tell_stats,
                                            .look = count,
                                            .fold_moment = fold,
                                            .show = show};

static void init_rank (struct machine *machine, int number) {
  struct rank *rank = &machine->ranks[number];
  const struct transport transport =
      simulated_transport (machine->simulated, number);
  const struct world_options options = {
      .wire = {.heartbeat_ms = 100, .suspect_ms = 400, .window_bytes = 1 << 18},
      .partition_ms = 4000};
  const struct question_config config = {.grace_ms = 1000,
                                         .proving = machine->proving,
                                         .proof_required = machine->required,
                                         .proof_dir = "/tmp"};
  struct question_hooks own = hooks;
  rank->machine = machine;
  rank->number = number;
  rng_init (&rank->rng, rng_next64 (&machine->rng));
  rank->answer_s =
      rng_below (&machine->rng, 3) ? 1e9 : 5 * rng_double (&machine->rng);
  machine->said[number] = -1;
  if (machine->proving)
    prover_init (&rank->prover, rng_next64 (&machine->rng), number,
                 machine->size, "/tmp");
  world_init (&rank->own, &transport, &options);
  own.state = rank;
  rank->question = question_new (&rank->own, &own, &config);
  simulated_start (machine->simulated, number, step, rank);
}

static void init (struct machine *machine, uint64_t seed) {
  memset (machine, 0, sizeof *machine);
  rng_init (&machine->rng, seed);
  machine->trace = getenv ("TRACE");
  machine->size = 1 + rng_below (&machine->rng,
                                 rng_below (&machine->rng, 10) ? 8 : MAX_RANKS);
  machine->status = 10 * rng_below (&machine->rng, 3);
  machine->proving = !rng_below (&machine->rng, 3);
  machine->required = rng_bool (&machine->rng);
  machine->lines =
      rng_below (&machine->rng, rng_below (&machine->rng, 20) ? 2000 : 100000);
  machine->chunk = 1 + rng_below (&machine->rng, 1 + machine->lines / 2);
  if (machine->proving) {
    machine->status = 20;
    machine->lines = PROVER_CLAUSES;
    machine->chunk = 1 + rng_below (&machine->rng, 40);
  }
  machine->limit_s =
      (rng_bool (&machine->rng) ? 20 : 5) * rng_double (&machine->rng);
  const unsigned hosts = 1 + rng_below (&machine->rng, machine->size);
  for (int rank = 0; rank < machine->size; rank++) {
    machine->cards[rank].host = rng_below (&machine->rng, hosts);
    machine->cards[rank].words[LANES_WANTED] = 1;
  }
  machine->simulated =
      simulated_new (machine->size, machine->cards, &simulated_tcp,
                     rng_next64 (&machine->rng));
  for (int rank = 0; rank < machine->size; rank++)
    init_rank (machine, rank);
}

static void fini (struct machine *machine) {
  simulated_end (machine->simulated);
  for (int rank = 0; rank < machine->size; rank++) {
    question_free (machine->ranks[rank].question);
    world_fini (&machine->ranks[rank].own, false);
    if (machine->proving)
      prover_fini (&machine->ranks[rank].prover);
    if (machine->ranks[rank].share)
      share_free (machine->ranks[rank].share);
  }
  simulated_free (machine->simulated);
  file_out_discard (machine->proof);
}

static void cut (struct machine *machine) {
  bool side[MAX_RANKS];
  const unsigned share = 1 + rng_below (&machine->rng, 9);
  for (int rank = 0; rank < machine->size; rank++)
    side[rank] = rng_below (&machine->rng, 10) < share;
  simulated_cut (machine->simulated, side, 3 * rng_double (&machine->rng));
}

static void hurt (struct machine *machine) {
  const int victim = rng_below (&machine->rng, machine->size);
  const unsigned what = rng_below (&machine->rng, 10);
  if (machine->trace)
    printf ("%9.4f fault %u at %d\n", simulated_now_s (machine->simulated),
            what, victim);
  if (what < 5)
    simulated_kill (machine->simulated, victim, rng_bool (&machine->rng));
  else if (what < 8)
    simulated_stall (machine->simulated, victim,
                     2 * rng_double (&machine->rng));
  else
    cut (machine);
}

static void run (struct machine *machine) {
  double at_s = 0;
  for (unsigned n = rng_below (&machine->rng, machine->size + 1); n--;) {
    at_s += rng_bool (&machine->rng) ? 1e-2 * rng_double (&machine->rng)
                                     : 1.5 * rng_double (&machine->rng);
    if (!simulated_run (machine->simulated, at_s))
      return;
    hurt (machine);
  }
  // Everybody has ended by then if there was a reason to.
  const double until_s = (at_s > 20 ? at_s : 20) + 60;
  simulated_run (machine->simulated, until_s);
}

static void judge (struct machine *machine) {
  int sayings = 0, by_living = 0, status = 0;
  bool reason = machine->limit_s > 0;
  for (int rank = 0; rank < machine->size; rank++) {
    const bool dead = simulated_dead (machine->simulated, rank);
    reason |= !dead && machine->ranks[rank].answer_s < 1e9 && machine->status;
    if (machine->said[rank] < 0)
      continue;
    sayings++;
    by_living += !dead && machine->said[rank];
    status |= machine->said[rank];
  }
  for (int rank = 0; reason && rank < machine->size; rank++)
    EXPECT (simulated_dead (machine->simulated, rank) ||
            simulated_ended (machine->simulated, rank));
  EXPECT (by_living <= 1);
  answered += status != 0;
  unknown += sayings && !status;
  silent += !sayings;
}

static void try_seed (uint64_t seed) {
  static struct machine machine;
  init (&machine, seed);
  run (&machine);
  judge (&machine);
  fini (&machine);
}

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
enum { SEEDS = 300 };
#else
enum { SEEDS = 10000 };
#endif

START_TEST (random_faults) {
  const char *only = getenv ("TUTTI_TEST_SEED"), *many = getenv ("SEEDS");
  const unsigned long seeds = many ? strtoul (many, NULL, 10) : SEEDS;
  const uint64_t first = only ? strtoull (only, NULL, 10) : 1;
  for (uint64_t seed = first; seed < first + (only ? 1 : seeds); seed++) {
    if (getenv ("VERBOSE"))
      fprintf (stderr, "seed %llu\n", (unsigned long long)seed);
    try_seed (seed);
  }
  printf ("%u answered, %u with proof, %u unknown, %u silent\n", answered,
          proofs, unknown, silent);
}
END_TEST

int main (void) {
  Suite *suite = suite_create ("question");
  TCase *tests = tcase_create ("simulated");
  tcase_add_test (tests, random_faults);
  suite_add_tcase (suite, tests);
  return suite_run (suite);
}
