// The tree: a tree over the view's members, each host a subtree left by one
// link.
#include "dist/tree.h"

#include "base/rng.h"
#include "suite.h"

// Check notes each assertion, which takes longer than all that is tested.
#define EXPECT(COND)                                                           \
  do {                                                                         \
    if (!(COND))                                                               \
      ck_abort_msg ("failed: %s", #COND);                                      \
  } while (0)

enum { MAX_RANKS = 200 };

struct forest { // every rank's tree
  int size;
  struct transport_card cards[MAX_RANKS];
  bool dead[MAX_RANKS];
  struct tree trees[MAX_RANKS];
};

static void choose_hosts (struct forest *forest, struct rng *rng) {
  forest->size = 1 + rng_below (rng, MAX_RANKS);
  const unsigned hosts = 1 + rng_below (rng, forest->size);
  const bool some_dead = rng_bool (rng);
  for (int rank = 0; rank < forest->size; rank++) {
    forest->cards[rank].host = rng_mix (rng_below (rng, hosts));
    forest->dead[rank] = some_dead && !rng_below (rng, 4);
  }
  forest->dead[rng_below (rng, forest->size)] = false;
}

static void build (struct forest *forest, struct rng *rng) {
  struct view view = {.number = 1};
  choose_hosts (forest, rng);
  for (int rank = 0; rank < forest->size; rank++)
    if (forest->dead[rank])
      vec_push (&view.excluded, rank);
  for (int rank = 0; rank < forest->size; rank++)
    if (!forest->dead[rank])
      tree_init (&forest->trees[rank], rank, forest->size, forest->cards,
                 view.excluded.size ? &view : NULL);
  view_fini (&view);
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
         forest->cards[rank].host != forest->cards[tree->parent].host;
}

static int count_hosts (const struct forest *forest) {
  int count = 0;
  for (int rank = 0; rank < forest->size; rank++) {
    bool first = !forest->dead[rank];
    for (int other = 0; other < rank; other++)
      if (!forest->dead[other] &&
          forest->cards[other].host == forest->cards[rank].host)
        first = false;
    count += first;
  }
  return count;
}

// returns    number of living ranks
static int check_forest (const struct forest *forest) {
  int links = 0, roots = 0, alive = 0;
  for (int rank = 0; rank < forest->size; rank++) {
    if (forest->dead[rank])
      continue;
    check_links (forest, rank);
    links += climb (forest, rank);
    roots += tree_is_root (&forest->trees[rank]);
    alive++;
  }
  EXPECT (roots == 1);
  EXPECT (links == count_hosts (forest) - 1);
  return alive;
}

// All know the same root, the smallest living rank, and the same size.
static void check_agreement (const struct forest *forest, int alive) {
  int root = 0;
  while (forest->dead[root])
    root++;
  for (int rank = root; rank < forest->size; rank++)
    if (!forest->dead[rank]) {
      EXPECT (forest->trees[rank].size == alive);
      EXPECT (forest->trees[rank].root == root);
      EXPECT (tree_is_root (&forest->trees[rank]) == (rank == root));
    }
}

START_TEST (shapes) {
  static struct forest forest;
  struct rng rng;
  rng_init (&rng, suite_seed ());
  for (unsigned i = 0; i < 300; i++) {
    build (&forest, &rng);
    check_agreement (&forest, check_forest (&forest));
  }
}
END_TEST

START_TEST (example) { // the one of tree.h
  const struct transport_card cards[] = {
      {.host = 10}, {.host = 10}, {.host = 10}, {.host = 11},
      {.host = 11}, {.host = 10}, {.host = 12}};
  const int parents[] = {-1, 0, 0, 0, 3, 1, 0};
  const int subtrees[] = {7, 2, 1, 2, 1, 1, 1};
  for (int rank = 0; rank < 7; rank++) {
    struct tree tree;
    tree_init (&tree, rank, 7, cards, NULL);
    EXPECT (tree.parent == parents[rank]);
    EXPECT (tree.subtree == subtrees[rank]);
  }
}
END_TEST

// One host, or one for each rank.
START_TEST (plain_heap) {
  struct transport_card cards[MAX_RANKS] = {{0}};
  for (int rank = 0; rank < MAX_RANKS; rank++)
    cards[rank].host = _i ? 7 : 1000 - rank;
  for (int rank = 0; rank < MAX_RANKS; rank++) {
    struct tree tree;
    tree_init (&tree, rank, MAX_RANKS, cards, NULL);
    EXPECT (tree.parent == (rank ? (rank - 1) / 2 : -1));
  }
}
END_TEST

int main (void) {
  Suite *suite = suite_create ("tree");
  TCase *tests = tcase_create ("shape");
  tcase_add_test (tests, shapes);
  tcase_add_test (tests, example);
  tcase_add_loop_test (tests, plain_heap, 0, 2);
  suite_add_tcase (suite, tests);
  return suite_run (suite);
}
