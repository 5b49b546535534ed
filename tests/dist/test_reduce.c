// Reductions and broadcasts over the tree, round after round, with stale
// messages in between.
//
// Each rank adds (rank + 1) * round; the root tells the sum, and starts the
// next round when it has come.  Every third round is abandoned half way: the
// even ranks never join it.
#include "dist/tree.h"

#include "ranks.h"

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

static void test_sums (struct ranks *ranks,
                       const struct transport_card *cards) {
  struct summing sum = {.ranks = ranks};
  tree_init (&sum.tree, ranks->rank, ranks->size, cards, NULL);
  tree_reduce_init (&sum.reduce);
  wire_handle (ranks->wire, WIRE_ROUND_START, on_start, &sum);
  wire_handle (ranks->wire, WIRE_ROUND_UP, on_up, &sum);
  wire_handle (ranks->wire, WIRE_ROUND_DOWN, on_down, &sum);
  ranks_meet (ranks);
  if (tree_is_root (&sum.tree))
    start_round (&sum, 1);
  const double start_s = ranks_now_s (ranks);
  while (!sum.over) {
    ranks_poll (ranks);
    if (tree_reduce_take (&sum.reduce))
      finish_round (&sum);
    EXPECT (ranks_now_s (ranks) - start_s < RANKS_PATIENCE_S);
  }
  EXPECT (sum.told == ROUNDS - 1);
  EXPECT (!tree_reduce_join (&sum.reduce, &sum.tree, ROUNDS - 5));
  ranks_meet (ranks);
  tree_reduce_restart (&sum.reduce);
  EXPECT (tree_reduce_join (&sum.reduce, &sum.tree, 1));
  tree_reduce_fini (&sum.reduce);
}

static void body (struct ranks *ranks) {
  struct transport_card pretended[RANKS_MOST];
  test_sums (ranks, wire_cards (ranks->wire));
  for (int rank = 0; rank < RANKS_MOST; rank++)
    pretended[rank] = (struct transport_card){.host = rng_mix (rank) % 4};
  test_sums (ranks, pretended);
}

int main (int argc, char **argv) {
  return ranks_main (argc, argv, body);
}
