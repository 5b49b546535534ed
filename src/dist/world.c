// world.c - wire, membership and tree of one rank.
#include "dist/world.h"

#include "dist/door.h"

const struct world_options world_defaults = {
    .wire = {.heartbeat_ms = 1000,
             .suspect_ms = 10000,
             .window_bytes = 1 << 20},
    .partition_ms = 60000,
};

static void watch_neighbours (struct world *world) {
  const struct tree *tree = &world->tree;
  wire_watch_nobody (world->wire);
  if (!tree_is_root (tree))
    wire_watch (world->wire, tree->parent);
  for (int i = 0; i < tree->num_children; i++)
    wire_watch (world->wire, tree->children[i]);
}

static void build (struct world *world, const struct view *view) {
  struct wire *wire = world->wire;
  tree_init (&world->tree, wire_rank (wire), wire_size (wire),
             wire_cards (wire), view);
  watch_neighbours (world);
}

static void install (void *state, const struct view *view) {
  struct world *world = state;
  build (world, view);
  if (world->follower.changed)
    world->follower.changed (world->follower.state);
}

static void report (void *state, struct bytes *bytes) {
  struct world *world = state;
  if (world->follower.report)
    world->follower.report (world->follower.state, bytes);
}

static void learn (void *state, int rank, const uint8_t *data, size_t bytes) {
  struct world *world = state;
  if (world->follower.learn)
    world->follower.learn (world->follower.state, rank, data, bytes);
}

void world_init (struct world *world, const struct transport *transport,
                 const struct world_options *options) {
  const struct membership_config config = {
      .suspect_ms = options->wire.suspect_ms,
      .partition_ms = options->partition_ms,
      .install = install,
      .report = report,
      .learn = learn,
      .state = world,
  };
  *world = (struct world){.wire = wire_new (transport, &options->wire)};
  world->membership = membership_new (world->wire, &config);
  lanes_init (&world->lanes, transport->rank, transport->size,
              transport->cards);
  build (world, NULL);
  door_install (world->wire, &world->tree);
}

// Those left out of the view may be stopped, and nobody would wake them.
static void end_excluded (struct world *world) {
  const struct view *view = membership_view (world->membership);
  if (world_member (world))
    for_vec (const int, rank, &view->excluded)
      wire_end_rank (world->wire, *rank);
}

void world_fini (struct world *world, bool orderly) {
  end_excluded (world);
  membership_free (world->membership);
  wire_free (world->wire, orderly);
}

bool world_step (struct world *world) {
  const bool moved = wire_poll (world->wire);
  return membership_step (world->membership) || moved;
}

bool world_member (const struct world *world) {
  return membership_status (world->membership) <= MEMBERSHIP_FROZEN;
}

bool world_complete (const struct world *world) {
  return world->tree.size == wire_size (world->wire);
}
