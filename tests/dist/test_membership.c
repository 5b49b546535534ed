// Membership under random faults on a simulated machine: whoever is left
// agrees, and nobody goes on side by side.
//
// Each seed makes a machine of 3 to 40 ranks on some hosts and hurts it for a
// minute: ranks die (told to their host or not), stall, are cut off from each
// other.  Checked are, at each installation, that a number means one view, and
// that the ranks of a view are a quorum of no other that goes on; at the end,
// that all ranks of a view agree and that a majority has not been lost.
#include "base/rng.h"
#include "dist/membership.h"
#include "dist/tree.h"
#include "../unit/suite.h"
#include "wire/simulated.h"

#include <string.h>

// Check notes each assertion, which takes longer than all that is simulated.
#define EXPECT(COND)                                                           \
  do {                                                                         \
    if (!(COND))                                                               \
      ck_abort_msg ("failed: %s", #COND);                                      \
  } while (0)

enum { MAX_RANKS = 40 };

struct rank {
  struct world *world;
  struct wire *wire;
  struct membership *membership;
  struct tree tree;
  uint32_t installed; // number of the view
};

struct world {
  int size;
  struct rng rng;
  struct transport_card cards[MAX_RANKS];
  struct simulated *machine;
  struct rank ranks[MAX_RANKS];
  struct view history[4096]; // by number, as first installed
  bool trace;
};

static void watch (struct rank *rank) {
  wire_watch_nobody (rank->wire);
  if (rank->tree.parent >= 0)
    wire_watch (rank->wire, rank->tree.parent);
  for (int i = 0; i < rank->tree.num_children; i++)
    wire_watch (rank->wire, rank->tree.children[i]);
}

static int number_of (const struct rank *rank) {
  return rank - rank->world->ranks;
}

static void install (void *state, const struct view *view) {
  struct rank *rank = state;
  struct world *world = rank->world;
  EXPECT (view->number > rank->installed);
  EXPECT (view->number < 4096);
  struct view *first = &world->history[view->number];
  if (!first->number)
    view_copy (first, view);
  EXPECT (view_same (first, view));
  EXPECT (first->excluded.size == view->excluded.size);
  for (size_t i = 0; i < view->excluded.size; i++)
    EXPECT (first->excluded.data[i] == view->excluded.data[i]);
  rank->installed = view->number;
  if (world->trace)
    printf ("%9.4f rank %d installs %u without %zu\n",
            simulated_now_s (world->machine), number_of (rank), view->number,
            view->excluded.size);
  tree_init (&rank->tree, number_of (rank), world->size, world->cards, view);
  watch (rank);
}

static double step (void *state) {
  struct rank *rank = state;
  bool moved = wire_poll (rank->wire);
  moved |= membership_step (rank->membership);
  if (membership_status (rank->membership) > MEMBERSHIP_FROZEN) {
    wire_poll (rank->wire);
    if (rank->world->trace)
      printf ("%9.4f rank %d ends: %d\n",
              simulated_now_s (rank->world->machine), number_of (rank),
              membership_status (rank->membership));
    return -1;
  }
  return moved ? 1e-4 : 4e-3;
}

static void init_rank (struct world *world, int number) {
  struct rank *rank = &world->ranks[number];
  const struct transport transport =
      simulated_transport (world->machine, number);
  const struct wire_options options = {
      .heartbeat_ms = 200, .suspect_ms = 1000, .window_bytes = 1 << 20};
  const struct membership_config config = {.suspect_ms = 1000,
                                           .partition_ms = 8000,
                                           .install = install,
                                           .state = rank};
  rank->world = world;
  rank->wire = wire_new (&transport, &options);
  rank->membership = membership_new (rank->wire, &config);
  rank->installed = 1;
  tree_init (&rank->tree, number, world->size, world->cards, NULL);
  watch (rank);
  simulated_start (world->machine, number, step, rank);
}

static void init (struct world *world, uint64_t seed) {
  memset (world, 0, sizeof *world);
  rng_init (&world->rng, seed);
  world->trace = getenv ("TRACE");
  world->size = 3 + rng_below (&world->rng, MAX_RANKS - 2);
  const unsigned hosts = 1 + rng_below (&world->rng, world->size);
  for (int rank = 0; rank < world->size; rank++)
    world->cards[rank].host = rng_below (&world->rng, hosts);
  world->machine = simulated_new (world->size, world->cards, &simulated_tcp,
                                  rng_next64 (&world->rng));
  for (int rank = 0; rank < world->size; rank++)
    init_rank (world, rank);
}

static void fini (struct world *world) {
  simulated_end (world->machine);
  for (int rank = 0; rank < world->size; rank++) {
    membership_free (world->ranks[rank].membership);
    wire_free (world->ranks[rank].wire, false);
  }
  for (size_t i = 0; i < 4096; i++)
    view_fini (&world->history[i]);
  simulated_free (world->machine);
}

static void cut (struct world *world) {
  bool side[MAX_RANKS];
  const unsigned share = 1 + rng_below (&world->rng, 9);
  for (int rank = 0; rank < world->size; rank++)
    side[rank] = rng_below (&world->rng, 10) < share;
  simulated_cut (world->machine, side, 6 * rng_double (&world->rng));
}

static void hurt (struct world *world) {
  const int victim = rng_below (&world->rng, world->size);
  const unsigned what = rng_below (&world->rng, 10);
  if (world->trace)
    printf ("%9.4f fault %u at %d\n", simulated_now_s (world->machine), what,
            victim);
  if (what < 5)
    simulated_kill (world->machine, victim, rng_bool (&world->rng));
  else if (what < 8)
    simulated_stall (world->machine, victim, 4 * rng_double (&world->rng));
  else
    cut (world);
}

// Faults come in bursts.
static void run (struct world *world) {
  double now_s = 0;
  for (unsigned n = 1 + rng_below (&world->rng, world->size); n--;) {
    now_s += rng_bool (&world->rng) ? 1e-2 * rng_double (&world->rng)
                                    : 6 * rng_double (&world->rng);
    simulated_run (world->machine, now_s);
    hurt (world);
  }
  simulated_run (world->machine, now_s + 60);
}

static void judge (struct world *world) {
  uint32_t newest = 0;
  int going_on = 0;
  for (int rank = 0; rank < world->size; rank++) {
    const struct rank *r = &world->ranks[rank];
    if (simulated_dead (world->machine, rank) ||
        simulated_ended (world->machine, rank))
      continue;
    EXPECT (membership_status (r->membership) == MEMBERSHIP_STABLE);
    if (!newest)
      newest = r->installed;
    EXPECT (r->installed == newest);
    going_on++;
  }
  for (int rank = 0; newest && rank < world->size; rank++) {
    const bool lives = !simulated_dead (world->machine, rank) &&
                       !simulated_ended (world->machine, rank);
    const struct view *view = &world->history[newest];
    if (newest > 1 || view->number)
      EXPECT (lives == view_has (view, rank));
  }
  (void)going_on;
}

static unsigned survived, ended;

static void try_seed (uint64_t seed) {
  static struct world world;
  init (&world, seed);
  run (&world);
  judge (&world);
  bool alive = false;
  for (int rank = 0; rank < world.size; rank++)
    alive |= !simulated_dead (world.machine, rank) &&
             !simulated_ended (world.machine, rank);
  survived += alive;
  ended += !alive;
  fini (&world);
}

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
enum { SEEDS = 100 };
#else
enum { SEEDS = 500 };
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
  printf ("%u machines went on, %u ended\n", survived, ended);
}
END_TEST

int main (void) {
  Suite *suite = suite_create ("membership");
  TCase *tests = tcase_create ("simulated");
  tcase_add_test (tests, random_faults);
  suite_add_tcase (suite, tests);
  return suite_run (suite);
}
