// Every rank gets the formula that rank 0 reads, clause by clause; an error or
// an interruption there ends all ranks alike.
#include "mpi/stream.h"

#include "base/hash.h"
#include "ranks.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct scene {
  struct ranks *ranks;
  struct tree tree;
  char path[64];  // rank 0's file
  uint64_t print; // fingerprint of rank 0's formula
  bool told;
};

static uint64_t fingerprint (const struct formula *formula) {
  struct formula_cursor cursor = {0};
  const int *lits;
  size_t size;
  uint64_t print = rng_mix (formula->num_vars);
  while (formula_next (formula, &cursor, &lits, &size))
    print = hash_bytes (lits, size * sizeof *lits, rng_mix (print + size));
  return print;
}

static void write_clause (FILE *file, struct rng *rng, unsigned size) {
  for (unsigned i = 0; i < size; i++)
    fprintf (file, "%s%u ", rng_bool (rng) ? "-" : "",
             1 + rng_below (rng, 100000));
  fprintf (file, "0\n");
}

static void write_formula (struct scene *scene, struct rng *rng,
                           unsigned clauses, unsigned longest) {
  FILE *file = fopen (scene->path, "w");
  EXPECT (file);
  fprintf (file, "p cnf 123456 %u\n", clauses);
  for (unsigned i = 0; i < clauses; i++)
    write_clause (file, rng, rng_below (rng, longest + 1));
  EXPECT (!fclose (file));
}

static void on_print (void *state, const struct wire_message *msg) {
  struct scene *scene = state;
  memcpy (&scene->print, msg->data, sizeof scene->print);
  scene->told = true;
}

// Compares with what rank 0 has.
static void compare (struct scene *scene, const struct formula *formula) {
  struct wire *wire = scene->ranks->wire;
  const uint64_t print = fingerprint (formula);
  if (!scene->ranks->rank)
    for (int rank = 0; rank < scene->ranks->size; rank++)
      wire_send (wire, rank, WIRE_TEST, 0, &print, sizeof print);
  POLL_UNTIL (scene->ranks, scene->told);
  scene->told = false;
  EXPECT (scene->print == print);
  ranks_meet (scene->ranks);
}

static void test_formula (struct scene *scene, unsigned clauses,
                          unsigned longest, size_t chunk_ints) {
  struct formula formula = {0};
  struct rng rng;
  char error[CNF_ERROR_BYTES];
  rng_init (&rng, scene->ranks->seed + clauses);
  if (!scene->ranks->rank)
    write_formula (scene, &rng, clauses, longest);
  const struct stream_config config = {.path = scene->path,
                                       .options = {.chunk_ints = chunk_ints}};
  EXPECT (stream_formula (scene->ranks->wire, &scene->tree, &config, &formula,
                          error) == STREAM_COMPLETE);
  EXPECT (formula.num_clauses == clauses && formula.num_vars == 123456);
  compare (scene, &formula);
  formula_fini (&formula);
}

static void test_broken (struct scene *scene, const char *text) {
  struct formula formula = {0};
  char error[CNF_ERROR_BYTES] = "";
  if (!scene->ranks->rank) {
    FILE *file = fopen (scene->path, "w");
    EXPECT (file && fputs (text, file) >= 0 && !fclose (file));
  }
  const struct stream_config config = {.path = scene->path,
                                       .options = {.chunk_ints = 4}};
  EXPECT (stream_formula (scene->ranks->wire, &scene->tree, &config, &formula,
                          error) == STREAM_FAILED);
  EXPECT (scene->ranks->rank || strstr (error, scene->path));
  formula_fini (&formula);
  ranks_meet (scene->ranks);
}

static void test_refused (struct scene *scene) {
  struct formula formula = {0};
  char error[CNF_ERROR_BYTES] = "";
  const struct stream_config config = {.path = scene->path,
                                       .failure = "no room"};
  EXPECT (stream_formula (scene->ranks->wire, &scene->tree, &config, &formula,
                          error) == STREAM_FAILED);
  EXPECT (scene->ranks->rank || !strcmp (error, "no room"));
  ranks_meet (scene->ranks);
}

static bool impatient (void *state) {
  return ++*(unsigned *)state > 20;
}

// A pipe that nobody writes to: the reader hangs, the ranks must not.
static void test_interrupted (struct scene *scene) {
  struct formula formula = {0};
  char error[CNF_ERROR_BYTES];
  unsigned asked = 0;
  unlink (scene->path);
  if (!scene->ranks->rank)
    EXPECT (!mkfifo (scene->path, 0600));
  const struct stream_config config = {
      .path = scene->path, .interrupted = impatient, .state = &asked};
  const double start = clock_wall_s ();
  EXPECT (stream_formula (scene->ranks->wire, &scene->tree, &config, &formula,
                          error) == STREAM_INTERRUPTED);
  EXPECT (clock_wall_s () - start < RANKS_PATIENCE_S);
  formula_fini (&formula);
  ranks_meet (scene->ranks);
}

int main (int argc, char **argv) {
  struct ranks ranks;
  struct scene scene = {.ranks = &ranks};
  ranks_init (&ranks, &argc, &argv);
  snprintf (scene.path, sizeof scene.path, "/tmp/tutti-stream-%d-%d.cnf",
            (int)getpid (), ranks.rank);
  tree_init (&scene.tree, ranks.rank, ranks.size, wire_hosts (ranks.wire),
             NULL);
  wire_handle (ranks.wire, WIRE_TEST, on_print, &scene);
  wire_hold (ranks.wire, WIRE_FORMULA); // between two formulas
  ranks_meet (&ranks);
  test_formula (&scene, 0, 0, 0);
  test_formula (&scene, 1, 0, 0);
  test_formula (&scene, 3000, 5, 16);
  test_formula (&scene, 50000, 10, 0);
  test_formula (&scene, 3, 500000, 0); // clauses beyond a chunk
  test_broken (&scene, "p cnf 2 2\n1 2 0\n1 x 0\n");
  test_broken (&scene, "");
  test_refused (&scene);
  test_interrupted (&scene);
  unlink (scene.path);
  ranks_fini (&ranks);
  return 0;
}
