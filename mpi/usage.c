// usage.c - what is printed instead of solving: help, version, lists.
#include "mpi/usage.h"

#include "base/version.h"
#include "team/portfolio.h"

static const char text[] =
    "usage: tutti FORMULA [PROOF] [options]\n"
    "       mpirun -np N tutti FORMULA [PROOF] [options]\n"
    "\n"
    "Decides a DIMACS formula: plain, .gz, .xz, .bz2, .zst, or '-' for stdin.\n"
    "\n"
    "  -h --help              print this text\n"
    "  --help-all             print all options\n"
    "  -V --version           print the version\n"
    "  -q --quiet             no comments, just the answer\n"
    "  -v --verbose           more comments; twice: even more\n"
    "  -s --statistics        all statistics\n"
    "  -n --no-witness        do not print the model\n"
    "  -t --time=T            end after that wall-clock time: 90, 10m, 2h\n"
    "  --memory=M             end when a process takes that much: 500, 2G\n"
    "  -c --conflicts=N       conflicts of each engine until it stops\n"
    "  -j --engines=N         engines per rank (default: its cores)\n"
    "  --seed=N               seed of all random choices\n"
    "  --sat --unsat          lean to models or to refutations\n"
    "  --plain --default      no simplification; back to the defaults\n"
    "  --model=FILE           write the answer with the model\n"
    "  -w FILE                the same, and no model on stdout\n"
    "  --proof=FILE           write an LRAT proof, compressed if it ends in "
    ".gz\n"
    "  --no-binary            as text (also '--proof-format=text')\n"
    "  --lrat-plain           without RAT steps, for lrat-trim\n"
    "  --proof-dir=DIR        temporary files (default: $TMPDIR or /tmp)\n"
    "  --check                check the proof before answering\n"
    "  --stats=FILE           write all counters as JSON\n"
    "  --result=FILE          write the verdict, 10, 20 or 0, for scripts\n"
    "  -f --force             let these files replace a formula\n"
    "  --relaxed --strict     accept wrong counts in the formula's header; or\n"
    "                         only headers that are exact\n"
    "  --compat               pass over options that tune Kissat or CaDiCaL\n"
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
