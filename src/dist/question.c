// question.c - stages of a question, and what a change of the world means.
//
// Read     question_step, then changed
#include "dist/internal.h"

#include "base/memory.h"

#include <math.h>

void enter_stage (struct question *q, enum question_stage stage) {
  q->stage = stage;
  q->stage_s = now_s (q);
}

/*------------------------------------------------------------------------*/
// Loading.

enum { CHUNKS = 8 }; // read in one step

static bool read_source (struct question *q) {
  int *lits, num_vars;
  size_t size;
  if (!q->hooks.read || !is_root (q) || world_rank (q->world))
    return false;
  for (unsigned n = 0; n < CHUNKS; n++)
    switch (q->hooks.read (q->hooks.state, &lits, &size, &num_vars)) {
    case SOURCE_CHUNK:
      stream_put (q->stream, lits, size);
      mem_free (lits);
      break;
    case SOURCE_WAITING:
      return n;
    case SOURCE_END:
      stream_end (q->stream, STREAM_COMPLETE, num_vars);
      return true;
    case SOURCE_FAILED:
      stream_end (q->stream, STREAM_FAILED, 0);
      return true;
    }
  return true;
}

static const char *const stages[] = {
#define STAGE(NAME, TEXT) TEXT,
#include "dist/stages.def"
#undef STAGE
};

static const char *const causes[] = {
#define CAUSE(NAME, TEXT) TEXT,
#include "dist/causes.def"
#undef CAUSE
};

const char *question_stage_name (enum question_stage stage) {
  return stages[stage];
}

const char *question_cause_name (enum question_cause cause) {
  return causes[cause];
}

// To all of this host; whoever is the lowest of them then is the heir.
static void bequeath (struct question *q) {
  const struct transport_card *cards = wire_cards (q->world->wire);
  const int own = world_rank (q->world);
  struct bytes bytes = {0};
  if (!q->config.proving || !q->hooks.bequeath)
    return;
  q->hooks.bequeath (q->hooks.state, &bytes);
  for (int rank = 0; rank < wire_size (q->world->wire); rank++)
    if (rank != own && cards[rank].host == cards[own].host)
      wire_send (q->world->wire, rank, WIRE_HEIRLOOM, 0, bytes.data,
                 bytes.size);
  vec_fini (&bytes);
}

static void on_heirloom (void *state, const struct wire_message *msg) {
  struct question *q = state;
  const struct transport_card *cards = wire_cards (q->world->wire);
  if (q->hooks.inherit &&
      cards[msg->from].host == cards[world_rank (q->world)].host)
    q->hooks.inherit (q->hooks.state, msg->from, msg->data, msg->bytes);
}

static void start (struct question *q) {
  unsigned period_ms = 0;
  q->num_vars = q->formula->num_vars;
  q->num_clauses = q->formula->num_clauses;
  q->share = q->hooks.start (q->hooks.state, q->formula, &period_ms);
  q->started = true;
  if (q->share)
    rounds_begin (q->rounds, q->share, period_ms);
  bequeath (q);
  enter_stage (q, QUESTION_SEARCH);
}

static bool load_step (struct question *q) {
  const bool moved = read_source (q);
  const enum stream_status status = stream_status (q->stream);
  if (status == STREAM_COMPLETE || q->config.formula)
    start (q);
  else if (status == STREAM_FAILED && !q->ending.cause)
    question_end (q, CAUSE_INPUT, 0);
  else
    return moved;
  return true;
}

// Two ranks of each host keep the formula, so that one that becomes the root
// can check a model.
static bool keeps_formula (const struct question *q) {
  const struct transport_card *cards = wire_cards (q->world->wire);
  const struct view *view = membership_view (q->world->membership);
  const int own = world_rank (q->world);
  unsigned lower = 0;
  for (int rank = 0; rank < own; rank++)
    lower += cards[rank].host == cards[own].host && view_has (view, rank);
  return lower < 2;
}

static void on_loaded (void *state, const struct wire_message *msg) {
  struct question *q = state;
  tree_reduce_add (&q->loaded, &q->world->tree, msg);
}

static void on_drop (void *state, const struct wire_message *msg) {
  struct question *q = state;
  (void)msg;
  send_down (q, WIRE_DROP, 0, NULL, 0);
  q->dropping = true;
}

// Engines have the formula on all ranks: only then nobody asks for it again.
static bool loaded_step (struct question *q) {
  if (q->dropping || !q->started)
    return false;
  if (!q->load_joined && q->hooks.loaded (q->hooks.state)) {
    tree_reduce_join (&q->loaded, &q->world->tree, 1);
    q->load_joined = true;
  }
  if (!tree_reduce_take (&q->loaded))
    return false;
  if (!is_root (q)) {
    send_up (q, WIRE_LOADED_UP, 1, NULL, 0);
    return true;
  }
  send_down (q, WIRE_DROP, 0, NULL, 0);
  return q->dropping = true;
}

static void drop_formula (struct question *q) {
  if (q->dropping && q->received.chunks.size && !keeps_formula (q))
    formula_fini (&q->received);
}

/*------------------------------------------------------------------------*/

static bool stage_step (struct question *q) {
  switch (q->stage) {
  case QUESTION_LOAD:
    return load_step (q);
  case QUESTION_SEARCH:
    return rounds_step (q->rounds, now_s (q));
  case QUESTION_OVER:
    return false;
  default:
    return finish_step (q);
  }
}

void question_desert (struct question *q, enum question_cause cause) {
  if (!q->decided)
    q->outcome =
        (struct outcome){.cause = cause, .rank = world_rank (q->world)};
  q->outcome_stage = q->stage;
  if (q->started)
    q->hooks.stop (q->hooks.state);
  rounds_end (q->rounds);
  enter_stage (q, QUESTION_OVER);
}

static bool leave_world (struct question *q) {
  if (q->stage == QUESTION_OVER || world_member (q->world))
    return false;
  question_desert (q, CAUSE_LOST);
  return true;
}

bool question_step (struct question *q) {
  bool moved = leave_world (q);
  if (q->stage == QUESTION_OVER ||
      membership_status (q->world->membership) != MEMBERSHIP_STABLE)
    return moved;
  if (q->stage <= QUESTION_SEARCH)
    moved |= stream_step (q->stream);
  moved |= loaded_step (q);
  drop_formula (q);
  moved |= decide_step (q);
  moved |= answer_moment (q);
  return stage_step (q) || moved;
}

/*------------------------------------------------------------------------*/
// The world changes.

static bool lowest_of_host (const struct question *q, int rank) {
  const struct transport_card *cards = wire_cards (q->world->wire);
  const struct view *view = membership_view (q->world->membership);
  const int own = world_rank (q->world);
  if (cards[rank].host != cards[own].host)
    return false;
  for (int other = 0; other < own; other++)
    if (cards[other].host == cards[own].host && view_has (view, other))
      return false;
  return true;
}

static bool host_lives (const struct question *q, int rank) {
  const struct transport_card *cards = wire_cards (q->world->wire);
  const struct view *view = membership_view (q->world->membership);
  for (int other = 0; other < wire_size (q->world->wire); other++)
    if (cards[other].host == cards[rank].host && view_has (view, other))
      return true;
  return false;
}

// Partial proofs of the dead are taken over by the lowest rank of their host.
static void adopt (struct question *q) {
  const struct view *view = membership_view (q->world->membership);
  if (!q->config.proving)
    return;
  if (!q->adopted)
    q->adopted = mem_calloc (wire_size (q->world->wire), sizeof *q->adopted);
  for_vec (const int, rank, &view->excluded) {
    if (!host_lives (q, *rank))
      q->proof_lost = true;
    else if (lowest_of_host (q, *rank) && !q->adopted[*rank]) {
      q->adopted[*rank] = true;
      if (!q->hooks.adopt (q->hooks.state, *rank))
        q->proof_lost = true;
    }
  }
}

static void tell_losses (struct question *q) {
  const struct view *view = membership_view (q->world->membership);
  for (size_t i = 0; q->hooks.lost && i < view->excluded.size; i++)
    q->hooks.lost (q->hooks.state, view->excluded.data[i]);
}

static void restart_reduces (struct question *q) {
  struct tree_reduce *reduces[] = {&q->loaded, &q->stops, &q->finals,
                                   &q->moments};
  for (size_t i = 0; i < sizeof reduces / sizeof *reduces; i++)
    tree_reduce_restart (reduces[i]);
  q->load_joined = false;
  q->asking = false;
}

static void changed (void *state) {
  struct question *q = state;
  restart_reduces (q);
  stream_restart (q->stream);
  rounds_restart (q->rounds, q->round);
  tell_losses (q);
  adopt (q);
  decide_again (q);
  finish_again (q);
  // What rank 0 had not read yet is lost with it.
  if (is_root (q) && q->stage == QUESTION_LOAD && world_rank (q->world))
    question_end (q, CAUSE_LOST, 0);
}

static void report (void *state, struct bytes *bytes) {
  decide_report (state, bytes);
}

static void learn (void *state, int rank, const uint8_t *data, size_t bytes) {
  (void)rank;
  decide_learn (state, data, bytes);
}

/*------------------------------------------------------------------------*/

enum question_stage question_stage (const struct question *q) {
  return q->stage;
}

const struct outcome *question_outcome (const struct question *q) {
  return q->decided || q->stage == QUESTION_OVER ? &q->outcome : NULL;
}

enum question_stage question_outcome_stage (const struct question *q) {
  return q->outcome_stage;
}

bool question_proof_lost (const struct question *q) {
  return q->proof_lost;
}

double question_wait_s (const struct question *q) {
  return q->stage == QUESTION_SEARCH ? rounds_wait_s (q->rounds, now_s (q))
                                     : HUGE_VAL;
}

const struct rounds_stats *question_rounds (const struct question *q) {
  return rounds_stats (q->rounds);
}

const struct collect_stats *question_collected (const struct question *q) {
  return q->collect ? collect_stats (q->collect) : NULL;
}

struct question *question_new (struct world *world,
                               const struct question_hooks *hooks,
                               const struct question_config *config) {
  struct question *q = mem_calloc (1, sizeof *q);
  q->world = world;
  q->hooks = *hooks;
  q->config = *config;
  q->formula = config->formula ? config->formula : &q->received;
  q->stream = stream_new (world->wire, &world->tree, &q->received);
  q->rounds = rounds_new (world->wire, &world->tree);
  tree_reduce_init (&q->loaded);
  wire_handle (world->wire, WIRE_LOADED_UP, on_loaded, q);
  wire_handle (world->wire, WIRE_DROP, on_drop, q);
  wire_handle (world->wire, WIRE_HEIRLOOM, on_heirloom, q);
  decide_init (q);
  finish_init (q);
  world->follower = (struct world_follower){changed, report, learn, q};
  enter_stage (q, QUESTION_LOAD);
  return q;
}

void question_free (struct question *q) {
  q->world->follower = (struct world_follower){0};
  finish_fini (q);
  wire_handle (q->world->wire, WIRE_LOADED_UP, NULL, NULL);
  wire_handle (q->world->wire, WIRE_DROP, NULL, NULL);
  wire_handle (q->world->wire, WIRE_HEIRLOOM, NULL, NULL);
  stream_free (q->stream);
  rounds_free (q->rounds);
  tree_reduce_fini (&q->loaded);
  tree_reduce_fini (&q->stops);
  formula_fini (&q->received);
  mem_free (q->adopted);
  mem_free (q);
}
