// Sharing over all ranks: what an engine exports reaches every other engine
// once, with ids that respect the rounds.
#include "dist/rounds.h"

#include "base/memory.h"
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
static void wait_a_little (struct ranks *ranks) {
  const double begin_s = ranks_now_s (ranks) + 0.05 * ranks->rank;
  POLL_UNTIL (ranks, ranks_now_s (ranks) >= begin_s);
}

// Pretended hosts make an irregular tree.
static void make_tree (struct scene *scene) {
  struct transport_card cards[8] = {{.host = 1}, {.host = 2}, {.host = 1},
                                    {.host = 2}, {.host = 1}, {.host = 3},
                                    {.host = 3}, {.host = 3}};
  const struct ranks *ranks = scene->ranks;
  tree_init (&scene->tree, ranks->rank, ranks->size,
             ranks->size <= 8 ? cards : wire_cards (ranks->wire), NULL);
}

static bool take_part (struct scene *scene) {
  ranks_poll (scene->ranks);
  rounds_step (scene->rounds, ranks_now_s (scene->ranks));
  return play (scene);
}

// Until this rank has everything; then the others may still need its part.
static void share_all (struct scene *scene) {
  struct ranks *ranks = scene->ranks;
  const double begin_s = ranks_now_s (ranks);
  while (!take_part (scene))
    EXPECT (ranks_now_s (ranks) - begin_s < RANKS_PATIENCE_S);
  ranks_say_here (ranks);
  while (!ranks->go) {
    ranks_gather (ranks);
    take_part (scene);
    EXPECT (ranks_now_s (ranks) - begin_s < RANKS_PATIENCE_S);
  }
}

static void body (struct ranks *ranks) {
  struct scene *scene = mem_calloc (1, sizeof *scene);
  scene->ranks = ranks;
  rng_init (&scene->rng, ranks->seed + ranks->rank);
  make_tree (scene);
  scene->rounds = rounds_new (ranks->wire, &scene->tree);
  ranks_meet (ranks);
  wait_a_little (ranks);
  start (scene);
  share_all (scene);
  rounds_end (scene->rounds);
  if (tree_is_root (&scene->tree))
    check_epochs (scene);
  ranks_meet (ranks);
  rounds_free (scene->rounds);
  share_free (scene->share);
  mem_free (scene);
}

int main (int argc, char **argv) {
  return ranks_main (argc, argv, body);
}
