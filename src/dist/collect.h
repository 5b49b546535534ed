// Turns the partial proofs of all engines into one LRAT file at rank 0: prune
// backwards over all ranks at once, merge up the tree, write.
//
//   source     [MichaelsonEtAl-TACAS'23] introduced both steps; here epochs end
//              with the id thresholds of the sharing rounds (docs/proof.md)
//   context    main thread; non-blocking, driven by 'collect_step'
#ifndef DIST_COLLECT_H
#define DIST_COLLECT_H

#include "base/file.h"
#include "dist/tree.h"
#include "proof/partial.h"
#include "wire/wire.h"

struct collect;

struct collect_config {
  struct file_out *file; // of the merged proof; rank 0 only; borrowed
  const char *temp_dir;  // an existing folder for temporary files
  bool text;             // LRAT as text instead of binary
  uint64_t originals;    // clauses of the formula; rank 0 tells the others
  uint64_t lanes;        // engines over all ranks
};

struct collect_stats {
  uint64_t windows;      // id windows pruned
  uint64_t kept_lines;   // of this rank's engines
  uint64_t asked_ids;    // clauses of other ranks this rank needed
  uint64_t merged_lines; // rank 0: derived clauses in the merged proof
  uint64_t merged_bytes; // rank 0: size of the merged proof, uncompressed
  double prune_s, merge_s, write_s; // wall-clock of the phases
};

// Prepares collecting; all ranks, right after start-up, since messages may
// arrive long before this rank is ready.
//
//   wire, tree borrowed
//   config     copied, with its strings
//   returns    owned
struct collect *collect_new (struct wire *, const struct tree *,
                             const struct collect_config *config);
void collect_free (struct collect *); // also in the middle

// Hands over this rank's partial proofs, once its engines have stopped.
//
//   partials   array copied, elements borrowed until collect_free; n of them
void collect_ready (struct collect *, struct partial *const *partials,
                    unsigned n);

// Starts it; rank 0 only, before or after collect_ready.
//
//   empty_id   id of the empty clause, of any lane, or of an original
//   epochs     the max_id of every sharing round that was broadcast, ascending
//              (repeats allowed), borrowed; n of them
void collect_start (struct collect *, uint64_t empty_id, const uint64_t *epochs,
                    size_t n);

enum collect_state {
  COLLECT_WAITING, // for messages, for collect_start or collect_ready
  COLLECT_BUSY,    // call again soon
  COLLECT_DONE,    // this rank's part is over; at rank 0: the proof is given
                   // to its file
};

// Does up to a few milliseconds of work.  The wire must be polled in between.
enum collect_state collect_step (struct collect *);

const struct collect_stats *collect_stats (const struct collect *);

#endif
