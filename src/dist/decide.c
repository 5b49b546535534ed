// decide.c - from the first answer or limit to an outcome that all ranks know.
//
// Idea     ranks tell the root; it decides once and tells all, and all confirm;
//          only then an answer is said.  A model is on the root and believed
//          before it decides, so engines search on until then
// Views    what a rank told and saw no decision of, it tells the new root; what
//          was decided, the new root learns before it is the root
// Format   docs/wire.md, "end"
#include "dist/internal.h"

#include "base/memory.h"

static void tell_outcome (struct question *q) {
  if (q->hooks.decided)
    q->hooks.decided (q->hooks.state, &q->outcome);
}

static void decide (struct question *q, const struct outcome *outcome) {
  q->outcome = *outcome;
  q->outcome_stage = q->stage;
  q->decided = true;
  tell_outcome (q);
}

/*------------------------------------------------------------------------*/
// STOP goes down, confirmations go up.

// This rank knows the outcome now, or again after a change.
static void halt (struct question *q) {
  send_down (q, WIRE_STOP, STOP_SEARCH, &q->outcome, sizeof q->outcome);
  tree_reduce_join (&q->stops, &q->world->tree, 1);
  if (q->stage > QUESTION_SEARCH)
    return;
  rounds_end (q->rounds);
  if (q->started)
    q->hooks.stop (q->hooks.state);
  enter_stage (q, QUESTION_HALT);
}

static bool valid (const struct question *q, const struct outcome *outcome) {
  const bool status =
      outcome->status == 0 || outcome->status == 10 || outcome->status == 20;
  return status && outcome->cause > CAUSE_NONE && outcome->cause < CAUSES &&
         outcome->rank >= 0 && outcome->rank < wire_size (q->world->wire);
}

static bool take_outcome (const struct question *q,
                          const struct wire_message *msg,
                          struct outcome *outcome) {
  if (msg->bytes != sizeof *outcome)
    return false;
  memcpy (outcome, msg->data, sizeof *outcome);
  return valid (q, outcome);
}

static void on_stop (void *state, const struct wire_message *msg) {
  struct question *q = state;
  struct outcome outcome;
  if (msg->round == STOP_SEARCH) {
    if (!take_outcome (q, msg, &outcome)) {
      wire_refuse (q->world->wire, msg, "an outcome that cannot be");
      return;
    }
    if (!q->decided)
      q->outcome = outcome;
    q->decided = true;
    halt (q);
    return;
  }
  q->abandoned |= msg->round == STOP_PROOF;
  q->said |= msg->round == STOP_SAID;
  q->proof_lost |= msg->round == STOP_LOST;
  send_down (q, WIRE_STOP, msg->round, NULL, 0);
}

static void on_stopped (void *state, const struct wire_message *msg) {
  struct question *q = state;
  tree_reduce_add (&q->stops, &q->world->tree, msg);
}

static bool confirm (struct question *q) {
  if (!tree_reduce_take (&q->stops))
    return false;
  for (int i = 0; i < q->world->tree.num_children; i++) {
    const struct bytes *bytes = &q->stops.parts[i].bytes;
    q->proof_lost |= bytes->size && bytes->data[0];
  }
  const uint8_t flag = q->proof_lost;
  if (is_root (q)) {
    q->confirmed = true;
    wire_is_back (q->world->wire);
    if (q->proof_lost)
      send_down (q, WIRE_STOP, STOP_LOST, NULL, 0);
  } else
    send_up (q, WIRE_STOPPED_UP, 1, &flag, 1);
  return true;
}

/*------------------------------------------------------------------------*/
// The root hears.

static void ask_for_model (struct question *q, const struct outcome *outcome) {
  q->candidate = *outcome;
  model_stream_fini (&q->model);
  model_stream_init (&q->model, q->world->wire, q->num_vars);
  model_stream_expect (&q->model);
  q->expecting = true;
  wire_send (q->world->wire, outcome->rank, WIRE_MODEL_ASK, 0, NULL, 0);
}

static void exhaust (struct question *q, const struct outcome *outcome) {
  q->exhausted++;
  if (q->exhausted >= (unsigned)q->world->tree.size)
    decide (q, outcome);
}

// A wrong model counts as engines that have stopped.  After many deaths there
// may be nobody left to check one.
static void reject_model (struct question *q, const struct outcome *outcome,
                          bool checked) {
  struct outcome nothing = *outcome;
  nothing.status = 0;
  nothing.cause = checked ? CAUSE_EXHAUSTED : CAUSE_LOST;
  if (q->decided)
    return;
  if (checked)
    exhaust (q, &nothing);
  else
    decide (q, &nothing);
}

static void judge_model (struct question *q, const struct outcome *outcome,
                         const signed char *values) {
  const size_t bytes = (size_t)q->num_vars + 1;
  const bool checked = q->formula->num_clauses == (int64_t)q->num_clauses;
  if (!checked || !q->hooks.believe (q->hooks.state, q->formula, values)) {
    reject_model (q, outcome, checked);
    return;
  }
  mem_free (q->values);
  q->values = memcpy (mem_alloc (bytes), values, bytes);
  if (!q->decided)
    decide (q, outcome);
}

static void abandon (struct question *q, const struct outcome *why) {
  if (q->abandoned ||
      (q->stage != QUESTION_COLLECT && q->stage != QUESTION_CHECK))
    return;
  q->abandoned = true;
  q->outcome.cause = why->cause;
  q->outcome.rank = why->rank;
  q->outcome.number = why->number;
  send_down (q, WIRE_STOP, STOP_PROOF, NULL, 0);
  tell_outcome (q);
}

static void hear_limit (struct question *q, const struct outcome *outcome) {
  if (q->decided)
    abandon (q, outcome);
  else
    decide (q, outcome);
}

static void hear (struct question *q, const struct outcome *outcome) {
  if (!outcome->status && outcome->cause != CAUSE_EXHAUSTED)
    hear_limit (q, outcome);
  else if (q->decided)
    return;
  else if (outcome->cause == CAUSE_EXHAUSTED)
    exhaust (q, outcome);
  else if (outcome->status == 20)
    decide (q, outcome);
  else if (outcome->rank == world_rank (q->world))
    judge_model (q, outcome, q->hooks.model (q->hooks.state));
  else if (!q->expecting)
    ask_for_model (q, outcome);
}

static void on_notice (void *state, const struct wire_message *msg) {
  struct question *q = state;
  struct outcome outcome;
  if (take_outcome (q, msg, &outcome) && outcome.rank == msg->from)
    hear (q, &outcome);
  else
    wire_refuse (q->world->wire, msg, "an outcome that cannot be");
}

/*------------------------------------------------------------------------*/
// Models.

static void on_model_ask (void *state, const struct wire_message *msg) {
  struct question *q = state;
  (void)msg;
  if (q->own.status != 10)
    return;
  model_stream_fini (&q->model);
  model_stream_init (&q->model, q->world->wire, q->num_vars);
  model_stream_pack (&q->model, q->hooks.model (q->hooks.state));
  q->sending = true;
}

static bool model_step (struct question *q) {
  if (q->sending) {
    q->sending = !model_stream_send (&q->model, q->world->tree.root);
    return !q->sending;
  }
  if (!q->expecting || !model_stream_complete (&q->model))
    return false;
  signed char *values = model_stream_unpack (&q->model);
  q->expecting = false;
  judge_model (q, &q->candidate, values);
  mem_free (values);
  return true;
}

/*------------------------------------------------------------------------*/
// This rank tells.

static void tell (struct question *q, const struct outcome *outcome) {
  if (is_root (q))
    hear (q, outcome);
  else
    wire_send (q->world->wire, q->world->tree.root, WIRE_NOTICE, 0, outcome,
               sizeof *outcome);
}

void question_end (struct question *q, enum question_cause cause, int number) {
  if (q->stage >= QUESTION_TALK)
    return;
  q->ending = (struct outcome){
      .cause = cause, .rank = world_rank (q->world), .number = number};
  if (membership_status (q->world->membership) == MEMBERSHIP_STABLE)
    tell (q, &q->ending);
}

static bool tell_answer (struct question *q) {
  if (q->told || q->stage != QUESTION_SEARCH)
    return false;
  struct outcome own = q->own;
  if (!own.cause && !q->hooks.answer (q->hooks.state, &own))
    return false;
  q->own = own;
  q->own.rank = world_rank (q->world);
  q->told = true;
  tell (q, &q->own);
  return true;
}

bool decide_step (struct question *q) {
  bool moved = tell_answer (q);
  moved |= model_step (q);
  if (q->decided && q->stage <= QUESTION_SEARCH) {
    halt (q);
    moved = true;
  }
  return confirm (q) || moved;
}

/*------------------------------------------------------------------------*/
// Changes of the world.

struct knowledge { // what a rank reports when it accepts a view
  struct outcome outcome;
  uint32_t round;
  uint8_t decided, said, abandoned, proof_lost;
};

void decide_report (const struct question *q, struct bytes *bytes) {
  const struct knowledge knowledge = {.outcome = q->outcome,
                                      .round = rounds_round (q->rounds),
                                      .decided = q->decided,
                                      .said = q->said,
                                      .abandoned = q->abandoned,
                                      .proof_lost = q->proof_lost};
  bytes_append (bytes, &knowledge, sizeof knowledge);
}

void decide_learn (struct question *q, const uint8_t *data, size_t bytes) {
  struct knowledge knowledge;
  if (bytes != sizeof knowledge)
    return;
  memcpy (&knowledge, data, sizeof knowledge);
  if (knowledge.decided && !q->decided && valid (q, &knowledge.outcome)) {
    q->decided = true;
    q->outcome = knowledge.outcome;
  }
  q->said |= knowledge.said;
  q->abandoned |= knowledge.abandoned;
  q->proof_lost |= knowledge.proof_lost;
  if (wire_newer (knowledge.round, q->round))
    q->round = knowledge.round;
}

// The root has only values that it has seen itself.
static void find_model (struct question *q) {
  const struct view *view = membership_view (q->world->membership);
  if (!is_root (q) || q->outcome.status != 10 || q->values || q->said)
    return;
  if (q->outcome.rank == world_rank (q->world))
    judge_model (q, &q->outcome, q->hooks.model (q->hooks.state));
  else if (view_has (view, q->outcome.rank))
    ask_for_model (q, &q->outcome);
}

void decide_again (struct question *q) {
  q->expecting = q->sending = false;
  q->exhausted = 0;
  q->confirmed = false;
  q->told = false;
  if (q->decided && is_root (q)) {
    find_model (q);
    halt (q);
    if (q->said)
      send_down (q, WIRE_STOP, STOP_SAID, NULL, 0);
  } else if (!q->decided && q->ending.cause)
    tell (q, &q->ending);
}

void decide_init (struct question *q) {
  struct wire *wire = q->world->wire;
  tree_reduce_init (&q->stops);
  wire_handle (wire, WIRE_NOTICE, on_notice, q);
  wire_handle (wire, WIRE_STOP, on_stop, q);
  wire_handle (wire, WIRE_STOPPED_UP, on_stopped, q);
  wire_handle (wire, WIRE_MODEL_ASK, on_model_ask, q);
}
