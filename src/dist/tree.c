// tree.c - a tree over the ranks that leaves each host once.
//
// Idea     a heap of hosts whose nodes are heaps of ranks (example in tree.h)
// Differs  one heap over all ranks in any numbering cannot keep hosts together
//          for every mix of sizes; this one can, at the price of up to four
//          children at a host's leader
#include "dist/tree.h"

#include "base/hash.h"
#include "base/memory.h"

// A host's ranks in order.
struct group {
  uint64_t host;
  int subtree; // ranks on this host and the hosts below
  VEC (int) ranks;
};

struct groups {
  VEC (struct group) groups; // in order of the smallest rank
  struct hash_map by_host;   // index in 'groups' plus one
};

static struct group *find_group (struct groups *all, uint64_t host) {
  uint64_t *index = hash_map_insert (&all->by_host, host, NULL);
  if (!*index) {
    vec_push (&all->groups, ((struct group){.host = host}));
    *index = all->groups.size;
  }
  return &all->groups.data[*index - 1];
}

static void group_ranks (struct groups *all, int size,
                         const struct transport_card *cards,
                         const struct view *view) {
  for (int rank = 0; rank < size; rank++) {
    if (view && !view_has (view, rank))
      continue;
    struct group *group = find_group (all, cards[rank].host);
    vec_push (&group->ranks, rank);
  }
}

static void sum_subtrees (struct groups *all) {
  for (size_t i = all->groups.size; i-- > 0;) {
    struct group *group = &all->groups.data[i];
    group->subtree += group->ranks.size;
    if (i)
      all->groups.data[(i - 1) / 2].subtree += group->subtree;
  }
}

static size_t heap_size (size_t root, size_t size) {
  if (root >= size)
    return 0;
  return 1 + heap_size (2 * root + 1, size) + heap_size (2 * root + 2, size);
}

static void add_child (struct tree *tree, int rank) {
  tree->children[tree->num_children++] = rank;
}

static void place_in_host (struct tree *tree, const struct group *group,
                           size_t pos) {
  for (size_t child = 2 * pos + 1; child <= 2 * pos + 2; child++)
    if (child < group->ranks.size)
      add_child (tree, group->ranks.data[child]);
  tree->parent = pos ? group->ranks.data[(pos - 1) / 2] : -1;
  tree->subtree = heap_size (pos, group->ranks.size);
}

static void place_leader (struct tree *tree, const struct groups *all,
                          size_t pos) {
  const struct group *groups = all->groups.data;
  for (size_t child = 2 * pos + 1; child <= 2 * pos + 2; child++)
    if (child < all->groups.size)
      add_child (tree, groups[child].ranks.data[0]);
  tree->parent = pos ? groups[(pos - 1) / 2].ranks.data[0] : -1;
  tree->subtree = groups[pos].subtree;
}

static void place (struct tree *tree, const struct groups *all) {
  for (size_t i = 0; i < all->groups.size; i++) {
    const struct group *group = &all->groups.data[i];
    for (size_t pos = 0; pos < group->ranks.size; pos++) {
      if (group->ranks.data[pos] != tree->rank)
        continue;
      place_in_host (tree, group, pos);
      if (!pos)
        place_leader (tree, all, i);
    }
  }
}

void tree_init (struct tree *tree, int rank, int size,
                const struct transport_card *cards, const struct view *view) {
  struct groups all = {0};
  *tree = (struct tree){.rank = rank, .parent = -1};
  group_ranks (&all, size, cards, view);
  sum_subtrees (&all);
  tree->size = all.groups.data[0].subtree;
  tree->root = all.groups.data[0].ranks.data[0];
  place (tree, &all);
  for_vec (struct group, group, &all.groups)
    vec_fini (&group->ranks);
  vec_fini (&all.groups);
  hash_map_fini (&all.by_host);
}

int tree_child (const struct tree *tree, int rank) {
  for (int i = 0; i < tree->num_children; i++)
    if (tree->children[i] == rank)
      return i;
  return -1;
}

void tree_send_down (const struct tree *tree, struct wire *wire,
                     enum wire_kind kind, uint32_t round, const void *data,
                     size_t bytes) {
  for (int i = 0; i < tree->num_children; i++)
    wire_send (wire, tree->children[i], kind, round, data, bytes);
}

void tree_send_up (const struct tree *tree, struct wire *wire,
                   enum wire_kind kind, uint32_t round, const void *data,
                   size_t bytes) {
  wire_send (wire, tree->parent, kind, round, data, bytes);
}

void tree_reduce_init (struct tree_reduce *reduce) {
  memset (reduce, 0, sizeof *reduce);
}

void tree_reduce_restart (struct tree_reduce *reduce) {
  reduce->started = reduce->own = false;
}

void tree_reduce_fini (struct tree_reduce *reduce) {
  for (unsigned i = 0; i < TREE_CHILDREN; i++)
    vec_fini (&reduce->parts[i].bytes);
}

// Makes 'round' the current one if it is newer; false if it is older.
static bool enter (struct tree_reduce *reduce, const struct tree *tree,
                   uint32_t round) {
  if (reduce->started && round == reduce->round)
    return true;
  if (reduce->started && !wire_newer (round, reduce->round))
    return false;
  reduce->started = true;
  reduce->own = false;
  reduce->round = round;
  reduce->missing = tree->num_children;
  for (unsigned i = 0; i < TREE_CHILDREN; i++) {
    reduce->parts[i].here = false;
    vec_clear (&reduce->parts[i].bytes);
  }
  return true;
}

bool tree_reduce_join (struct tree_reduce *reduce, const struct tree *tree,
                       uint32_t round) {
  if (!enter (reduce, tree, round))
    return false;
  return reduce->own = true;
}

bool tree_reduce_add (struct tree_reduce *reduce, const struct tree *tree,
                      const struct wire_message *msg) {
  const int child = tree_child (tree, msg->from);
  if (child < 0 || !enter (reduce, tree, msg->round))
    return false;
  struct tree_part *part = &reduce->parts[child];
  if (part->here)
    return false;
  part->here = true;
  bytes_set (&part->bytes, msg->data, msg->bytes);
  reduce->missing--;
  return true;
}

bool tree_reduce_take (struct tree_reduce *reduce) {
  if (!reduce->own || reduce->missing)
    return false;
  reduce->own = false;
  return true;
}
