// A question: one formula on its way from the root's source to all ranks, the
// search for its answer, the agreement on it, its proof and its counters.
//
// Each rank goes through the stages below; the root of the world's tree leads.
// When the world changes, whatever is under way begins again from what the
// living ranks have, and the new root knows what the old one had decided.
//
//   engines    the question knows none; it asks its hooks
//   context    the wire's thread; non-blocking, driven by 'question_step'
//   format     docs/wire.md
#ifndef DIST_QUESTION_H
#define DIST_QUESTION_H

#include "dist/rounds.h"
#include "dist/stream.h"
#include "dist/world.h"
#include "proof/partial.h"

struct question;

enum question_stage {
#define STAGE(NAME, TEXT) QUESTION_##NAME,
#include "dist/stages.def"
#undef STAGE
};

enum question_cause {
#define CAUSE(NAME, TEXT) CAUSE_##NAME,
#include "dist/causes.def"
#undef CAUSE
  CAUSES
};

const char *question_stage_name (enum question_stage);
const char *question_cause_name (enum question_cause);

// Why a question ends: what a rank tells the root, and the root all ranks.
struct outcome {
  int32_t status; // 10, 20, 0
  int32_t cause;
  int32_t rank;            // where it happened
  int32_t number;          // of the signal
  uint64_t lane, empty_id; // of the answer
};

// What the question asks of the rank's program.  'state' comes first in each.
// Those that only tell something may be null.
struct question_hooks {
  void *state;

  // Root: the next chunk of the formula.  Not asked if the question was given
  // one.
  //
  //   lits       SOURCE_CHUNK: owned by the question from then on
  //   num_vars   SOURCE_END: as the header announces
  enum stream_source (*read) (void *, int **lits, size_t *size, int *num_vars);

  // The formula is complete: starts the engines.
  //
  //   returns    the exchange of clauses, borrowed until 'stopped' said true;
  //              null: none
  struct share *(*start) (void *, const struct formula *, unsigned *period_ms);
  bool (*loaded) (void *); // engines do not read the formula any more
  void (*stop) (void *);   // asks engines to stop
  bool (*stopped) (void *);

  // This rank's answer once there is one: status, cause (answer or exhausted),
  // lane, empty_id.
  bool (*answer) (void *, struct outcome *);
  const signed char *(*model) (void *); // of this rank's answer 10; borrowed

  // Root: evaluates the formula.
  bool (*believe) (void *, const struct formula *, const signed char *values);

  // This rank's partial proofs, once engines have stopped, adopted ones too.
  struct partial *const *(*partials) (void *, unsigned *n);

  // What other ranks of this host need to take over this one's partial proofs,
  // once its engines run; and what another one sent.
  void (*bequeath) (void *, struct bytes *);
  void (*inherit) (void *, int rank, const uint8_t *data, size_t bytes);

  // A rank of this host is gone whose partial proofs this one should take over.
  //
  //   returns    false if they are lost
  bool (*adopt) (void *, int rank);

  // Root: an empty file for the merged proof, instead of any handed out before.
  //
  //   returns    borrowed until the next call or the question's end
  struct file_out *(*proof) (void *);

  // Root: the proof is complete in that file.
  //
  //   returns    0 still checking, 1 fine, -1 wrong
  int (*check) (void *);

  // Root: the search is over, or its proof is given up.
  void (*decided) (void *, const struct outcome *);
  void (*lost) (void *, int rank); // a rank is gone
  void (*say) (void *, const struct outcome *, const signed char *values);

  // Counters at the end and at a moment, as structs that can be folded.
  size_t stats_bytes, moment_bytes;
  void (*count) (void *, void *stats);
  void (*fold_stats) (void *into, const void *from);
  void (*tell_stats) (void *, const void *stats, int ranks); // root
  void (*look) (void *, void *moment);
  void (*fold_moment) (void *into, const void *from);
  void (*show) (void *, const void *moment); // root
};

struct question_config {
  const struct formula *formula; // borrowed; null: it comes from the root.  For
                                 // a world of one rank
  bool proving;
  bool proof_required;   // without its proof an answer 20 is none
  const char *proof_dir; // for temporary files
  bool proof_text;
  unsigned grace_ms; // for engines to stop, for counters to arrive
};

// Begins.
//
//   world      borrowed
//   hooks      copied
//   config     copied, names borrowed
//   returns    owned
struct question *question_new (struct world *, const struct question_hooks *,
                               const struct question_config *);
void question_free (struct question *);

// Goes on as far as possible now; the world must be stepped in between.
//
//   returns    true if anything moved
bool question_step (struct question *);

enum question_stage question_stage (const struct question *);

// Ends it without an answer: a limit or a signal of this rank.  Said again it
// does nothing, unless there is a proof to be given up.
void question_end (struct question *, enum question_cause, int number);

// Ends it for this rank alone, at once; the others will find it gone.
void question_desert (struct question *, enum question_cause);

// Root: asks all ranks for their moment; 'show' gets it folded.
void question_ask (struct question *);

// The outcome as decided so far; null before.
const struct outcome *question_outcome (const struct question *);
enum question_stage question_outcome_stage (const struct question *);
bool question_proof_lost (const struct question *);

// Seconds until the next start of a round here; huge if none.
double question_wait_s (const struct question *);

const struct rounds_stats *question_rounds (const struct question *);
const struct collect_stats *question_collected (const struct question *);

#endif
