// Option tables: one X-macro row yields field, default, range, command line
// form, help text and the line in docs/tuning.md.
//
// A layer writes its rows in LAYER/options.def as
//
//   OPT (INT, share_period_ms, 500, 1, 60000, "pause between two rounds")
//   OPT (BOOL, vivify, 1, 0, 1, "shorten clauses by assuming literals false")
//   OPT (REAL, elim_effort, 0.1, 0, 1e3, "effort relative to search")
//
// and builds struct and table with the macros below.
//
//   INT        int64_t; 1000, 1e3, 10k
//   LEVEL      int64_t; as INT, and one more each time it stands alone
//   BOOL       bool; true false yes no 1 0, or alone
//   REAL       double
//   SIZE       int64_t, megabytes rounded up; 500, 1.5G, 512MiB
//   TIME       double, seconds; 90, 1.5m, 2h
#ifndef BASE_OPTIONS_H
#define BASE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum option_type {
  OPTION_INT,
  OPTION_LEVEL,
  OPTION_BOOL,
  OPTION_REAL,
  OPTION_SIZE,
  OPTION_TIME
};

typedef int64_t option_INT, option_LEVEL, option_SIZE;
typedef bool option_BOOL;
typedef double option_REAL, option_TIME;

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

// True if the names are equal but for '-' and '_'; b has n characters.
bool options_same_name (const char *a, const char *b, size_t n);

// Finds the row of a name; '-' and '_' are the same.
//
//   name       borrowed; 'length' characters
//   tables     looked at in order, n of them
//   table      the row's; may be null
//   returns    null if there is none
const struct option_row *options_find (const struct option_table *tables,
                                       size_t n, const char *name,
                                       size_t length,
                                       const struct option_table **table);

// True if the option means nothing without a value.
bool options_need_value (const struct option_row *row);

enum { OPTION_ERROR_BYTES = 256, OPTION_NAME_BYTES = 64 };

// Writes a row's name as it is typed.
//
//   buffer     of OPTION_NAME_BYTES
//   returns    buffer
const char *options_dashed (const char *name, char *buffer);

// Sets a row to what a text says.
//
//   text       null: the option stood alone
//   error      buffer of OPTION_ERROR_BYTES; a sentence naming option and range
//   returns    false with an error, nothing is set then
bool options_read (const struct option_table *table,
                   const struct option_row *row, const char *text, char *error);

double options_get (const struct option_table *table,
                    const struct option_row *row);
void options_set (const struct option_table *table,
                  const struct option_row *row, double value); // clamped

void options_help (const struct option_table *tables, size_t n, FILE *out);
void options_markdown (const struct option_table *tables, size_t n, FILE *out);

// One line 'name type default min max' per option, for programs.
void options_list (const struct option_table *tables, size_t n, FILE *out);

#endif
