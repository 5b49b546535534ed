// Option tables: one X-macro row yields field, default, range, command line
// form, help text and the line in docs/tuning.md.
//
// A layer writes its rows in LAYER/options.def as
//
//   OPT (INT, share_period_ms, 500, 1, 60000, "pause between two rounds")
//   OPT (BOOL, vivify, 1, 0, 1, "shorten clauses by assuming literals false")
//   OPT (REAL, elim_effort, 0.1, 0, 1e3, "effort relative to search")
//
// and builds struct and table with the macros below.  Types are int64_t for
// INT, bool for BOOL and double for REAL.
#ifndef BASE_OPTIONS_H
#define BASE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum option_type { OPTION_INT, OPTION_BOOL, OPTION_REAL };

typedef int64_t option_INT;
typedef bool option_BOOL;
typedef double option_REAL;

struct option_row {
  enum option_type type;
  const char *name; // with underscores; '-' and '_' match on input
  size_t offset;    // into the layer's options struct
  double value, min, max;
  const char *help;
};

struct option_table {
  const char *title; // heading in --help and docs/tuning.md
  const struct option_row *rows;
  size_t num_rows;
  void *values; // the struct that the rows' offsets refer to
};

#define OPTION_FIELD(TYPE, NAME, VALUE, MIN, MAX, HELP) option_##TYPE NAME;
#define OPTION_ROW(STRUCT, TYPE, NAME, VALUE, MIN, MAX, HELP)                  \
  {OPTION_##TYPE, #NAME, offsetof (STRUCT, NAME), VALUE, MIN, MAX, HELP},

// Sets all fields of the table's struct to their defaults.
void options_init (const struct option_table *table);

enum option_status {
  OPTION_OK,
  OPTION_UNKNOWN, // no row of that name
  OPTION_VALUE,   // malformed, out of range or missing value
};

// Applies one argument: '--name=value', '--name' (= true or 1), '--no-name'.
// Integers take 1e6 style and k, M, G suffixes; booleans true/false/yes/no/1/0.
//
//   tables     tried in order; n of them
//   error      buffer of 256 bytes; a sentence naming option and range
enum option_status options_parse (const struct option_table *tables, size_t n,
                                  const char *arg, char *error);

const struct option_row *options_find (const struct option_table *table,
                                       const char *name);
double options_get (const struct option_table *table,
                    const struct option_row *row);
void options_set (const struct option_table *table,
                  const struct option_row *row, double value); // clamped

void options_help (const struct option_table *tables, size_t n, FILE *out);
void options_markdown (const struct option_table *tables, size_t n, FILE *out);

// One line 'name type default min max' per option, for programs.
void options_list (const struct option_table *tables, size_t n, FILE *out);

#endif
