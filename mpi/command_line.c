// command_line.c - arguments, one after the other, become settings.
//
// Read     take_argument, take_word, then the kinds of words from take_alias on
#include "mpi/command_line.h"

#include "base/nearest.h"
#include "base/quantity.h"

#include <ctype.h>
#include <stddef.h>
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

enum kind { ALIAS, REQUEST, NAME, CHOICE };

static const struct entry {
  enum kind kind;
  const char *word; // up to '='
  const char *text;
  size_t number;
} entries[] = {
#define ALIAS(WORD, MEANING) {ALIAS, WORD, MEANING, 0},
#define REQUEST(WORD, WHAT) {REQUEST, WORD, NULL, SETTINGS_##WHAT},
#define NAME(WORD, FIELD, WHAT)                                                \
  {NAME, WORD, WHAT, offsetof (struct settings, FIELD)},
#define CHOICE(WORD, VALUE, MEANING) {CHOICE, WORD "=" VALUE, MEANING, 0},
#include "mpi/words.def"
#undef ALIAS
#undef REQUEST
#undef NAME
#undef CHOICE
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

static bool same_char (char a, char b) {
  return (a == '_' ? '-' : a) == (b == '_' ? '-' : b);
}

static bool is_called (const struct entry *entry, const struct word *word) {
  if (strcspn (entry->word, "=") != word->length)
    return false;
  for (size_t i = 0; i < word->length; i++)
    if (!same_char (entry->word[i], word->text[i]))
      return false;
  return true;
}

// The first entry of that name from one on; null if there is none.
static const struct entry *find (const struct entry *entry,
                                 const struct word *word) {
  for (; entry < no_entry; entry++)
    if (is_called (entry, word))
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
         same_char (word->text[4], '-');
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
  char meant[NEAREST_BYTES + 1];
  size_t n = 0;
  for (; nearest.best[n]; n++)
    meant[n] = nearest.best[n] == '_' ? '-' : nearest.best[n];
  meant[n] = 0;
  return fail (line, "unknown option '%.200s', did you mean '--%s%s'?",
               word->text, negated ? "no-" : "", meant);
}

/*------------------------------------------------------------------------*/
// Kinds of words.

static bool take_word (struct line *line, const struct word *word);

static bool no_value (struct line *line, const struct word *word) {
  return fail (line, "option '%.*s' takes no value, found '%.200s'",
               (int)word->length, word->text, word->text);
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
    const char *choice = strchr (entry->word, '=') + 1;
    if (value && !strcmp (value, choice)) {
      const struct word meaning = split (entry->text);
      return take_word (line, &meaning);
    }
    const size_t used = strlen (all);
    snprintf (all + used, sizeof all - used, "%s%s", used ? " or " : "",
              choice);
  }
  return fail (line, "option '%.*s' expects %s, found %s%.200s%s",
               (int)word->length, word->text, all, value ? "'" : "",
               value ? value : "nothing", value ? "'" : "");
}

static bool take_negation (struct line *line, const struct word *word) {
  const struct option_table *table;
  const struct option_row *row =
      is_negated (word)
          ? options_find (line->tables, SETTINGS_TABLES, word->text + 5,
                          word->length - 5, &table)
          : NULL;
  if (!row)
    return unknown (line, word);
  if (word->value)
    return no_value (line, word);
  if (row->type != OPTION_BOOL)
    return fail (line, "option '--%s' has a value and cannot be negated",
                 word->text + 5);
  return options_read (table, row, "false", line->error);
}

static bool take_row (struct line *line, const struct word *word) {
  const struct option_table *table;
  const struct option_row *row =
      word->length > 2 && word->text[1] == '-'
          ? options_find (line->tables, SETTINGS_TABLES, word->text + 2,
                          word->length - 2, &table)
          : NULL;
  if (!row)
    return take_negation (line, word);
  const char *value =
      options_need_value (row) ? value_of (line, word) : word->value;
  return options_read (table, row, value, line->error);
}

static bool take_word (struct line *line, const struct word *word) {
  static bool (*const takers[]) (struct line *, const struct word *,
                                 const struct entry *) = {
      [ALIAS] = take_alias,
      [REQUEST] = take_request,
      [NAME] = take_name,
      [CHOICE] = take_choice};
  const struct entry *entry = find (entries, word);
  return entry ? takers[entry->kind](line, word, entry) : take_row (line, word);
}

/*------------------------------------------------------------------------*/

static bool take_formula (struct line *line, const char *arg) {
  struct settings *settings = line->settings;
  if (!*arg)
    return fail (line, "expected the name of a formula, found nothing");
  if (settings->formula)
    return fail (line, "expected one formula, found '%.200s' and '%.200s'",
                 settings->formula, arg);
  settings->formula = arg;
  return true;
}

static bool take_argument (struct line *line) {
  const char *arg = line->argv[line->next++];
  if (line->only_names || !is_option (arg))
    return take_formula (line, arg);
  if (!strcmp (arg, "--"))
    return line->only_names = true;
  const struct word word = split (arg);
  return take_word (line, &word);
}

bool command_line_read (struct settings *settings, int argc, char **argv,
                        char *error) {
  struct line line = {
      .settings = settings, .argc = argc, .next = 1, .argv = argv};
  line.error = error;
  settings_tables (settings, line.tables);
  while (line.next < argc)
    if (!take_argument (&line))
      return false;
  if (settings->request == SETTINGS_SOLVE && !settings->formula)
    return fail (&line, "expected a formula ('-' for stdin), try '--help'");
  return true;
}
