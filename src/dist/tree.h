// Who talks to whom: a tree over the ranks in which each host is a subtree,
// and the two movements on it, reduce and broadcast.
//
// Hosts in order of their smallest rank form a binary heap (host k has the
// child hosts 2k+1 and 2k+2), and so do the ranks of a host in rank order.
// The first rank of a host is its leader; a leader's parent is the leader of
// the parent host, and that is the only link that leaves the host upwards.
// With P ranks on H hosts exactly H-1 links cross hosts, no rank has more
// than four children, and the depth is at most log2 H + log2 P/H + 2.
//
// Example: 7 ranks on the hosts a = {0,1,2,5}, b = {3,4}, c = {6}.
//
//             0a              children of 0: 1 2 (own host), 3 6 (leaders)
//        .---'||'---.         children of 1: 5
//        1a  2a|    3b  6c    children of 3: 4
//        |           |        subtree sizes: 0:7 1:2 2:1 3:2 4:1 5:1 6:1
//        5a          4b
//
// One rank a host, or all ranks on one host, give the plain heap 2i+1, 2i+2.
#ifndef DIST_TREE_H
#define DIST_TREE_H

#include "base/bytes.h"
#include "dist/view.h"
#include "wire/wire.h"

#include <stdbool.h>
#include <stdint.h>

enum { TREE_CHILDREN = 4 };

struct tree {
  int rank;
  int parent; // -1 at the root, which is the view's smallest rank
  int num_children;
  int children[TREE_CHILDREN]; // ranks
  int root;
  int subtree; // number of ranks below, this one included
  int size;    // number of ranks in the whole tree
};

// Computes this rank's place.
//
//   cards      of all 'size' ranks
//   view       'rank' is a member; null: all are
void tree_init (struct tree *, int rank, int size,
                const struct transport_card *cards, const struct view *view);

// The index of a child in 'children', or -1.
int tree_child (const struct tree *, int rank);

static inline bool tree_is_root (const struct tree *tree) {
  return tree->parent < 0;
}

// Sends to every child; to the parent (there must be one).
void tree_send_down (const struct tree *, struct wire *, enum wire_kind,
                     uint32_t round, const void *data, size_t bytes);
void tree_send_up (const struct tree *, struct wire *, enum wire_kind,
                   uint32_t round, const void *data, size_t bytes);

// Collects one contribution of each child for a round; what to make of them
// and the own one is the owner's business.  A contribution to a newer round
// starts that round, whatever the state of the older; stale ones and those of
// strangers are ignored.
struct tree_reduce {
  uint32_t round;
  bool started; // some round was
  bool own;     // this rank is ready to add its own contribution
  int missing;  // children not heard of
  struct tree_part {
    bool here;
    struct bytes bytes;
  } parts[TREE_CHILDREN]; // as in tree->children
};

void tree_reduce_init (struct tree_reduce *);
void tree_reduce_fini (struct tree_reduce *);
void tree_reduce_restart (struct tree_reduce *); // in another tree

// Says that this rank takes part in that round with a contribution of its
// own.
//
//   returns    false if the round is older than the current one
bool tree_reduce_join (struct tree_reduce *, const struct tree *,
                       uint32_t round);

// Takes a child's contribution.
//
//   returns    false if it was stale, doubled or not a child's
bool tree_reduce_add (struct tree_reduce *, const struct tree *,
                      const struct wire_message *);

// True when joined and all children's contributions are there; once a round.
// 'parts' stays valid until a newer round starts.
bool tree_reduce_take (struct tree_reduce *);

#endif
