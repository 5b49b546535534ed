// The tree: a tree, each host a subtree left by one link; reductions and
// broadcasts over it, round after round, with stale messages in between.
#include "mpi/tree.h"

#include "ranks.h"

enum { MAX_RANKS = 200 };

struct forest { // every rank's view
  int size;
  uint64_t hosts[MAX_RANKS];
  bool dead[MAX_RANKS];
  struct tree trees[MAX_RANKS];
};

static void build (struct forest *forest, struct rng *rng) {
  forest->size = 1 + rng_below (rng, MAX_RANKS);
  const unsigned hosts = 1 + rng_below (rng, forest->size);
  const bool some_dead = rng_bool (rng);
  for (int rank = 0; rank < forest->size; rank++) {
    forest->hosts[rank] = rng_mix (rng_below (rng, hosts));
    forest->dead[rank] = some_dead && !rng_below (rng, 4);
  }
  forest->dead[rng_below (rng, forest->size)] = false;
  for (int rank = 0; rank < forest->size; rank++)
    if (!forest->dead[rank])
      tree_init (&forest->trees[rank], rank, forest->size, forest->hosts,
                 forest->dead);
}

static void check_links (const struct forest *forest, int rank) {
  const struct tree *tree = &forest->trees[rank];
  EXPECT (tree->num_children <= TREE_CHILDREN);
  int sum = 1;
  for (int i = 0; i < tree->num_children; i++) {
    const int child = tree->children[i];
    EXPECT (!forest->dead[child]);
    EXPECT (forest->trees[child].parent == rank);
    EXPECT (tree_child (tree, child) == i);
    sum += forest->trees[child].subtree;
  }
  EXPECT (tree_child (tree, rank) < 0);
  EXPECT (tree->subtree == sum);
}

// Counts links between hosts, and checks that the root is reached.
static int climb (const struct forest *forest, int rank) {
  const struct tree *tree = &forest->trees[rank];
  unsigned depth = 0;
  int at = rank;
  while (forest->trees[at].parent >= 0) {
    at = forest->trees[at].parent;
    EXPECT (++depth <= 16);
  }
  EXPECT (forest->trees[at].subtree == tree->size);
  return tree->parent >= 0 &&
         forest->hosts[rank] != forest->hosts[tree->parent];
}

static int count_hosts (const struct forest *forest) {
  int count = 0;
  for (int rank = 0; rank < forest->size; rank++) {
    bool first = !forest->dead[rank];
    for (int other = 0; other < rank; other++)
      if (!forest->dead[other] && forest->hosts[other] == forest->hosts[rank])
        first = false;
    count += first;
  }
  return count;
}

static void test_shape (struct ranks *ranks) {
  static struct forest forest;
  struct rng rng;
  rng_init (&rng, ranks->seed + ranks->rank);
  for (unsigned i = 0; i < 300; i++) {
    build (&forest, &rng);
    int links = 0, roots = 0, alive = 0;
    for (int rank = 0; rank < forest.size; rank++) {
      if (forest.dead[rank])
        continue;
      check_links (&forest, rank);
      links += climb (&forest, rank);
      roots += tree_is_root (&forest.trees[rank]);
      alive++;
    }
    EXPECT (roots == 1);
    EXPECT (links == count_hosts (&forest) - 1);
    for (int rank = 0; rank < forest.size; rank++)
      EXPECT (forest.dead[rank] || forest.trees[rank].size == alive);
  }
}

static void test_example (void) { // the one of tree.h
  const uint64_t hosts[] = {10, 10, 10, 11, 11, 10, 12};
  const int parents[] = {-1, 0, 0, 0, 3, 1, 0};
  const int subtrees[] = {7, 2, 1, 2, 1, 1, 1};
  for (int rank = 0; rank < 7; rank++) {
    struct tree tree;
    tree_init (&tree, rank, 7, hosts, NULL);
    EXPECT (tree.parent == parents[rank]);
    EXPECT (tree.subtree == subtrees[rank]);
  }
}

static void test_plain_heap (bool one_host) {
  uint64_t hosts[MAX_RANKS];
  for (int rank = 0; rank < MAX_RANKS; rank++)
    hosts[rank] = one_host ? 7 : 1000 - rank;
  for (int rank = 0; rank < MAX_RANKS; rank++) {
    struct tree tree;
    tree_init (&tree, rank, MAX_RANKS, hosts, NULL);
    EXPECT (tree.parent == (rank ? (rank - 1) / 2 : -1));
  }
}

/*------------------------------------------------------------------------*/
// Rounds of sums over pretended hosts.  Each rank adds (rank + 1) * round; the
// root tells the sum, and starts the next round when it has come.  Every third
// round is abandoned half way: the even ranks never join it.

enum { ROUNDS = 60 };

struct summing {
  struct ranks *ranks;
  struct tree tree;
  struct tree_reduce reduce;
  uint32_t told;  // last round whose sum came down
  unsigned wrong; // stale contributions seen (must be ignored)
  bool over;
};

static bool abandoned (uint32_t round) {
  return round % 3 == 0;
}

static void join (struct summing *sum, uint32_t round) {
  if (abandoned (round) && sum->ranks->rank % 2 == 0)
    return;
  EXPECT (tree_reduce_join (&sum->reduce, &sum->tree, round));
}

static void on_start (void *state, const struct wire_message *msg) {
  struct summing *sum = state;
  tree_send_down (&sum->tree, sum->ranks->wire, WIRE_ROUND_START, msg->round,
                  NULL, 0);
  join (sum, msg->round);
}

static void on_up (void *state, const struct wire_message *msg) {
  struct summing *sum = state;
  if (!tree_reduce_add (&sum->reduce, &sum->tree, msg))
    sum->wrong++;
  EXPECT (!tree_reduce_add (&sum->reduce, &sum->tree, msg));
}

static void on_down (void *state, const struct wire_message *msg) {
  struct summing *sum = state;
  uint64_t total;
  EXPECT (msg->bytes == sizeof total);
  memcpy (&total, msg->data, sizeof total);
  const uint64_t size = sum->ranks->size;
  EXPECT (total == size * (size + 1) / 2 * msg->round);
  tree_send_down (&sum->tree, sum->ranks->wire, WIRE_ROUND_DOWN, msg->round,
                  msg->data, msg->bytes);
  sum->told = msg->round;
  sum->over = msg->round == ROUNDS - 1;
}

static void start_round (struct summing *sum, uint32_t round) {
  const struct wire_message msg = {.round = round};
  on_start (sum, &msg);
}

static void finish_round (struct summing *sum) {
  EXPECT (!tree_reduce_take (&sum->reduce)); // only once
  uint64_t total = (sum->ranks->rank + 1) * (uint64_t)sum->reduce.round;
  for (int i = 0; i < sum->tree.num_children; i++) {
    uint64_t part;
    EXPECT (sum->reduce.parts[i].bytes.size == sizeof part);
    memcpy (&part, sum->reduce.parts[i].bytes.data, sizeof part);
    total += part;
  }
  const struct wire_message msg = {.round = sum->reduce.round,
                                   .data = (const uint8_t *)&total,
                                   .bytes = sizeof total};
  if (!tree_is_root (&sum->tree))
    tree_send_up (&sum->tree, sum->ranks->wire, WIRE_ROUND_UP, msg.round,
                  &total, sizeof total);
  else {
    on_down (sum, &msg);
    if (abandoned (msg.round + 1))
      start_round (sum, msg.round + 1);
    if (!sum->over)
      start_round (sum, msg.round + 1 + abandoned (msg.round + 1));
  }
}

static void test_rounds (struct ranks *ranks, const uint64_t *hosts) {
  struct summing sum = {.ranks = ranks};
  tree_init (&sum.tree, ranks->rank, ranks->size, hosts, NULL);
  tree_reduce_init (&sum.reduce);
  wire_handle (ranks->wire, WIRE_ROUND_START, on_start, &sum);
  wire_handle (ranks->wire, WIRE_ROUND_UP, on_up, &sum);
  wire_handle (ranks->wire, WIRE_ROUND_DOWN, on_down, &sum);
  ranks_meet (ranks);
  if (tree_is_root (&sum.tree))
    start_round (&sum, 1);
  const double start = clock_wall_s ();
  while (!sum.over) {
    ranks_poll (ranks);
    if (tree_reduce_take (&sum.reduce))
      finish_round (&sum);
    EXPECT (clock_wall_s () - start < RANKS_PATIENCE_S);
  }
  EXPECT (sum.told == ROUNDS - 1);
  EXPECT (!tree_reduce_join (&sum.reduce, &sum.tree, ROUNDS - 5));
  ranks_meet (ranks);
  tree_reduce_fini (&sum.reduce);
}

int main (int argc, char **argv) {
  struct ranks ranks;
  ranks_init (&ranks, &argc, &argv);
  test_example ();
  test_plain_heap (true);
  test_plain_heap (false);
  test_shape (&ranks);
  test_rounds (&ranks, wire_hosts (ranks.wire));
  const uint64_t pretended[] = {1, 2, 1, 3, 2, 1, 3, 4};
  if (ranks.size <= 8)
    test_rounds (&ranks, pretended);
  ranks_fini (&ranks);
  return 0;
}
