// main.c - 'tutti-check FORMULA PROOF': the checker as a program.
#include "check/check.h"

#include "base/clock.h"
#include "base/fatal.h"
#include "base/streams.h"
#include "base/version.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: tutti-check [OPTION...] FORMULA PROOF\n"
    "\n"
    "Checks that the LRAT proof refutes the CNF formula.  Both may be\n"
    "compressed; one of them may be '-' for stdin.  Text and binary proofs\n"
    "are told apart by their first byte.\n"
    "\n"
    "  -h, --help     this text\n"
    "  --version      version and commit\n"
    "  -q, --quiet    only the 's' line\n"
    "  -v, --verbose  also statistics\n"
    "  --relaxed      ignore wrong counts in the formula's header, or its "
    "lack\n"
    "  --patient      allow 256 times as much work (docs/proof.md)\n"
    "\n"
    "Prints 's VERIFIED' and exits with 0 if the refutation is complete, else\n"
    "'s NOT VERIFIED' and 1.\n";

struct arguments {
  struct check_config config;
  int verbosity;
};

static _Noreturn void die (const char *message) {
  fflush (stdout);
  fprintf (stderr, "tutti-check: error: %s\n", message);
  printf ("s NOT VERIFIED\n");
  fflush (stdout);
  _Exit (1);
}

static _Noreturn void die_option (const char *reason, const char *arg) {
  fprintf (stderr, "tutti-check: error: %s '%s' (try '--help')\n", reason, arg);
  exit (1);
}

// The verdict counts only if it was printed.
static int leave (int status) {
  const int number = streams_finish ();
  if (!number)
    return status;
  fprintf (stderr, "tutti-check: error: cannot write to stdout: %s\n",
           strerror (number));
  return 1;
}

static bool is (const char *arg, const char *brief, const char *full) {
  return !strcmp (arg, brief) || !strcmp (arg, full);
}

static void parse_file (struct arguments *arguments, const char *arg) {
  if (!arguments->config.formula.name)
    arguments->config.formula.name = arg;
  else if (!arguments->config.proof.name)
    arguments->config.proof.name = arg;
  else
    die_option ("more than two files:", arg);
}

static void parse_argument (struct arguments *arguments, const char *arg) {
  if (is (arg, "-h", "--help"))
    fputs (usage, stdout), exit (leave (0));
  else if (is (arg, "-V", "--version"))
    printf ("%s %s\n", TUTTI_VERSION, TUTTI_COMMIT), exit (leave (0));
  else if (is (arg, "-q", "--quiet"))
    arguments->verbosity = -1;
  else if (is (arg, "-v", "--verbose"))
    arguments->verbosity = 1;
  else if (!strcmp (arg, "--relaxed"))
    arguments->config.relaxed = true;
  else if (!strcmp (arg, "--patient"))
    arguments->config.work_per_byte = CHECK_WORK_PER_BYTE << 8;
  else if (arg[0] == '-' && arg[1])
    die_option ("unknown option", arg);
  else
    parse_file (arguments, arg);
}

static void print_statistics (const struct check_result *result) {
  printf ("c bytes     %14" PRIu64 "\n", result->bytes);
  printf ("c originals %14" PRIu64 "\n", result->originals);
  printf ("c added     %14" PRIu64 "\n", result->added);
  printf ("c deleted   %14" PRIu64 "\n", result->deleted);
  printf ("c hints     %14" PRIu64 "\n", result->hints);
  printf ("c rat       %14" PRIu64 "\n", result->rat);
  printf ("c work      %14" PRIu64 "\n", result->work);
  printf ("c overhead  %14" PRIu64 "\n", result->overhead);
  printf ("c arena     %14.1f MB\n", result->peak_words * 4e-6);
  printf ("c memory    %14.1f MB\n", clock_peak_bytes () * 1e-6);
  printf ("c seconds   %14.2f\n", clock_process_cpu_s ());
}

int main (int argc, char **argv) {
  struct arguments arguments = {.verbosity = 0};
  struct check_result result;
  streams_init ();
  fatal_set_handler (die);
  for (int i = 1; i < argc; i++)
    parse_argument (&arguments, argv[i]);
  if (!arguments.config.proof.name)
    die_option ("expected a formula and a proof instead of",
                argc > 1 ? argv[argc - 1] : "");
  const bool verified = check_refutation (&arguments.config, &result);
  if (!verified && arguments.verbosity >= 0)
    printf ("c rejected: %s\n", result.message);
  if (arguments.verbosity > 0)
    print_statistics (&result);
  printf (verified ? "s VERIFIED\n" : "s NOT VERIFIED\n");
  return leave (verified ? 0 : 1);
}
