// A world: the ranks that are alive, who they are and how they are connected.
// It answers question after question; when its membership changes, the present
// question is told.
#ifndef DIST_WORLD_H
#define DIST_WORLD_H

#include "dist/lanes.h"
#include "dist/membership.h"
#include "dist/tree.h"

struct world_follower {          // the present question
  void (*changed) (void *state); // the tree is new
  void (*report) (void *state, struct bytes *);
  void (*learn) (void *state, int rank, const uint8_t *data, size_t bytes);
  void *state;
};

struct world {
  struct wire *wire;
  struct membership *membership;
  struct tree tree;
  struct lanes lanes;
  struct world_follower follower; // all null: nobody
};

struct world_options {
  struct wire_options wire;
  unsigned partition_ms; // without a quorum for so long: cut off
};

extern const struct world_options world_defaults;

//   transport  copied; closed by world_fini
void world_init (struct world *, const struct transport *,
                 const struct world_options *);

//   orderly    as for wire_free
void world_fini (struct world *, bool orderly);

// Polls the wire and watches the membership.
//
//   returns    true if anything moved
bool world_step (struct world *);

// True as long as this rank belongs to the others.
bool world_member (const struct world *);

// True if no rank has been lost so far.
bool world_complete (const struct world *);

static inline bool world_root (const struct world *world) {
  return tree_is_root (&world->tree);
}

static inline int world_rank (const struct world *world) {
  return world->tree.rank;
}

static inline double world_now_s (const struct world *world) {
  return wire_now_s (world->wire);
}

#endif
