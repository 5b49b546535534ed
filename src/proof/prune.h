// Keeps of the partial proofs of one process what the refutation needs, walking
// all of them backwards at once; the caller brings what other processes need.
//
// Ids are cut into windows by the thresholds of the sharing rounds (epochs).
// A line's hints are its own lane's, or at most the threshold below its window;
// so once all processes have finished a window, all needs below its lower
// end are known.  The caller goes through the windows from the last to the
// first, and for each
//
//   prune_requests   what this process needs of others in the window
//   prune_need       what others need in the window
//   prune_step       until it says that the window is done
//
// A single process needs one window, (originals, empty_id], and no requests.
#ifndef PROOF_PRUNE_H
#define PROOF_PRUNE_H

#include "proof/ids.h"
#include "proof/kept.h"
#include "proof/partial.h"

struct prune;

struct prune_config {
  const char *dir;                 // for temporary files; borrowed, like all
  struct partial *const *partials; // finished; n of them
  unsigned n;
  uint64_t lanes;        // engines of all processes
  uint64_t originals;    // m
  uint64_t empty_id;     // where to start; of any process
  struct kept_sink sink; // gets the kept lines, ids descending; with their
                         // uses if all lanes are in this process
};

struct prune_stats {
  uint64_t lines, kept; // seen and passed on
  uint64_t asked;       // distinct clauses of other processes needed
};

// returns owned
struct prune *prune_new (const struct prune_config *);
void prune_free (struct prune *);

// Appends the needed ids of other processes in (low, high], ascending.
void prune_requests (const struct prune *, uint64_t low, uint64_t high,
                     struct ids *ids);

// Marks ids as needed; those of other processes are ignored.
void prune_need (struct prune *, const uint64_t *ids, size_t n);

// Goes on with all lines above 'low'.
//
//   lines      to look at in this call
//   returns    true if all above 'low' are done
bool prune_step (struct prune *, uint64_t low, unsigned lines);

// Says that all windows are done: 'fatal' if a needed line was not there.
void prune_finish (struct prune *);

const struct prune_stats *prune_stats (const struct prune *);

#endif
