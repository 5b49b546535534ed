// What rank 0 tells about all ranks: a line at intervals, and all counters at
// the end, both folded on their way up the tree.
//
//   context    main thread; non-blocking, driven by 'report_step'
//   format     docs/wire.md, "report"
#ifndef MPI_REPORT_H
#define MPI_REPORT_H

#include "base/json.h"
#include "base/message.h"
#include "mpi/tree.h"
#include "mpi/wire.h"
#include "share/exchange.h"
#include "team/team.h"

#include <stdbool.h>
#include <stdint.h>

struct rank_counters {
#define STAT STAT_FIELD
#define STAT_REAL STAT_REAL_FIELD
#include "mpi/stats.def"
#undef STAT
#undef STAT_REAL
};

struct report_stats { // of one rank, or folded
  struct team_stats team;
  struct share_stats share;
  struct rank_counters rank;
};

// A moment of the search, of one rank or folded.
struct report_moment {
  struct team_live live;
  uint64_t engines, resident_bytes; // sums
  uint64_t shared, admitted;        // clauses, the same on all ranks
  uint64_t used;                    // imports by engines, sum
};

struct report;

// Prepares reporting, right after start-up.
//
//   look       fills in this rank's moment; called by report_step
//   returns    owned
struct report *report_new (struct wire *, const struct tree *,
                           void (*look) (void *state, struct report_moment *),
                           void *state);
void report_free (struct report *);

// Asks all ranks for a line; root only.  A question that is still open is not
// repeated.
//
//   live       as the line that stays on the terminal
void report_ask (struct report *, double seconds, bool live);

// Hands over this rank's final counters.
void report_finish (struct report *, const struct report_stats *);

// Answers questions, folds, prints lines to 'out' (root only).
//
//   returns    true if anything moved
bool report_step (struct report *, struct message *out);

// The folded counters: of the subtree, at the root of all ranks.
//
//   returns    borrowed; null before they are complete (at ranks other than
//              the root: and sent)
const struct report_stats *report_result (const struct report *);

// Prints all tables at a level; writes them as members of the current JSON
// object.
void report_print (const struct report_stats *, double seconds, int level,
                   struct message *out);
void report_json (const struct report_stats *, struct json *);

// No lines any more, also for questions that are still open.
void report_silence (struct report *, struct message *out);

#endif
