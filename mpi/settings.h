// What a run is asked to do: the options of all layers and the names of files.
// mpi/command_line.h fills them in.
#ifndef MPI_SETTINGS_H
#define MPI_SETTINGS_H

#include "base/options.h"
#include "core/core.h"
#include "share/exchange.h"
#include "simp/simp.h"
#include "team/team.h"

#include <stdbool.h>
#include <stdint.h>

struct run_options {
#define OPT OPTION_FIELD
#include "mpi/options.def"
#undef OPT
};

enum settings_request { // what to do instead of solving
  SETTINGS_SOLVE,
  SETTINGS_HELP,
  SETTINGS_HELP_ALL,
  SETTINGS_VERSION,
  SETTINGS_TUNING,         // options as markdown
  SETTINGS_LIST_OPTIONS,   // one line per option, for programs
  SETTINGS_LIST_PORTFOLIO, // one line per lane
};

enum {
  SETTINGS_ERROR_BYTES = 512,
  SETTINGS_PASSED_BYTES = 200,
  SETTINGS_TABLES = 5
};

struct settings {
  struct run_options run;
  struct core_options core;
  struct simp_options simp;
  struct share_options share;
  struct team_options team;

  enum settings_request request;
  uint64_t lanes;      // of SETTINGS_LIST_PORTFOLIO
  const char *formula; // all names borrow argv; "-" for stdin
  const char *model;   // files to write; null: not wanted
  const char *proof;
  const char *stats;
  const char *result;    // verdict for scripts, see docs/wire.md, "end"
  const char *proof_dir; // folder for temporary files, never null
  char passed_over[SETTINGS_PASSED_BYTES]; // words that had no effect
};

// Sets everything to its default.
void settings_init (struct settings *);

// Tables over the settings' options, in the order in which names are looked up.
void settings_tables (struct settings *,
                      struct option_table tables[SETTINGS_TABLES]);

// True if engines must log their derivations.
bool settings_proving (const struct settings *);

#endif
