// Statistics tables: one X-macro row yields the counter, its unit, how ranks
// are folded, its 'c' line and its JSON member.
//
// A layer writes its rows in LAYER/stats.def as
//
//   STAT (conflicts, "conflicts", RATE)
//   STAT (arena_peak, "bytes", MAX)
//   STAT_REAL (search_time, "s", SUM)
//
// (all in any order) and builds struct and table by including the file twice:
//
//   struct core_stats {
//   #define STAT STAT_FIELD
//   #define STAT_REAL STAT_REAL_FIELD
//   #include "core/stats.def"
//   #undef STAT
//   #undef STAT_REAL
//   };
//   static const struct stat_row rows[] = {
//   #define STAT STAT_ROW
//   #define STAT_REAL STAT_REAL_ROW
//   #include "core/stats.def"
//   #undef STAT
//   #undef STAT_REAL
//   };
//   const struct stat_table core_stat_table = STAT_TABLE ("core", rows);
//
// Every field takes 8 bytes, so the struct is an array of 64-bit words that
// can be sent to another rank and folded there.
#ifndef BASE_STATS_H
#define BASE_STATS_H

#include "base/json.h"
#include "base/message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// RATE is a sum that goes on while the run does, so that it is also printed for
// each second; a size or a number of ranks does not.
enum stat_fold { STAT_SUM, STAT_RATE, STAT_MAX, STAT_MIN };

struct stat_row {
  const char *name;
  const char *unit; // "" for a plain count
  enum stat_fold fold;
  bool real; // a double, else a uint64_t
};

struct stat_table {
  const char *title;
  const struct stat_row *rows;
  size_t num_rows;
};

#define STAT_FIELD(NAME, UNIT, FOLD) uint64_t NAME;
#define STAT_REAL_FIELD(NAME, UNIT, FOLD) double NAME;
#define STAT_ROW(NAME, UNIT, FOLD) {#NAME, UNIT, STAT_##FOLD, false},
#define STAT_REAL_ROW(NAME, UNIT, FOLD) {#NAME, UNIT, STAT_##FOLD, true},
#define STAT_TABLE(TITLE, ROWS)                                                \
  { TITLE, ROWS, sizeof ROWS / sizeof *ROWS }

// Folds the statistics of another engine or rank into 'into'.  Start with a
// copy of the first one's, not with zeroes (MIN).
void stats_fold (const struct stat_table *table, void *into, const void *from);

// One value as a double, whatever its type.
double stats_get (const struct stat_table *table, const void *values, size_t i);

// Prints a section with one line per row: name, value, unit, and the rate per
// second where the row has one.
//
//   seconds    wall-clock for the rates; <= 0 prints none
void stats_print (const struct stat_table *table, const void *values,
                  double seconds, struct message *message, int level);

// Writes a member TITLE that is an object with all values.
void stats_json (const struct stat_table *table, const void *values,
                 struct json *json);

#endif
