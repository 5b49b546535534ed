// finish.c - from the decision to the last counter.
//
// Read     finish_step, then the stages from top to bottom
#include "dist/internal.h"

#include "base/memory.h"

/*------------------------------------------------------------------------*/
// Engines stop.

static bool needs_proof (const struct question *q) {
  return q->outcome.status == 20 && q->config.proving && !q->abandoned &&
         !q->proof_lost && !q->said;
}

// Engines look at their flag every few milliseconds; if they do not, a run that
// was told to end still ends.  A proof needs them all.
static bool halt_step (struct question *q) {
  if (!q->stopped)
    q->stopped = !q->started || q->hooks.stopped (q->hooks.state);
  if (!q->stopped && (needs_proof (q) || stage_age_ms (q) < q->config.grace_ms))
    return false;
  // Whether the proof is complete, all know when all have confirmed.
  if (q->outcome.status == 20 && q->config.proving && is_root (q) &&
      !q->confirmed)
    return false;
  enter_stage (q, needs_proof (q) ? QUESTION_COLLECT : QUESTION_TALK);
  return true;
}

/*------------------------------------------------------------------------*/
// Proof.

static void begin_collect (struct question *q) {
  unsigned n = 0;
  struct partial *const *partials =
      q->started ? q->hooks.partials (q->hooks.state, &n) : NULL;
  collect_ready (q->collect, partials, n);
  q->collecting = true;
  if (!is_root (q))
    return;
  size_t epochs;
  const uint64_t *ids = rounds_epochs (q->rounds, &epochs);
  collect_start (q->collect, q->outcome.empty_id, ids, epochs);
}

static void drop_collect (struct question *q) {
  collect_free (q->collect);
  q->collect = NULL;
  q->collecting = false;
}

static void prepare_collect (struct question *q) {
  const struct collect_config config = {
      .file = is_root (q) ? q->hooks.proof (q->hooks.state) : NULL,
      .temp_dir = q->config.proof_dir,
      .text = q->config.proof_text,
      .originals = q->num_clauses,
      .lanes = q->world->lanes.total};
  q->collect = collect_new (q->world->wire, &q->world->tree, &config);
}

static bool give_up_proof (struct question *q) {
  drop_collect (q);
  q->outcome.status = 0;
  enter_stage (q, QUESTION_TALK);
  return true;
}

static bool collect_stage (struct question *q) {
  if (q->abandoned)
    return give_up_proof (q);
  if (q->proof_lost) {
    drop_collect (q);
    enter_stage (q, QUESTION_TALK);
    return true;
  }
  if (!q->collect)
    prepare_collect (q);
  if (!q->collecting)
    begin_collect (q);
  const enum collect_state state = collect_step (q->collect);
  if (state != COLLECT_DONE)
    return state == COLLECT_BUSY;
  enter_stage (q, is_root (q) ? QUESTION_CHECK : QUESTION_TALK);
  return true;
}

static bool check_stage (struct question *q) {
  if (q->abandoned)
    return give_up_proof (q);
  const int verdict = q->hooks.check (q->hooks.state);
  if (!verdict)
    return false;
  if (verdict < 0)
    q->outcome.status = 0;
  enter_stage (q, QUESTION_TALK);
  return true;
}

/*------------------------------------------------------------------------*/
// The answer.

static void say (struct question *q) {
  struct outcome outcome = q->outcome;
  if (outcome.status == 10 && !q->values)
    outcome.status = 0; // the model is gone with its rank
  if (outcome.status == 20 && q->proof_lost && q->config.proof_required)
    outcome.status = 0;
  q->hooks.say (q->hooks.state, &outcome, q->values);
  q->said = true;
  send_down (q, WIRE_STOP, STOP_SAID, NULL, 0);
}

// An answer is said when all know it; that there is none, at once, unless the
// others may have gone on without this rank.
static bool talk_stage (struct question *q) {
  if (is_root (q) && !q->said) {
    const bool sure = q->outcome.status || wire_was_away (q->world->wire);
    if (sure && (!q->confirmed || q->expecting))
      return false;
    say (q);
  }
  enter_stage (q, QUESTION_COUNT);
  return true;
}

/*------------------------------------------------------------------------*/
// Counters.

static void on_final (void *state, const struct wire_message *msg) {
  struct question *q = state;
  if (msg->bytes == q->hooks.stats_bytes)
    tree_reduce_add (&q->finals, &q->world->tree, msg);
  else
    wire_refuse (q->world->wire, msg, "counters of another size");
}

static void on_bye (void *state, const struct wire_message *msg) {
  struct question *q = state;
  (void)msg;
  send_down (q, WIRE_BYE, 0, NULL, 0);
  enter_stage (q, QUESTION_OVER);
}

// Folds what has come from the children, at once or after some patience.
static bool count (struct question *q) {
  const struct tree *tree = &q->world->tree;
  if (!q->finals.own && !q->counted)
    tree_reduce_join (&q->finals, tree, 1);
  const bool patient = stage_age_ms (q) < q->config.grace_ms;
  if (q->counted || (!tree_reduce_take (&q->finals) && patient))
    return false;
  int missing = 0;
  q->hooks.count (q->hooks.state, q->stats);
  for (int i = 0; i < tree->num_children; i++) {
    if (q->finals.parts[i].here)
      q->hooks.fold_stats (q->stats, q->finals.parts[i].bytes.data);
    else
      missing++;
  }
  (void)missing;
  if (!is_root (q))
    send_up (q, WIRE_STATS_UP, 1, q->stats, q->hooks.stats_bytes);
  return q->counted = true;
}

static bool count_stage (struct question *q) {
  const bool moved = count (q);
  if (is_root (q) && q->counted) {
    if (q->hooks.tell_stats)
      q->hooks.tell_stats (q->hooks.state, q->stats, q->world->tree.size);
    send_down (q, WIRE_BYE, 0, NULL, 0);
  } else if (stage_age_ms (q) < 4 * q->config.grace_ms)
    return moved;
  enter_stage (q, QUESTION_OVER);
  return true;
}

/*------------------------------------------------------------------------*/
// Moments of the search.

static void pass_question (struct question *q, uint32_t number) {
  send_down (q, WIRE_REPORT_ASK, number, NULL, 0);
  tree_reduce_join (&q->moments, &q->world->tree, number);
}

static void on_ask (void *state, const struct wire_message *msg) {
  struct question *q = state;
  pass_question (q, msg->round);
}

static void on_moment (void *state, const struct wire_message *msg) {
  struct question *q = state;
  if (msg->bytes == q->hooks.moment_bytes)
    tree_reduce_add (&q->moments, &q->world->tree, msg);
  else
    wire_refuse (q->world->wire, msg, "counters of another size");
}

void question_ask (struct question *q) {
  if (q->asking || membership_status (q->world->membership))
    return;
  q->asking = true;
  q->asked = (q->asked + 1) % WIRE_ROUNDS;
  pass_question (q, q->asked);
}

bool answer_moment (struct question *q) {
  const struct tree *tree = &q->world->tree;
  if (!tree_reduce_take (&q->moments))
    return false;
  void *moment = mem_calloc (1, q->hooks.moment_bytes);
  q->hooks.look (q->hooks.state, moment);
  for (int i = 0; i < tree->num_children; i++)
    q->hooks.fold_moment (moment, q->moments.parts[i].bytes.data);
  q->asking = false;
  if (is_root (q))
    q->hooks.show (q->hooks.state, moment);
  else
    send_up (q, WIRE_REPORT_UP, q->moments.round, moment,
             q->hooks.moment_bytes);
  mem_free (moment);
  return true;
}

/*------------------------------------------------------------------------*/

bool finish_step (struct question *q) {
  switch (q->stage) {
  case QUESTION_HALT:
    return halt_step (q);
  case QUESTION_COLLECT:
    return collect_stage (q);
  case QUESTION_CHECK:
    return check_stage (q);
  case QUESTION_TALK:
    return talk_stage (q);
  case QUESTION_COUNT:
    return count_stage (q);
  default:
    return false;
  }
}

// Whatever was being collected is collected again; counters too.
void finish_again (struct question *q) {
  if (q->collect)
    drop_collect (q);
  if (q->stage > QUESTION_HALT && q->stage < QUESTION_OVER)
    enter_stage (q, q->said ? QUESTION_TALK : QUESTION_HALT);
  q->counted = false;
}

void finish_init (struct question *q) {
  struct wire *wire = q->world->wire;
  q->stats = mem_calloc (1, q->hooks.stats_bytes + 1);
  tree_reduce_init (&q->finals);
  tree_reduce_init (&q->moments);
  wire_handle (wire, WIRE_STATS_UP, on_final, q);
  wire_handle (wire, WIRE_BYE, on_bye, q);
  wire_handle (wire, WIRE_REPORT_ASK, on_ask, q);
  wire_handle (wire, WIRE_REPORT_UP, on_moment, q);
  // A fast rank may be ahead of one whose engines still stop.
  wire_hold (wire, WIRE_MODEL);
  wire_hold (wire, WIRE_COLLECT_UP);
  wire_hold (wire, WIRE_COLLECT_DOWN);
  wire_hold (wire, WIRE_COLLECT_LINES);
}

void finish_fini (struct question *q) {
  collect_free (q->collect);
  model_stream_fini (&q->model);
  tree_reduce_fini (&q->finals);
  tree_reduce_fini (&q->moments);
  mem_free (q->stats);
  mem_free (q->values);
}
