// Sharing over all ranks: what an engine exports reaches every other engine
// once, with ids that respect the rounds.
#include "mpi/rounds.h"

#include "mpi/lanes.h"
#include "proof/proof.h"
#include "ranks.h"

enum { ENGINES = 2, EXPORTS = 400, MAX_LANES = 64 };

struct player { // plays an engine
  struct share_port *port;
  struct proof_clock clock;
  unsigned exported;
  unsigned imported;
  bool seen[MAX_LANES][EXPORTS];
};

struct scene {
  struct ranks *ranks;
  struct tree tree;
  struct rounds *rounds;
  struct share *share;
  struct rng rng;
  unsigned lanes;
  struct player players[ENGINES];
};

// Clause i of a lane: its first literal tells both, the others are noise.
static unsigned make_clause (unsigned lane, unsigned i, int *lits) {
  const unsigned code = lane * EXPORTS + i, size = 1 + code % 4;
  lits[0] = 1 + code;
  for (unsigned k = 1; k < size; k++)
    lits[k] = -(int)(MAX_LANES * EXPORTS + 10 * k + rng_mix (code + k) % 10);
  return size;
}

static void export_one (struct scene *scene, struct player *player) {
  int lits[4];
  const unsigned size =
      make_clause (player->clock.lane, player->exported, lits);
  const uint64_t id = proof_next_id (&player->clock);
  if (share_export (player->port, lits, size, 1 + rng_below (&scene->rng, size),
                    id))
    player->exported++;
}

static int first_of (const struct share_clause *clause) {
  for (unsigned i = 0; i < clause->size; i++)
    if (clause->lits[i] > 0)
      return clause->lits[i];
  return 0;
}

static void import_all (struct scene *scene, struct player *player) {
  const struct share_clause *clause;
  while ((clause = share_import (player->port))) {
    const uint64_t max_id = share_import_max_id (player->port);
    EXPECT (clause->id <= max_id);
    proof_see_id (&player->clock, max_id);
    const unsigned code = first_of (clause) - 1;
    const unsigned lane = code / EXPORTS, i = code % EXPORTS;
    EXPECT (lane < scene->lanes && lane != player->clock.lane);
    EXPECT (clause->id % scene->lanes == lane);
    EXPECT (!player->seen[lane][i]);
    player->seen[lane][i] = true;
    player->imported++;
    int lits[4];
    EXPECT (clause->size == make_clause (lane, i, lits));
  }
}

// returns    true if this rank's engines have everything
static bool play (struct scene *scene) {
  bool complete = true;
  for (unsigned e = 0; e < ENGINES; e++) {
    struct player *player = &scene->players[e];
    for (unsigned n = rng_below (&scene->rng, 8); n--;)
      if (player->exported < EXPORTS)
        export_one (scene, player);
    import_all (scene, player);
    complete &= player->imported == (scene->lanes - 1) * EXPORTS;
  }
  return complete;
}

static void start (struct scene *scene) {
  const struct ranks *ranks = scene->ranks;
  struct share_config config = {
      .engines = ENGINES, .max_var = 2 * MAX_LANES * EXPORTS, .with_ids = true};
  struct option_table table = share_option_table (&config.options);
  options_init (&table);
  config.options.share_base_lits = 500; // what comes takes several rounds
  scene->lanes = ENGINES * ranks->size;
  scene->share = share_new (&config);
  for (unsigned e = 0; e < ENGINES; e++)
    scene->players[e] =
        (struct player){.port = share_port (scene->share, e),
                        .clock = {.seen = 1000,
                                  .lane = ENGINES * ranks->rank + e,
                                  .stride = scene->lanes}};
  rounds_begin (scene->rounds, scene->share, 20);
}

static void check_epochs (const struct scene *scene) {
  size_t n;
  const uint64_t *epochs = rounds_epochs (scene->rounds, &n);
  EXPECT (n >= 2);
  for (size_t i = 1; i < n; i++)
    EXPECT (epochs[i - 1] <= epochs[i]);
  EXPECT (epochs[n - 1] >= EXPORTS);
  EXPECT (rounds_stats (scene->rounds)->finished >= 2);
}

// Ranks begin at different times; the root, which starts the rounds, first.
static void wait_a_little (struct scene *scene) {
  const double begin = clock_wall_s () + 0.05 * scene->ranks->rank;
  POLL_UNTIL (scene->ranks, clock_wall_s () >= begin);
}

int main (int argc, char **argv) {
  struct ranks ranks;
  static struct scene scene;
  ranks_init (&ranks, &argc, &argv);
  scene.ranks = &ranks;
  rng_init (&scene.rng, ranks.seed + ranks.rank);
  // pretended hosts make an irregular tree
  const uint64_t hosts[] = {1, 2, 1, 2, 1, 3, 3, 3};
  tree_init (&scene.tree, ranks.rank, ranks.size,
             ranks.size <= 8 ? hosts : wire_hosts (ranks.wire), NULL);
  scene.rounds = rounds_new (ranks.wire, &scene.tree);
  ranks_meet (&ranks);
  wait_a_little (&scene);
  start (&scene);
  const double begin = clock_wall_s ();
  bool complete = false;
  while (!complete) {
    ranks_poll (&ranks);
    rounds_step (scene.rounds, clock_wall_s ());
    complete = play (&scene);
    EXPECT (clock_wall_s () - begin < RANKS_PATIENCE_S);
  }
  // the others may still need our part in their rounds
  wire_send (ranks.wire, 0, WIRE_BYE, 0, NULL, 0);
  while (!ranks.go) {
    ranks_poll (&ranks);
    rounds_step (scene.rounds, clock_wall_s ());
    play (&scene);
    EXPECT (clock_wall_s () - begin < RANKS_PATIENCE_S);
    if (!ranks.rank && ranks.arrived == ranks.size) {
      ranks.arrived = 0;
      for (int rank = 0; rank < ranks.size; rank++)
        wire_send (ranks.wire, rank, WIRE_STOP, 0, NULL, 0);
    }
  }
  ranks.go = false;
  rounds_end (scene.rounds);
  if (tree_is_root (&scene.tree))
    check_epochs (&scene);
  ranks_meet (&ranks);
  rounds_free (scene.rounds);
  share_free (scene.share);
  ranks_fini (&ranks);
  return 0;
}
