// options.c - option tables: defaults, parsing, and their three listings.
#include "base/options.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ERROR_BYTES = 256, NAME_BYTES = 64 };

static void *field (const struct option_table *table,
                    const struct option_row *row) {
  return (char *)table->values + row->offset;
}

double options_get (const struct option_table *table,
                    const struct option_row *row) {
  const void *p = field (table, row);
  switch (row->type) {
  case OPTION_INT:
    return (double)*(const option_INT *)p;
  case OPTION_BOOL:
    return *(const option_BOOL *)p;
  default:
    return *(const option_REAL *)p;
  }
}

void options_set (const struct option_table *table,
                  const struct option_row *row, double value) {
  if (!(value >= row->min)) // also for NaN
    value = row->min;
  if (value > row->max)
    value = row->max;
  void *p = field (table, row);
  if (row->type == OPTION_INT)
    *(option_INT *)p = (option_INT)value;
  else if (row->type == OPTION_BOOL)
    *(option_BOOL *)p = value != 0;
  else
    *(option_REAL *)p = value;
}

void options_init (const struct option_table *table) {
  for (size_t i = 0; i < table->num_rows; i++) {
    const struct option_row *row = table->rows + i;
    assert (row->min <= row->value && row->value <= row->max);
    options_set (table, row, row->value);
  }
}

// Equal up to '-' against '_'; 'b' has n characters.
static bool same_name (const char *a, const char *b, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!a[i] || (a[i] == '-' ? '_' : a[i]) != (b[i] == '-' ? '_' : b[i]))
      return false;
  return !a[n];
}

static const struct option_row *find (const struct option_table *table,
                                      const char *name, size_t n) {
  for (size_t i = 0; i < table->num_rows; i++)
    if (same_name (table->rows[i].name, name, n))
      return table->rows + i;
  return NULL;
}

const struct option_row *options_find (const struct option_table *table,
                                       const char *name) {
  return find (table, name, strlen (name));
}

static const struct option_row *find_in (const struct option_table *tables,
                                         size_t n, const char *name,
                                         size_t length,
                                         const struct option_table **table) {
  for (size_t i = 0; i < n; i++) {
    const struct option_row *row = find (tables + i, name, length);
    if (row) {
      *table = tables + i;
      return row;
    }
  }
  return NULL;
}

static bool parse_bool (const char *text, double *value) {
  static const char *const words[] = {"0", "false", "no", "1", "true", "yes"};
  for (size_t i = 0; i < 6; i++)
    if (!strcmp (text, words[i])) {
      *value = i >= 3;
      return true;
    }
  return false;
}

static bool parse_number (const char *text, double *value) {
  if (!isdigit ((unsigned char)*text) && !strchr ("+-.", *text))
    return false; // neither 'inf' nor 'nan' nor blanks nor nothing
  char *end;
  *value = strtod (text, &end);
  if (end == text || !isfinite (*value))
    return false;
  if (*end == 'k' || *end == 'K')
    *value *= 1e3, end++;
  else if (*end == 'M')
    *value *= 1e6, end++;
  else if (*end == 'G')
    *value *= 1e9, end++;
  return !*end;
}

static bool parse_value (const struct option_row *row, const char *text,
                         double *value) {
  if (row->type == OPTION_BOOL)
    return parse_bool (text, value);
  return parse_number (text, value) &&
         (row->type == OPTION_REAL || *value == trunc (*value));
}

static bool in_range (const struct option_row *row, double value) {
  return row->min <= value && value <= row->max;
}

// Writes a row's name as on the command line.
static const char *dashed (const struct option_row *row, char *buffer) {
  size_t i = 0;
  for (; row->name[i] && i + 1 < NAME_BYTES; i++)
    buffer[i] = row->name[i] == '_' ? '-' : row->name[i];
  buffer[i] = 0;
  return buffer;
}

static const char *show (const struct option_row *row, double value,
                         char *buffer) {
  if (row->type == OPTION_BOOL)
    return value ? "true" : "false";
  snprintf (buffer, NAME_BYTES, row->type == OPTION_INT ? "%.0f" : "%g", value);
  return buffer;
}

static enum option_status explain (const struct option_row *row,
                                   const char *text, char *error) {
  char name[NAME_BYTES], min[NAME_BYTES], max[NAME_BYTES];
  dashed (row, name);
  if (row->type == OPTION_BOOL)
    snprintf (error, ERROR_BYTES,
              "option '--%s' expects true or false, found '%.80s'", name, text);
  else
    snprintf (error, ERROR_BYTES,
              "option '--%.63s' expects %s from %.24s to %.24s, found '%.60s'",
              name, row->type == OPTION_INT ? "an integer" : "a number",
              show (row, row->min, min), show (row, row->max, max), text);
  return OPTION_VALUE;
}

static enum option_status unknown (const char *arg, char *error) {
  snprintf (error, ERROR_BYTES, "unknown option '%.100s'", arg);
  return OPTION_UNKNOWN;
}

// Applies '--no-name'.
static enum option_status negate (const struct option_table *tables, size_t n,
                                  const char *arg, const char *equals,
                                  char *error) {
  const char *name = arg + 2;
  const size_t length = equals ? (size_t)(equals - name) : strlen (name);
  const struct option_table *table;
  if (length < 4 || !same_name ("no_", name, 3))
    return unknown (arg, error);
  const struct option_row *row =
      find_in (tables, n, name + 3, length - 3, &table);
  if (!row)
    return unknown (arg, error);
  if (equals) {
    snprintf (error, ERROR_BYTES, "option '%.100s' takes no value", arg);
    return OPTION_VALUE;
  }
  if (!in_range (row, 0))
    return explain (row, "0", error);
  options_set (table, row, 0);
  return OPTION_OK;
}

enum option_status options_parse (const struct option_table *tables, size_t n,
                                  const char *arg, char *error) {
  if (arg[0] != '-' || arg[1] != '-' || !arg[2])
    return unknown (arg, error);
  const char *name = arg + 2, *equals = strchr (name, '=');
  const size_t length = equals ? (size_t)(equals - name) : strlen (name);
  const struct option_table *table;
  const struct option_row *row = find_in (tables, n, name, length, &table);
  if (!row)
    return negate (tables, n, arg, equals, error);
  const char *text = equals ? equals + 1 : "1";
  double value = 0;
  if (!parse_value (row, text, &value) || !in_range (row, value))
    return explain (row, equals ? text : "no value", error);
  options_set (table, row, value);
  return OPTION_OK;
}

static void help_row (const struct option_row *row, FILE *out) {
  char name[NAME_BYTES], value[NAME_BYTES], min[NAME_BYTES], max[NAME_BYTES];
  char form[2 * NAME_BYTES + 8];
  dashed (row, name);
  snprintf (form, sizeof form, "--%s=%s", name, show (row, row->value, value));
  fprintf (out, "  %-30s %s", form, row->help);
  if (row->type != OPTION_BOOL)
    fprintf (out, " [%s, %s]", show (row, row->min, min),
             show (row, row->max, max));
  fputc ('\n', out);
}

void options_help (const struct option_table *tables, size_t n, FILE *out) {
  for (size_t i = 0; i < n; i++) {
    if (!tables[i].num_rows)
      continue;
    fprintf (out, "%s%s:\n\n", i ? "\n" : "", tables[i].title);
    for (size_t j = 0; j < tables[i].num_rows; j++)
      help_row (tables[i].rows + j, out);
  }
}

static void markdown_row (const struct option_row *row, FILE *out) {
  char name[NAME_BYTES], value[NAME_BYTES], min[NAME_BYTES], max[NAME_BYTES];
  fprintf (out, "| `--%s` | %s | ", dashed (row, name),
           show (row, row->value, value));
  if (row->type == OPTION_BOOL)
    fputs ("true, false", out);
  else
    fprintf (out, "%s to %s", show (row, row->min, min),
             show (row, row->max, max));
  fprintf (out, " | %s |\n", row->help);
}

void options_markdown (const struct option_table *tables, size_t n, FILE *out) {
  for (size_t i = 0; i < n; i++) {
    if (!tables[i].num_rows)
      continue;
    fprintf (out,
             "%s## %s\n\n| option | default | range | meaning |\n"
             "|---|---|---|---|\n",
             i ? "\n" : "", tables[i].title);
    for (size_t j = 0; j < tables[i].num_rows; j++)
      markdown_row (tables[i].rows + j, out);
  }
}

void options_list (const struct option_table *tables, size_t n, FILE *out) {
  static const char *const types[] = {"int", "bool", "real"};
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < tables[i].num_rows; j++) {
      const struct option_row *row = tables[i].rows + j;
      fprintf (out, "%s %s %.17g %.17g %.17g\n", row->name, types[row->type],
               row->value, row->min, row->max);
    }
}
