// The grammar of the command line: what words mean, and what is refused.
#include "suite.h"

#include "mpi/command_line.h"

#include <string.h>

static struct settings settings;
static char error[SETTINGS_ERROR_BYTES];

// Reads words that blanks separate, behind the program's name.
static bool parse (const char *text) {
  static char copy[1000];
  static char *argv[50];
  int argc = 0;
  argv[argc++] = "tutti";
  strcpy (copy, text);
  for (char *word = strtok (copy, " "); word; word = strtok (NULL, " "))
    argv[argc++] = word;
  argv[argc] = NULL;
  *error = 0;
  settings_init (&settings);
  return command_line_read (&settings, argc, argv, error);
}

static void accept (const char *text) {
  ck_assert_msg (parse (text), "%s: %s", text, error);
}

START_TEST (values) {
  static const char *const forms[] = {
      "a.cnf --time=60 --seed=7 --memory=2000 --model=m --walkers=-1",
      "--time 60 --seed 7 --memory 2000 --model m --walkers -1 a.cnf",
      "--time=1m --seed=7 a.cnf --memory=2G --model m",
      "--memory 2GB --time 60s --seed 0.7e1 --model=m -- a.cnf"};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    accept (forms[i]);
    ck_assert_double_eq (settings.run.time, 60);
    ck_assert_int_eq (settings.run.memory, 2000);
    ck_assert_int_eq (settings.run.seed, 7);
    ck_assert_int_eq (settings.team.walkers, -1);
    ck_assert_str_eq (settings.model, "m");
    ck_assert_str_eq (settings.formula, "a.cnf");
  }
}
END_TEST

START_TEST (flags) {
  accept ("-q -n -v --check --no-share a.cnf --no-vivify --otfs=no");
  ck_assert (settings.run.quiet && !settings.run.witness);
  ck_assert (settings.run.check && !settings.share.share);
  ck_assert (!settings.simp.vivify && !settings.core.otfs);
  ck_assert_int_eq (settings.run.verbose, 1);
  accept ("--verbose a.cnf -v");
  ck_assert_int_eq (settings.run.verbose, 2);
  accept ("-v1 a.cnf --no_share --no_otfs");
  ck_assert_int_eq (settings.run.verbose, 1);
  ck_assert (!settings.share.share && !settings.core.otfs);
}
END_TEST

START_TEST (requests) {
  static const struct {
    const char *text;
    enum settings_request request;
  } cases[] = {{"-h", SETTINGS_HELP},
               {"a.cnf --help", SETTINGS_HELP},
               {"--help-all", SETTINGS_HELP_ALL},
               {"-V", SETTINGS_VERSION},
               {"--version", SETTINGS_VERSION},
               {"--tuning", SETTINGS_TUNING},
               {"--list-portfolio=1e3", SETTINGS_LIST_PORTFOLIO}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    accept (cases[i].text);
    ck_assert_int_eq (settings.request, cases[i].request);
  }
  ck_assert_int_eq (settings.lanes, 1000);
  accept ("--list-portfolio");
  ck_assert_int_eq (settings.lanes, 0);
}
END_TEST

START_TEST (choices) {
  accept ("a.cnf --proof-format=text");
  ck_assert (!settings.run.binary);
  accept ("a.cnf --proof-format text --proof-format binary");
  ck_assert (settings.run.binary);
}
END_TEST

START_TEST (names) {
  accept ("-- -q");
  ck_assert_str_eq (settings.formula, "-q");
  ck_assert (!settings.run.quiet);
  accept ("- --stats -");
  ck_assert_str_eq (settings.formula, "-");
  ck_assert_str_eq (settings.stats, "-");
  accept ("--proof=--odd a.cnf");
  ck_assert_str_eq (settings.proof, "--odd");
}
END_TEST

// What scripts for Kissat and CaDiCaL say.
START_TEST (habits) {
  accept ("f.cnf p.lrat --lrat --binary=false --quiet --unsat --shrink=0");
  ck_assert_str_eq (settings.formula, "f.cnf");
  ck_assert_str_eq (settings.proof, "p.lrat");
  ck_assert (!settings.run.binary && settings.run.quiet);
  ck_assert (!settings.core.shrink);
  ck_assert_int_eq (settings.core.mode, 0);
  accept ("-t 10 -c 1e3 -j 4 -s -f --strict -w out a.cnf");
  ck_assert_double_eq (settings.run.time, 10);
  ck_assert_int_eq (settings.run.conflicts, 1000);
  ck_assert_int_eq (settings.run.engines, 4);
  ck_assert (settings.run.statistics && settings.run.force);
  ck_assert (settings.run.strict && !settings.run.witness);
  ck_assert_str_eq (settings.model, "out");
  accept ("a.cnf --threads=3 --no-binary");
  ck_assert_int_eq (settings.run.engines, 3);
  ck_assert (!settings.run.binary);
  accept ("a.cnf --threads 5 -j6 --binary=0");
  ck_assert_int_eq (settings.run.engines, 6);
  ck_assert (!settings.run.binary);
  accept ("--force a.cnf - ");
  ck_assert_str_eq (settings.proof, "-");
}
END_TEST

START_TEST (presets) {
  accept ("a.cnf --sat");
  ck_assert_int_eq (settings.core.mode, 2);
  ck_assert_int_eq (settings.core.target, 2);
  accept ("a.cnf --unsat");
  ck_assert_int_eq (settings.core.mode, 0);
  ck_assert (!settings.core.walk);
  accept ("a.cnf --plain");
  ck_assert (!settings.simp.simplify && !settings.simp.preprocess);
  accept ("a.cnf --unsat --mode=1"); // what comes later wins
  ck_assert_int_eq (settings.core.mode, 1);
  accept ("--sat --seed=3 --time=1 a.cnf --no-vivify --default -q");
  ck_assert_int_eq (settings.core.mode, 1);
  ck_assert_int_eq (settings.core.target, 1);
  ck_assert (settings.simp.vivify && settings.run.quiet);
  ck_assert_int_eq (settings.run.seed, 3);
  accept ("--lrat-plain a.cnf p --default");
  ck_assert (!settings.simp.factor);
}
END_TEST

START_TEST (compat) {
  accept ("a.cnf --no-chrono --compat --elimeffort=7 -O3 --shrink=3 -l");
  ck_assert_str_eq (settings.passed_over,
                    "--no-chrono --elimeffort=7 -O3 --shrink=3 -l");
  accept ("--compat --stable=2 --vivifyeffort=20 --no-elim a.cnf");
  ck_assert_str_eq (settings.passed_over, "");
  ck_assert_int_eq (settings.core.mode, 2);
  ck_assert_int_eq (settings.simp.vivify_effort, 20);
  ck_assert (!settings.simp.eliminate);
  accept ("--compat --target --no-reorder a.cnf p"); // theirs stand for 1 and 0
  ck_assert_int_eq (settings.core.target, 1);
  ck_assert_int_eq (settings.core.reorder, 0);
  ck_assert_str_eq (settings.proof, "p");
  accept ("--compat");
  ck_assert_str_eq (settings.formula, "-");
}
END_TEST

// A warning that is too long is cut.
START_TEST (passes_much_over) {
  char text[900] = "--compat";
  for (int i = 0; i < 40; i++)
    strcat (text, " --elimeffort=1000");
  accept (text);
  const size_t length = strlen (settings.passed_over);
  ck_assert_uint_gt (length, SETTINGS_PASSED_BYTES - 30);
  ck_assert_str_eq (settings.passed_over + length - 9, "=1000 ...");
}
END_TEST

// The tables name options that exist.
START_TEST (tables) {
  static const char *const ours[] = {
#define MEANS(WHOSE, NAME, OURS) #OURS,
#define TUNES(WHOSE, NAME)
#define SHORT(WHOSE, WORD)
#define LACKS(WHOSE, WORD, WHY)
#include "mpi/compat.def"
#define ALIAS(WORD, MEANING)
#define REQUEST(WORD, WHAT)
#define NAME(WORD, FIELD, WHAT)
#define CHOICE(WORD, VALUE, MEANING)
#define PRESET(WORD, OPTION, VALUE) OPTION,
#define RESET(WORD)
#include "mpi/words.def"
  };
  struct option_table all[SETTINGS_TABLES];
  settings_tables (&settings, all);
  for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
    ck_assert_msg (
        options_find (all, SETTINGS_TABLES, ours[i], strlen (ours[i]), NULL),
        "%s", ours[i]);
}
END_TEST

START_TEST (refuses) {
  static const struct {
    const char *text, *says;
  } cases[] = {
      {"", "expected a formula"},
      {"--", "expected a formula"},
      {"--time hard.cnf", "'--time' expects seconds or a time"},
      {"a.cnf --time", "found nothing"},
      {"a.cnf --memory --quiet", "'--memory' expects"},
      {"a.cnf --engines", "found nothing"},
      {"--seed s.cnf", "found 's.cnf'"},
      {"--model --check a.cnf", "'--model' expects the name of a file"},
      {"a.cnf --proof=", "'--proof' expects the name of a file"},
      {"a.cnf --proof-dir", "the name of a folder"},
      {"a.cnf --no-time", "'--time' has a value and cannot be negated"},
      {"a.cnf --no-seed=3", "takes no value"},
      {"a.cnf --no-check=1", "takes no value"},
      {"a.cnf --no-model", "unknown option '--no-model'"},
      {"a.cnf --help=1", "takes no value"},
      {"a.cnf --tiem=4", "did you mean '--time'"},
      {"a.cnf --no-vivfy", "did you mean '--no-vivify'"},
      {"a.cnf --prof=p", "did you mean '--proof'"},
      {"a.cnf --share_perod-ms=2", "did you mean '--share-period-ms'"},
      {"a.cnf --nothing-like-it", "try '--help'"},
      {"a.cnf -z", "unknown option '-z'"},
      {"a.cnf -qn", "unknown option '-qn'"},
      {"a.cnf -q=1", "unknown option '-q=1'"},
      {"a.cnf -7", "unknown option '-7'"},
      {"a.cnf ---", "unknown option '---'"},
      {"a.cnf --=", "unknown option '--='"},
      {"a.cnf --no-", "unknown option '--no-'"},
      {"a.cnf --check=maybe", "true or false, found 'maybe'"},
      {"a.cnf --proof-format=drat", "expects binary or text, found 'drat'"},
      {"a.cnf --proof-format", "expects binary or text, found nothing"},
      {"--list-portfolio=0", "from 1 to 1000000"},
      {"--list-portfolio=1.5", "from 1 to 1000000"},
      {"--list-portfolio=", "from 1 to 1000000"},
      {"a.cnf b c", "found 'c' beside 'a.cnf' and 'b'"},
      {"a.cnf --proof=b c", "found 'c' beside 'a.cnf' and 'b'"},
      {"a.cnf --no-lrat", "'--lrat' is always true"},
      {"a.cnf --sat=1", "takes no value"},
      {"a.cnf --default=1", "takes no value"},
      {"a.cnf --no-sat", "unknown option"},
      {"a.cnf --strict --relaxed", "contradict"},
      {"a.cnf --elimeffort=7", "CaDiCaL's and only tunes: '--compat'"},
      {"a.cnf --no-chrono", "'--compat' passes over it"},
      {"a.cnf --stable=2", "is Kissat's: expected '--mode' or '--compat'"},
      {"a.cnf --shrink=3", "'--shrink' expects true or false"},
      {"a.cnf -O3", "'--compat' passes over it"},
      {"a.cnf --compat --frat", "of CaDiCaL: proofs are LRAT"},
      {"a.cnf --compat --lrat=0", "'--lrat' is always true"},
      {"a.cnf --compat --decisions=5", "no limit on decisions"},
      {"a.cnf --compat -d 5", "no limit on decisions"},
      {"a.cnf --compat -o b", "no simplified formula"},
      {"a.cnf --compat --elimefort=7", "unknown option"},
      {"a.cnf --compat --time", "'--time' expects"},
      {"a.cnf --compat --memory=lots", "'--memory' expects"},
      {"a.cnf -t", "'--time' expects"},
      {"a.cnf -t x", "found 'x'"},
      {"a.cnf -w -q", "'--model' expects the name"},
      {"a.cnf -j 1.5", "found '1.5'"},
      {"a.cnf -t=5", "unknown option '-t=5'"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    ck_assert_msg (!parse (cases[i].text), "%s", cases[i].text);
    ck_assert_msg (strstr (error, cases[i].says), "%s: %s", cases[i].text,
                   error);
  }
}
END_TEST

START_TEST (long_words) {
  static char text[900];
  for (int kind = 0; kind < 3; kind++) {
    static const char *const starts[] = {"--", "--time=", "--no-"};
    memset (text, 'x', sizeof text - 1);
    memcpy (text, starts[kind], strlen (starts[kind]));
    ck_assert (!parse (text));
    ck_assert_uint_lt (strlen (error), sizeof error);
  }
}
END_TEST

int main (void) {
  Suite *suite = suite_create ("mpi command line");
  TCase *tcase = tcase_create ("command line");
  tcase_add_test (tcase, values);
  tcase_add_test (tcase, flags);
  tcase_add_test (tcase, requests);
  tcase_add_test (tcase, choices);
  tcase_add_test (tcase, names);
  tcase_add_test (tcase, habits);
  tcase_add_test (tcase, presets);
  tcase_add_test (tcase, compat);
  tcase_add_test (tcase, passes_much_over);
  tcase_add_test (tcase, tables);
  tcase_add_test (tcase, refuses);
  tcase_add_test (tcase, long_words);
  suite_add_tcase (suite, tcase);
  return suite_run (suite);
}
