// settings.c - command line, usage, and what needs no formula.
#include "mpi/settings.h"

#include "base/version.h"
#include "team/portfolio.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct option_row run_rows[] = {
#define OPT(...) OPTION_ROW (struct run_options, __VA_ARGS__)
#include "mpi/options.def"
#undef OPT
};

enum { TABLES = 5 };

static void get_tables (struct settings *settings,
                        struct option_table tables[TABLES]) {
  tables[0] = (struct option_table){
      "Run", run_rows, sizeof run_rows / sizeof *run_rows, &settings->run};
  tables[1] = team_option_table (&settings->team);
  tables[2] = share_option_table (&settings->share);
  tables[3] = core_option_table (&settings->core);
  tables[4] = simp_option_table (&settings->simp);
}

/*------------------------------------------------------------------------*/
// Options that are no rows of a table.

static const struct {
  const char *name;
  size_t offset; // of the string in struct settings
} names[] = {
    {"--model", offsetof (struct settings, model)},
    {"--proof", offsetof (struct settings, proof)},
    {"--proof-dir", offsetof (struct settings, proof_dir)},
    {"--stats", offsetof (struct settings, stats)},
    {"--result", offsetof (struct settings, result)},
};

static const struct {
  const char *name;
  enum settings_request request;
} requests[] = {
    {"-h", SETTINGS_HELP},
    {"--help", SETTINGS_HELP},
    {"--help-all", SETTINGS_HELP_ALL},
    {"--version", SETTINGS_VERSION},
    {"--tuning", SETTINGS_TUNING},
    {"--list-options", SETTINGS_LIST_OPTIONS},
};

enum taken { TAKEN, NOT_MINE, WRONG };

static enum taken take_request (struct settings *settings, const char *arg) {
  for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
    if (!strcmp (arg, requests[i].name)) {
      settings->request = requests[i].request;
      return TAKEN;
    }
  return NOT_MINE;
}

static enum taken take_flag (struct settings *settings, const char *arg) {
  if (arg[0] != '-' || !arg[1] || arg[2])
    return NOT_MINE;
  if (arg[1] == 'q')
    settings->run.quiet = true;
  else if (arg[1] == 'v')
    settings->run.verbose += settings->run.verbose < 2;
  else if (arg[1] == 'n')
    settings->run.witness = false;
  else
    return NOT_MINE;
  return TAKEN;
}

// The part behind '--name='; null if 'arg' is another option.  An option
// without '=' has the value "".
static const char *value_of (const char *arg, const char *name) {
  const size_t length = strlen (name);
  if (strncmp (arg, name, length))
    return NULL;
  if (!arg[length])
    return arg + length;
  return arg[length] == '=' ? arg + length + 1 : NULL;
}

static enum taken take_name (struct settings *settings, const char *arg,
                             char *error) {
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *value = value_of (arg, names[i].name);
    if (!value)
      continue;
    const char **field = (const char **)((char *)settings + names[i].offset);
    *field = value;
    if (*value)
      return TAKEN;
    snprintf (error, SETTINGS_ERROR_BYTES, "expected '%s=NAME', found '%s'",
              names[i].name, arg);
    return WRONG;
  }
  return NOT_MINE;
}

static enum taken take_format (struct settings *settings, const char *arg,
                               char *error) {
  const char *value = value_of (arg, "--proof-format");
  if (!value)
    return NOT_MINE;
  settings->proof_text = !strcmp (value, "text");
  if (settings->proof_text || !strcmp (value, "binary"))
    return TAKEN;
  snprintf (error, SETTINGS_ERROR_BYTES,
            "expected '--proof-format=binary' or 'text', found '%s'", arg);
  return WRONG;
}

static enum taken take_portfolio (struct settings *settings, const char *arg,
                                  char *error) {
  const char *value = value_of (arg, "--list-portfolio");
  if (!value)
    return NOT_MINE;
  settings->request = SETTINGS_LIST_PORTFOLIO;
  char *end;
  errno = 0;
  settings->lanes = *value == '-' ? 0 : strtoull (value, &end, 10);
  if (!*value && arg[strlen (arg) - 1] != '=')
    return TAKEN; // the run's own number of lanes
  if (settings->lanes && !*end && settings->lanes <= 1000000)
    return TAKEN;
  snprintf (
      error, SETTINGS_ERROR_BYTES,
      "expected '--list-portfolio=N' with N from 1 to 1000000, found '%s'",
      arg);
  return WRONG;
}

static enum taken take_row (struct settings *settings, const char *arg,
                            char *error) {
  struct option_table tables[TABLES];
  get_tables (settings, tables);
  const enum option_status status = options_parse (tables, TABLES, arg, error);
  if (status == OPTION_OK)
    return TAKEN;
  if (status == OPTION_UNKNOWN)
    snprintf (error, SETTINGS_ERROR_BYTES,
              "unknown option '%.200s', try '--help'", arg);
  return WRONG;
}

static enum taken take_option (struct settings *settings, const char *arg,
                               char *error) {
  enum taken taken = take_request (settings, arg);
  if (taken == NOT_MINE)
    taken = take_flag (settings, arg);
  if (taken == NOT_MINE)
    taken = take_format (settings, arg, error);
  if (taken == NOT_MINE)
    taken = take_name (settings, arg, error);
  if (taken == NOT_MINE)
    taken = take_portfolio (settings, arg, error);
  if (taken == NOT_MINE)
    taken = take_row (settings, arg, error);
  return taken;
}

static bool take_formula (struct settings *settings, const char *arg,
                          char *error) {
  if (!settings->formula) {
    settings->formula = arg;
    return true;
  }
  snprintf (error, SETTINGS_ERROR_BYTES,
            "expected one formula, found '%.200s' and '%.200s'",
            settings->formula, arg);
  return false;
}

static void set_defaults (struct settings *settings) {
  struct option_table tables[TABLES];
  memset (settings, 0, sizeof *settings);
  get_tables (settings, tables);
  for (size_t i = 0; i < TABLES; i++)
    options_init (&tables[i]);
  const char *folder = getenv ("TMPDIR");
  settings->proof_dir = folder && *folder ? folder : "/tmp";
}

bool settings_parse (struct settings *settings, int argc, char **argv,
                     char *error) {
  set_defaults (settings);
  bool only_names = false; // after '--'
  for (int i = 1; i < argc; i++) {
    const char *arg = argv[i];
    if (only_names || arg[0] != '-' || !arg[1]) {
      if (!take_formula (settings, arg, error))
        return false;
    } else if (!strcmp (arg, "--"))
      only_names = true;
    else if (take_option (settings, arg, error) != TAKEN)
      return false;
  }
  if (settings->request != SETTINGS_SOLVE || settings->formula)
    return true;
  snprintf (error, SETTINGS_ERROR_BYTES,
            "expected a formula ('-' for stdin), try '--help'");
  return false;
}

bool settings_proving (const struct settings *settings) {
  return settings->proof || settings->run.check;
}

/*------------------------------------------------------------------------*/
// Files.

static bool complain (char *error, const char *verb, const char *name) {
  snprintf (error, SETTINGS_ERROR_BYTES, "cannot %s '%.300s': %s", verb, name,
            strerror (errno));
  return false;
}

// The folder that a file is in.
static const char *folder_of (const char *path, char *buffer) {
  const char *slash = strrchr (path, '/');
  if (!slash)
    return ".";
  if (slash == path)
    return "/";
  snprintf (buffer, PATH_MAX, "%.*s", (int)(slash - path), path);
  return buffer;
}

static bool can_write (const char *path, char *error) {
  char buffer[PATH_MAX];
  struct stat status;
  if (!path || !strcmp (path, "-"))
    return true;
  if (!stat (path, &status)) {
    if (S_ISDIR (status.st_mode))
      errno = EISDIR;
    else if (!access (path, W_OK))
      return true;
  } else if (errno == ENOENT && !access (folder_of (path, buffer), W_OK | X_OK))
    return true;
  return complain (error, "write", path);
}

static bool can_use_folder (const char *path, char *error) {
  struct stat status;
  if (!stat (path, &status)) {
    if (!S_ISDIR (status.st_mode))
      errno = ENOTDIR;
    else if (!access (path, W_OK | X_OK))
      return true;
  }
  return complain (error, "write into", path);
}

bool settings_check_files (const struct settings *settings, char *error) {
  if (settings->proof && !strcmp (settings->proof, "-")) {
    snprintf (error, SETTINGS_ERROR_BYTES,
              "a proof cannot be written to stdout, expected a file name");
    return false;
  }
  if (!can_write (settings->proof, error) ||
      !can_write (settings->model, error) ||
      !can_write (settings->stats, error) ||
      !can_write (settings->result, error))
    return false;
  return !settings_proving (settings) ||
         can_use_folder (settings->proof_dir, error);
}

/*------------------------------------------------------------------------*/
// Text.

static const char usage[] =
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
    "  --time=SECONDS         end after that wall-clock time\n"
    "  --memory=MB            end when a process takes that much\n"
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
    "  --list-portfolio[=N]   print what each of N engines runs\n"
    "  --list-options         print name, type, default, minimum, maximum\n"
    "  --tuning               print all options as markdown\n"
    "\n"
    "Exit status: 10 satisfiable, 20 unsatisfiable, 0 unknown, 1 bad input or\n"
    "usage.\n";

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

void settings_print (struct settings *settings, FILE *file) {
  struct option_table tables[TABLES];
  get_tables (settings, tables);
  switch (settings->request) {
  case SETTINGS_HELP_ALL:
    fputs (usage, file);
    fputc ('\n', file);
    options_help (tables, TABLES, file);
    break;
  case SETTINGS_HELP:
    fputs (usage, file);
    break;
  case SETTINGS_VERSION:
    fprintf (file, "tutti %s (%s, %s, %s)\n", TUTTI_VERSION, TUTTI_COMMIT,
             TUTTI_COMPILER, TUTTI_BUILD);
    break;
  case SETTINGS_TUNING:
    options_markdown (tables, TABLES, file);
    break;
  case SETTINGS_LIST_OPTIONS:
    options_list (tables, TABLES, file);
    break;
  case SETTINGS_LIST_PORTFOLIO:
    print_portfolio (settings, file);
    break;
  case SETTINGS_SOLVE:
    break;
  }
}
