// command_line.c - arguments, one after the other, become settings.
//
// Read     take_argument, take_word, then the kinds of words from take_alias on
#include "mpi/command_line.h"

#include "base/nearest.h"
#include "base/quantity.h"
#include "mpi/compat.h"

#include <ctype.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct line { // the command line and how far it has been read
  struct settings *settings;
  struct option_table tables[SETTINGS_TABLES];
  int argc, next;
  char **argv;
  bool only_names; // after '--'
  char *error;     // of SETTINGS_ERROR_BYTES
};

// A word with its dashes, as typed or in place of what was typed.
struct word {
  const char *text;
  size_t length;     // without the value
  const char *value; // null: none attached
};

enum kind { ALIAS, REQUEST, NAME, CHOICE, PRESET, RESET };

static const struct entry {
  enum kind kind;
  const char *word;
  const char *text;  // meaning, what is named, or option, as the kind has it
  size_t number;     // request, offset in the settings, or value of the option
  const char *value; // of a choice
} entries[] = {
#define ALIAS(WORD, MEANING) {ALIAS, WORD, MEANING, 0, NULL},
#define REQUEST(WORD, WHAT) {REQUEST, WORD, NULL, SETTINGS_##WHAT, NULL},
#define NAME(WORD, FIELD, WHAT)                                                \
  {NAME, WORD, WHAT, offsetof (struct settings, FIELD), NULL},
#define CHOICE(WORD, VALUE, MEANING) {CHOICE, WORD, MEANING, 0, VALUE},
#define PRESET(WORD, OPTION, VALUE) {PRESET, WORD, OPTION, VALUE, NULL},
#define RESET(WORD) {RESET, WORD, NULL, 0, NULL},
#include "mpi/words.def"
#undef ALIAS
#undef REQUEST
#undef NAME
#undef CHOICE
#undef PRESET
#undef RESET
};

static const struct entry *const no_entry =
    entries + sizeof entries / sizeof *entries;

/*------------------------------------------------------------------------*/
// Words.

static bool fail (struct line *line, const char *fmt, ...)
    __attribute__ ((format (printf, 2, 3)));

static bool fail (struct line *line, const char *fmt, ...) {
  va_list ap;
  va_start (ap, fmt);
  vsnprintf (line->error, SETTINGS_ERROR_BYTES, fmt, ap);
  va_end (ap);
  return false;
}

// A letter may be followed by digits, its value.
static struct word split (const char *text) {
  const bool is_long = text[1] == '-';
  struct word word = {text, is_long ? strcspn (text, "=") : 2, NULL};
  const char *rest = text + word.length;
  if (is_long)
    word.value = *rest ? rest + 1 : NULL;
  else if (isdigit ((unsigned char)*rest))
    word.value = rest;
  else
    word.length = strlen (text); // a single letter or nothing we know
  return word;
}

// The first entry of that name from one on; null if there is none.
static const struct entry *find (const struct entry *entry,
                                 const struct word *word) {
  for (; entry < no_entry; entry++)
    if (options_same_name (entry->word, word->text, word->length))
      return entry;
  return NULL;
}

static bool is_option (const char *arg) {
  return arg[0] == '-' && arg[1];
}

static bool is_number (const char *arg) {
  return isdigit ((unsigned char)arg[1]) || arg[1] == '.';
}

// The value of a word that needs one, attached or as the next argument; null
// if there is none.
static const char *value_of (struct line *line, const struct word *word) {
  if (word->value)
    return word->value;
  if (line->next == line->argc)
    return NULL;
  const char *next = line->argv[line->next];
  if (is_option (next) && !is_number (next))
    return NULL;
  line->next++;
  return next;
}

static const struct option_row *find_row (const struct line *line,
                                          const char *name, size_t length,
                                          const struct option_table **table) {
  return options_find (line->tables, SETTINGS_TABLES, name, length, table);
}

/*------------------------------------------------------------------------*/
// What somebody meant.

static void offer_rows (const struct line *line, struct nearest *nearest,
                        bool only_bools) {
  for (size_t i = 0; i < SETTINGS_TABLES; i++)
    for (size_t j = 0; j < line->tables[i].num_rows; j++) {
      const struct option_row *row = &line->tables[i].rows[j];
      if (!only_bools || row->type == OPTION_BOOL)
        nearest_offer (nearest, row->name);
    }
}

static void offer_entries (struct nearest *nearest) {
  for (const struct entry *entry = entries; entry < no_entry; entry++)
    if (entry->word[1] == '-' && entry->kind != CHOICE)
      nearest_offer (nearest, entry->word + 2);
}

static bool is_negated (const struct word *word) {
  return word->length > 5 && !strncmp (word->text, "--no", 4) &&
         (word->text[4] == '-' || word->text[4] == '_');
}

static bool unknown (struct line *line, const struct word *word) {
  const bool negated = is_negated (word);
  const size_t skip = negated ? 5 : word->length < 2 ? word->length : 2;
  struct nearest nearest;
  nearest_init (&nearest, word->text + skip, word->length - skip);
  if (word->text[1] == '-') {
    offer_rows (line, &nearest, negated);
    if (!negated)
      offer_entries (&nearest);
  }
  if (!nearest.best)
    return fail (line, "unknown option '%.200s', try '--help'", word->text);
  char meant[OPTION_NAME_BYTES];
  return fail (line, "unknown option '%.200s', did you mean '--%s%s'?",
               word->text, negated ? "no-" : "",
               options_dashed (nearest.best, meant));
}

/*------------------------------------------------------------------------*/
// Kinds of words.

static bool take_word (struct line *line, const struct word *word);

static bool no_value (struct line *line, const struct word *word) {
  return fail (line, "option '%.*s' takes no value, found '%.200s'",
               (int)word->length, word->text, word->value);
}

static bool take_alias (struct line *line, const struct word *word,
                        const struct entry *entry) {
  const struct entry *next;
  for (; (next = find (entry + 1, word)); entry = next) {
    const struct word meaning = split (entry->text);
    if (!take_word (line, &meaning))
      return false;
  }
  struct word last = split (entry->text);
  last.value = word->value;
  return take_word (line, &last);
}

// '--list-portfolio=N': for N lanes; without '=' for the run's own.
static bool take_lanes (struct line *line, const struct word *word) {
  double lanes;
  if (!word->value)
    return true;
  if (!quantity_parse (QUANTITY_COUNT, word->value, &lanes) ||
      !(1 <= lanes && lanes <= 1e6) || lanes != (uint64_t)lanes)
    return fail (line,
                 "option '--list-portfolio' expects an integer from 1 to "
                 "1000000, found '%.60s'",
                 word->value);
  line->settings->lanes = (uint64_t)lanes;
  return true;
}

static bool take_request (struct line *line, const struct word *word,
                          const struct entry *entry) {
  line->settings->request = (enum settings_request)entry->number;
  if (entry->number == SETTINGS_LIST_PORTFOLIO)
    return take_lanes (line, word);
  return !word->value || no_value (line, word);
}

static bool take_name (struct line *line, const struct word *word,
                       const struct entry *entry) {
  const char *value = value_of (line, word);
  if (!value || !*value)
    return fail (line, "option '%s' expects the name of a %s, found nothing",
                 entry->word, entry->text);
  *(const char **)((char *)line->settings + entry->number) = value;
  return true;
}

static bool take_choice (struct line *line, const struct word *word,
                         const struct entry *entry) {
  const char *value = value_of (line, word);
  char all[64] = "";
  for (; entry; entry = find (entry + 1, word)) {
    if (value && !strcmp (value, entry->value)) {
      const struct word meaning = split (entry->text);
      return take_word (line, &meaning);
    }
    const size_t used = strlen (all);
    snprintf (all + used, sizeof all - used, "%s%s", used ? " or " : "",
              entry->value);
  }
  return fail (line, "option '%.*s' expects %s, found %s%.200s%s",
               (int)word->length, word->text, all, value ? "'" : "",
               value ? value : "nothing", value ? "'" : "");
}

static bool take_preset (struct line *line, const struct word *word,
                         const struct entry *entry) {
  if (word->value)
    return no_value (line, word);
  for (; entry; entry = find (entry + 1, word)) {
    const struct option_table *table;
    const struct option_row *row =
        find_row (line, entry->text, strlen (entry->text), &table);
    options_set (table, row, (double)entry->number);
  }
  return true;
}

static bool take_reset (struct line *line, const struct word *word,
                        const struct entry *entry) {
  (void)entry;
  if (word->value)
    return no_value (line, word);
  for (size_t i = 0; i < SETTINGS_TABLES; i++)
    if (line->tables[i].values != &line->settings->run)
      options_init (&line->tables[i]);
  return true;
}

static bool take_entry (struct line *line, const struct word *word,
                        const struct entry *entry) {
  static bool (*const takers[]) (struct line *, const struct word *,
                                 const struct entry *) = {
      [ALIAS] = take_alias,   [REQUEST] = take_request, [NAME] = take_name,
      [CHOICE] = take_choice, [PRESET] = take_preset,   [RESET] = take_reset};
  return takers[entry->kind](line, word, entry);
}

/*------------------------------------------------------------------------*/
// Options of other solvers.

static const struct compat *find_theirs (const struct word *word) {
  char name[OPTION_NAME_BYTES];
  const struct compat *theirs = compat_find (word->text, word->length);
  if (theirs || !is_negated (word))
    return theirs;
  snprintf (name, sizeof name, "--%.*s", (int)word->length - 5, word->text + 5);
  return compat_find (name, strlen (name));
}

// Their options stand for 1, and negated for 0, whatever their type.
static const char *their_value (const struct word *word) {
  return word->value ? word->value : is_negated (word) ? "0" : "1";
}

// Keeps the word for a warning, as long as there is room.
static bool pass_over (struct line *line, const struct word *word) {
  static const char more[] = " ...";
  char *passed = line->settings->passed_over;
  const size_t used = strlen (passed), bytes = SETTINGS_PASSED_BYTES - used;
  if (strlen (word->text) + sizeof more < bytes)
    snprintf (passed + used, bytes, "%s%s", used ? " " : "", word->text);
  else if (!strstr (passed, more))
    snprintf (passed + used, bytes, "%s", more);
  return true;
}

static bool advise (struct line *line, const struct word *word,
                    const struct compat *theirs) {
  char ours[OPTION_NAME_BYTES];
  if (theirs->ours)
    return fail (line, "option '%.200s' is %s's: expected '--%s' or '--compat'",
                 word->text, theirs->whose,
                 options_dashed (theirs->ours, ours));
  return fail (line,
               "option '%.200s' is %s's and only tunes: '--compat' passes over "
               "it",
               word->text, theirs->whose);
}

// An option that is theirs alone.
static bool take_theirs (struct line *line, const struct word *word,
                         const struct compat *theirs) {
  const struct option_table *table;
  if (theirs->lacks)
    return fail (line, "option '%.200s' of %s: %s", word->text, theirs->whose,
                 theirs->lacks);
  if (!line->settings->run.compat)
    return advise (line, word, theirs);
  if (!theirs->ours)
    return pass_over (line, word);
  const struct option_row *row =
      find_row (line, theirs->ours, strlen (theirs->ours), &table);
  return options_read (table, row, their_value (word), line->error) ||
         pass_over (line, word);
}

// A row that they know too may get a value that only they know.
static bool take_shared_row (struct line *line, const struct word *word,
                             const struct option_table *table,
                             const struct option_row *row) {
  return options_read (table, row, their_value (word), line->error) ||
         pass_over (line, word);
}

/*------------------------------------------------------------------------*/
// Any word.

static bool is_shared (const struct line *line, const struct word *word) {
  const struct compat *theirs = find_theirs (word);
  return line->settings->run.compat && theirs && !theirs->lacks;
}

static bool take_row (struct line *line, const struct word *word,
                      const struct option_table *table,
                      const struct option_row *row) {
  if (is_shared (line, word))
    return take_shared_row (line, word, table, row);
  const char *value =
      options_need_value (row) ? value_of (line, word) : word->value;
  return options_read (table, row, value, line->error);
}

static bool take_negation (struct line *line, const struct word *word,
                           const struct option_table *table,
                           const struct option_row *row) {
  if (word->value)
    return no_value (line, word);
  if (is_shared (line, word))
    return take_shared_row (line, word, table, row);
  if (row->type != OPTION_BOOL)
    return fail (line, "option '--%s' has a value and cannot be negated",
                 word->text + 5);
  return options_read (table, row, "false", line->error);
}

static bool take_word (struct line *line, const struct word *word) {
  const struct option_table *table;
  const struct option_row *row = NULL;
  const struct entry *entry = find (entries, word);
  if (entry)
    return take_entry (line, word, entry);
  if (word->length > 2 && word->text[1] == '-')
    row = find_row (line, word->text + 2, word->length - 2, &table);
  if (row)
    return take_row (line, word, table, row);
  if (is_negated (word))
    row = find_row (line, word->text + 5, word->length - 5, &table);
  if (row)
    return take_negation (line, word, table, row);
  const struct compat *theirs = find_theirs (word);
  return theirs ? take_theirs (line, word, theirs) : unknown (line, word);
}

/*------------------------------------------------------------------------*/
// Arguments.

static bool take_file (struct line *line, const char *arg) {
  struct settings *settings = line->settings;
  if (!*arg)
    return fail (line, "expected the name of a file, found nothing");
  if (!settings->formula)
    settings->formula = arg;
  else if (!settings->proof)
    settings->proof = arg;
  else
    return fail (line,
                 "expected a formula and a proof, found '%.100s' beside "
                 "'%.100s' and '%.100s'",
                 arg, settings->formula, settings->proof);
  return true;
}

static bool take_argument (struct line *line) {
  const char *arg = line->argv[line->next++];
  if (line->only_names || !is_option (arg))
    return take_file (line, arg);
  if (!strcmp (arg, "--"))
    return line->only_names = true;
  const struct word word = split (arg);
  return take_word (line, &word);
}

// '--compat' counts wherever it stands.
static void look_for_compat (struct line *line) {
  for (int i = 1; i < line->argc && strcmp (line->argv[i], "--"); i++)
    if (!strcmp (line->argv[i], "--compat"))
      line->settings->run.compat = true;
}

// A model on stdout is what is printed anyhow.
static void join_model (struct settings *settings) {
  if (!settings->model || strcmp (settings->model, "-"))
    return;
  settings->model = NULL;
  settings->run.witness = true;
}

// What can be said only when all is read.
static bool complete (struct line *line) {
  struct settings *settings = line->settings;
  join_model (settings);
  if (settings->run.compat && !settings->formula)
    settings->formula = "-";
  if (settings->run.strict && settings->run.relaxed)
    return fail (line, "'--strict' and '--relaxed' contradict each other");
  if (settings->run.lrat_plain)
    settings->simp.factor = false;
  if (settings->request == SETTINGS_SOLVE && !settings->formula)
    return fail (line, "expected a formula ('-' for stdin), try '--help'");
  return true;
}

bool command_line_read (struct settings *settings, int argc, char **argv,
                        char *error) {
  struct line line = {
      .settings = settings, .argc = argc, .next = 1, .argv = argv};
  line.error = error;
  settings_tables (settings, line.tables);
  look_for_compat (&line);
  while (line.next < argc)
    if (!take_argument (&line))
      return false;
  return complete (&line);
}
