// usage.c - what is printed instead of solving: help, version, lists.
#include "mpi/usage.h"

#include "base/version.h"
#include "team/portfolio.h"

static const char text[] =
    "usage: tutti FORMULA [options]\n"
    "       mpirun -np N tutti FORMULA [options]\n"
    "\n"
    "Decides a DIMACS formula: plain, .gz, .xz, .bz2, .zst, or '-' for stdin.\n"
    "\n"
    "  -h --help              print this text\n"
    "  --help-all             print all options\n"
    "  --version              print the version\n"
    "  -q                     no comments, just the answer\n"
    "  -v                     more comments\n"
    "  -n                     do not print the model\n"
    "  --time=T               end after that wall-clock time: 90, 10m, 2h\n"
    "  --memory=M             end when a process takes that much: 500, 2G\n"
    "  --seed=N               seed of all random choices\n"
    "  --engines=N            engines per rank (default: its cores)\n"
    "  --model=FILE           write the model\n"
    "  --proof=FILE           write an LRAT proof, compressed if it ends in "
    ".gz\n"
    "  --proof-format=FORMAT  'binary' (default) or 'text'\n"
    "  --proof-dir=DIR        temporary files (default: $TMPDIR or /tmp)\n"
    "  --check                check the proof before answering\n"
    "  --relaxed              accept wrong counts in the formula's header\n"
    "  --stats=FILE           write all counters as JSON\n"
    "  --result=FILE          write the verdict, 10, 20 or 0, for scripts\n"
    "  --force                let these replace a formula\n"
    "  --list-portfolio[=N]   print what each of N engines runs\n"
    "  --list-options         print name, type, default, minimum, maximum\n"
    "  --tuning               print all options as markdown\n"
    "\n"
    "'--name value' is the same as '--name=value'; what is true or false is\n"
    "'--name', '--no-name' or '--name=false'.  Only names of files follow "
    "'--'.\n"
    "\n"
    "Exit status: 10 satisfiable, 20 unsatisfiable, 0 unknown, 1 bad input or\n"
    "usage, or an output that could not be written.\n";

static void print_portfolio (const struct settings *settings, FILE *file) {
  const uint64_t total = settings->lanes ? settings->lanes
                         : settings->run.engines
                             ? (uint64_t)settings->run.engines
                             : 1;
  char line[PORTFOLIO_DESCRIPTION_BYTES];
  for (uint64_t lane = 0; lane < total; lane++)
    fprintf (file, "%s\n",
             portfolio_describe (&settings->team, lane, total, &settings->core,
                                 &settings->simp, line));
}

void usage_print (struct settings *settings, FILE *file) {
  struct option_table tables[SETTINGS_TABLES];
  settings_tables (settings, tables);
  switch (settings->request) {
  case SETTINGS_HELP_ALL:
    fputs (text, file);
    fputc ('\n', file);
    options_help (tables, SETTINGS_TABLES, file);
    break;
  case SETTINGS_HELP:
    fputs (text, file);
    break;
  case SETTINGS_VERSION:
    fprintf (file, "tutti %s (%s, %s, %s)\n", TUTTI_VERSION, TUTTI_COMMIT,
             TUTTI_COMPILER, TUTTI_BUILD);
    break;
  case SETTINGS_TUNING:
    options_markdown (tables, SETTINGS_TABLES, file);
    break;
  case SETTINGS_LIST_OPTIONS:
    options_list (tables, SETTINGS_TABLES, file);
    break;
  case SETTINGS_LIST_PORTFOLIO:
    print_portfolio (settings, file);
    break;
  case SETTINGS_SOLVE:
    break;
  }
}
