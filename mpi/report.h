// What rank 0 tells about all ranks: a line at intervals, and all counters at
// the end, both folded on their way up the tree.
//
//   context    main thread
#ifndef MPI_REPORT_H
#define MPI_REPORT_H

#include "base/json.h"
#include "base/message.h"
#include "mpi/lines.h"
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

// What the root prints.
struct report {
  struct lines lines;
  bool live;      // the next moment is for the live line
  bool silent;    // no lines any more
  double seconds; // when it was asked for
  int ranks;      // at the start
  bool *lost;     // by rank: told of
};

// Folds counters, or moments, of other ranks into those of this one.
void report_fold (void *into, const void *from);        // report_stats
void report_fold_moment (void *into, const void *from); // report_moment

void report_show (struct report *, const struct report_moment *,
                  struct message *out);

// Prints all tables at a level; writes them as members of the current JSON
// object.
void report_print (const struct report_stats *, double seconds, int level,
                   struct message *out);
void report_json (const struct report_stats *, struct json *);

#endif
