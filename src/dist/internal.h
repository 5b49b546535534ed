// A question's inside, shared by question.c (stages, change of the world),
// decide.c (from an answer to what all know) and finish.c (model, proof,
// counters).
#ifndef DIST_INTERNAL_H
#define DIST_INTERNAL_H

#include "dist/collect.h"
#include "dist/model_stream.h"
#include "dist/question.h"

// In the round field of STOP.
enum {
  STOP_SEARCH = 1, // the outcome
  STOP_PROOF,      // no proof any more
  STOP_SAID,       // the answer was said
  STOP_LOST,       // a part of the proof is gone with its rank
};

struct question {
  struct world *world;
  struct question_hooks hooks;
  struct question_config config;
  enum question_stage stage;
  double stage_s; // when it began

  struct formula received; // dropped by most ranks when all have loaded it
  const struct formula *formula; // that one, or the given one
  int num_vars;
  uint64_t num_clauses;
  struct stream *stream;
  struct rounds *rounds;
  struct share *share; // borrowed from the hooks; null: none
  bool started;        // engines run or have run
  bool stopped;        // they have ended, or were given up
  struct tree_reduce loaded;
  bool load_joined, dropping;

  // Decisions.
  bool decided; // 'outcome' is valid
  struct outcome outcome;
  enum question_stage outcome_stage; // when it was decided
  bool told;                         // this rank's answer
  struct outcome own;                // told: it; cause 0: none yet
  struct outcome ending; // a limit or a signal of this rank; cause 0: none
  unsigned exhausted;    // root: ranks whose engines have all stopped
  struct tree_reduce stops;
  bool confirmed; // root: all know the outcome
  bool said;      // the answer, by whoever was root then
  bool abandoned; // no proof any more
  uint32_t round; // root to be: the largest anybody reported

  // Model.
  struct model_stream model;
  bool expecting, sending;
  struct outcome candidate; // root: the model of which is under way; cause 0
  signed char *values;      // root: a model that was believed; owned

  // Proof.
  struct collect *collect; // null: no proof wanted, or none any more
  bool collecting;         // it has been handed the partial proofs
  bool proof_lost;
  bool *adopted; // by rank: looked after; null as long as nobody is gone

  // Counters.
  struct tree_reduce finals, moments;
  void *stats;
  bool counted;   // they include all children
  bool asking;    // root: a moment is under way
  uint32_t asked; // number of the last one
};

static inline bool is_root (const struct question *q) {
  return world_root (q->world);
}

static inline double now_s (const struct question *q) {
  return world_now_s (q->world);
}

static inline double stage_age_ms (const struct question *q) {
  return 1e3 * (now_s (q) - q->stage_s);
}

static inline void send_down (struct question *q, enum wire_kind kind,
                              uint32_t round, const void *data, size_t bytes) {
  tree_send_down (&q->world->tree, q->world->wire, kind, round, data, bytes);
}

static inline void send_up (struct question *q, enum wire_kind kind,
                            uint32_t round, const void *data, size_t bytes) {
  tree_send_up (&q->world->tree, q->world->wire, kind, round, data, bytes);
}

void enter_stage (struct question *q, enum question_stage stage);

// ------------------------------------------------------------- decide.c

void decide_init (struct question *q);
bool decide_step (struct question *q);  // this rank's answer, the root's
void decide_again (struct question *q); // the world has changed
void decide_report (const struct question *q, struct bytes *bytes);
void decide_learn (struct question *q, const uint8_t *data, size_t bytes);

// ------------------------------------------------------------- finish.c

void finish_init (struct question *q);
bool answer_moment (struct question *q);
bool finish_step (struct question *q); // from HALT on
void finish_again (struct question *q);
void finish_fini (struct question *q);

#endif
