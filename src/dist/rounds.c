// rounds.c - one sharing round after the other, never two at once.
//
// Idea     start down, clauses up, merged clauses down, votes up, votes down;
//          each a message that a rank passes on as soon as it can
// Source   [SchreiberSanders-SAT'21]
// Differs  rounds start at the root's clock; one that is late is skipped
// Proof    each rank notes a round's max_id before any rank can import from it,
//          so that no list of epochs ever lacks one (docs/proof.md)
#include "dist/rounds.h"

#include "base/memory.h"

#include <math.h>
#include <string.h>

enum phase {
  IDLE,    // between rounds
  GATHER,  // waiting for the children's clauses
  LISTEN,  // waiting for the merged buffer from above
  VOTING,  // waiting for the children's votes
  VERDICT, // waiting for the combined votes from above
};

struct start { // payload of ROUND_START
  double factor;
};

struct rounds {
  struct wire *wire;
  const struct tree *tree;
  struct share *share; // null before begin and after end
  double period_s, next_s;
  bool ended;

  enum phase phase;
  uint32_t round;
  bool waiting; // a start arrived before 'begin'
  double factor;
  double started_s;

  struct tree_reduce clauses, votes;
  struct bytes own, merged; // 'merged': own subtree's, then everyone's
  struct bytes bits;
  VEC (uint64_t) epochs;
  struct rounds_stats stats;
};

static bool is_root (const struct rounds *rounds) {
  return tree_is_root (rounds->tree);
}

static struct share_bytes bytes_of (const struct bytes *buffer) {
  return (struct share_bytes){buffer->data, buffer->size};
}

/*------------------------------------------------------------------------*/
// Start.

static void contribute (struct rounds *rounds) {
  struct share *share = rounds->share;
  rounds->waiting = false;
  share_collect (share);
  share_produce (share, rounds->round, share_limit (share, 1, rounds->factor),
                 &rounds->own);
  rounds->phase = GATHER;
  tree_reduce_join (&rounds->clauses, rounds->tree, rounds->round);
}

static void start (struct rounds *rounds, uint32_t round, double factor) {
  const struct start payload = {factor};
  tree_send_down (rounds->tree, rounds->wire, WIRE_ROUND_START, round, &payload,
                  sizeof payload);
  rounds->round = round;
  rounds->factor = factor;
  if (rounds->share)
    contribute (rounds);
  else
    rounds->waiting = true;
}

static void on_start (void *state, const struct wire_message *msg) {
  struct rounds *rounds = state;
  struct start payload;
  if (rounds->ended || msg->bytes != sizeof payload ||
      !wire_newer (msg->round, rounds->round))
    return;
  memcpy (&payload, msg->data, sizeof payload);
  start (rounds, msg->round, payload.factor);
}

/*------------------------------------------------------------------------*/
// Clauses up.

static void on_clauses (void *state, const struct wire_message *msg) {
  struct rounds *rounds = state;
  if (!rounds->ended)
    tree_reduce_add (&rounds->clauses, rounds->tree, msg);
}

static void merge (struct rounds *rounds) {
  const struct tree *tree = rounds->tree;
  struct share_bytes in[1 + TREE_CHILDREN];
  in[0] = bytes_of (&rounds->own);
  for (int i = 0; i < tree->num_children; i++)
    in[i + 1] = (struct share_bytes){rounds->clauses.parts[i].bytes.data,
                                     rounds->clauses.parts[i].bytes.size};
  const uint64_t limit =
      share_limit (rounds->share, tree->subtree, rounds->factor);
  share_reduce (rounds->share, rounds->round, limit, in, 1 + tree->num_children,
                &rounds->merged);
}

static void broadcast (struct rounds *rounds);

static void send_clauses (struct rounds *rounds) {
  merge (rounds);
  if (is_root (rounds)) {
    broadcast (rounds);
    return;
  }
  tree_send_up (rounds->tree, rounds->wire, WIRE_ROUND_UP, rounds->round,
                rounds->merged.data, rounds->merged.size);
  rounds->stats.bytes += rounds->merged.size;
  rounds->phase = LISTEN;
}

/*------------------------------------------------------------------------*/
// Clauses down; 'merged' is now the same on all ranks.

static void note_epoch (struct rounds *rounds) {
  struct share_header head;
  if (share_buffer_header (bytes_of (&rounds->merged), &head) && head.with_ids)
    vec_push (&rounds->epochs, head.max_id);
}

static void broadcast (struct rounds *rounds) {
  note_epoch (rounds);
  tree_send_down (rounds->tree, rounds->wire, WIRE_ROUND_DOWN, rounds->round,
                  rounds->merged.data, rounds->merged.size);
  share_vote (rounds->share, bytes_of (&rounds->merged), &rounds->bits);
  rounds->phase = VOTING;
  tree_reduce_join (&rounds->votes, rounds->tree, rounds->round);
}

static bool expected (const struct rounds *rounds, enum phase phase,
                      const struct wire_message *msg) {
  return !rounds->ended && rounds->phase == phase &&
         msg->round == rounds->round && msg->from == rounds->tree->parent;
}

static void on_merged (void *state, const struct wire_message *msg) {
  struct rounds *rounds = state;
  if (!expected (rounds, LISTEN, msg))
    return;
  bytes_set (&rounds->merged, msg->data, msg->bytes);
  broadcast (rounds);
}

/*------------------------------------------------------------------------*/
// Votes up.

static void on_votes (void *state, const struct wire_message *msg) {
  struct rounds *rounds = state;
  if (!rounds->ended)
    tree_reduce_add (&rounds->votes, rounds->tree, msg);
}

static void finish (struct rounds *rounds);

static void send_votes (struct rounds *rounds) {
  for (int i = 0; i < rounds->tree->num_children; i++) {
    const struct tree_part *part = &rounds->votes.parts[i];
    share_join_votes (&rounds->bits,
                      (struct share_bytes){part->bytes.data, part->bytes.size});
  }
  if (is_root (rounds)) {
    finish (rounds);
    return;
  }
  tree_send_up (rounds->tree, rounds->wire, WIRE_VOTE_UP, rounds->round,
                rounds->bits.data, rounds->bits.size);
  rounds->phase = VERDICT;
}

/*------------------------------------------------------------------------*/
// Votes down, import.

static void note_latency (struct rounds *rounds) {
  const double latency_s = wire_now_s (rounds->wire) - rounds->started_s;
  rounds->stats.latency_s += latency_s;
  if (rounds->stats.latency_max_s < latency_s)
    rounds->stats.latency_max_s = latency_s;
}

static void admit (struct rounds *rounds, struct share_outcome *outcome) {
  struct share_header head = {0};
  share_buffer_header (bytes_of (&rounds->merged), &head);
  share_admit (rounds->share, bytes_of (&rounds->merged),
               bytes_of (&rounds->bits), head.max_id, outcome);
  rounds->phase = IDLE;
  rounds->stats.finished++;
}

static void finish (struct rounds *rounds) {
  tree_send_down (rounds->tree, rounds->wire, WIRE_VOTE_DOWN, rounds->round,
                  rounds->bits.data, rounds->bits.size);
  struct share_outcome outcome;
  admit (rounds, &outcome);
  if (!is_root (rounds))
    return;
  rounds->factor =
      share_compensate (rounds->share, rounds->tree->size, &outcome);
  note_latency (rounds);
}

static void on_verdict (void *state, const struct wire_message *msg) {
  struct rounds *rounds = state;
  if (!expected (rounds, VERDICT, msg))
    return;
  bytes_set (&rounds->bits, msg->data, msg->bytes);
  finish (rounds);
}

/*------------------------------------------------------------------------*/

// Start times are multiples of the period after 'begin'; those that pass while
// a round runs are left out.
static bool start_when_due (struct rounds *rounds, double now_s) {
  if (!is_root (rounds) || now_s < rounds->next_s)
    return false;
  const double passed = floor ((now_s - rounds->next_s) / rounds->period_s);
  rounds->next_s += (passed + 1) * rounds->period_s;
  rounds->stats.skipped += passed;
  if (rounds->phase != IDLE) {
    rounds->stats.skipped++;
    return false;
  }
  rounds->started_s = now_s;
  start (rounds, (rounds->round + 1) & (WIRE_ROUNDS - 1), rounds->factor);
  return true;
}

bool rounds_step (struct rounds *rounds, double now_s) {
  if (!rounds->share)
    return false;
  bool moved = start_when_due (rounds, now_s);
  if (rounds->phase == GATHER && tree_reduce_take (&rounds->clauses)) {
    send_clauses (rounds);
    moved = true;
  }
  if (rounds->phase == VOTING && tree_reduce_take (&rounds->votes)) {
    send_votes (rounds);
    moved = true;
  }
  share_collect (rounds->share);
  return moved;
}

double rounds_wait_s (const struct rounds *rounds, double now_s) {
  if (!rounds->share || !is_root (rounds))
    return HUGE_VAL;
  return rounds->next_s > now_s ? rounds->next_s - now_s : 0;
}

const uint64_t *rounds_epochs (const struct rounds *rounds, size_t *n) {
  *n = rounds->epochs.size;
  return rounds->epochs.data;
}

const struct rounds_stats *rounds_stats (const struct rounds *rounds) {
  return &rounds->stats;
}

struct rounds *rounds_new (struct wire *wire, const struct tree *tree) {
  struct rounds *rounds = mem_calloc (1, sizeof *rounds);
  rounds->wire = wire;
  rounds->tree = tree;
  rounds->factor = 1;
  tree_reduce_init (&rounds->clauses);
  tree_reduce_init (&rounds->votes);
  wire_handle (wire, WIRE_ROUND_START, on_start, rounds);
  wire_handle (wire, WIRE_ROUND_UP, on_clauses, rounds);
  wire_handle (wire, WIRE_ROUND_DOWN, on_merged, rounds);
  wire_handle (wire, WIRE_VOTE_UP, on_votes, rounds);
  wire_handle (wire, WIRE_VOTE_DOWN, on_verdict, rounds);
  return rounds;
}

void rounds_free (struct rounds *rounds) {
  const enum wire_kind kinds[] = {WIRE_ROUND_START, WIRE_ROUND_UP,
                                  WIRE_ROUND_DOWN, WIRE_VOTE_UP,
                                  WIRE_VOTE_DOWN};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    wire_handle (rounds->wire, kinds[i], NULL, NULL);
  tree_reduce_fini (&rounds->clauses);
  tree_reduce_fini (&rounds->votes);
  vec_fini (&rounds->own);
  vec_fini (&rounds->merged);
  vec_fini (&rounds->bits);
  vec_fini (&rounds->epochs);
  mem_free (rounds);
}

void rounds_begin (struct rounds *rounds, struct share *share,
                   unsigned period_ms) {
  rounds->share = share;
  rounds->period_s = 1e-3 * period_ms;
  rounds->next_s = wire_now_s (rounds->wire) + rounds->period_s;
  if (rounds->waiting)
    contribute (rounds);
}

void rounds_restart (struct rounds *rounds, uint32_t round) {
  rounds->phase = IDLE;
  rounds->waiting = false;
  if (wire_newer (round, rounds->round))
    rounds->round = round;
  tree_reduce_restart (&rounds->clauses);
  tree_reduce_restart (&rounds->votes);
  rounds->next_s = wire_now_s (rounds->wire) + rounds->period_s;
}

uint32_t rounds_round (const struct rounds *rounds) {
  return rounds->round;
}

void rounds_end (struct rounds *rounds) {
  rounds->ended = true;
  rounds->share = NULL;
  rounds->phase = IDLE;
}
