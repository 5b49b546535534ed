// options.c - option tables: defaults, parsing, and their three listings.
#include "base/options.h"
#include "base/quantity.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct kind {
  const char *name;    // in the listing for programs
  const char *expects; // what a value is, for people
  enum quantity quantity;
  double unit;     // of what rows and fields say
  bool is_integer; // in the field
} kinds[] = {
    [OPTION_INT] = {"int", "an integer", QUANTITY_COUNT, 1, true},
    [OPTION_LEVEL] = {"int", "an integer", QUANTITY_COUNT, 1, true},
    [OPTION_BOOL] = {"bool", "true or false", QUANTITY_COUNT, 1, false},
    [OPTION_REAL] = {"real", "a number", QUANTITY_COUNT, 1, false},
    [OPTION_SIZE] = {"size", "megabytes or a size such as 2G", QUANTITY_BYTES,
                     1e6, true},
    [OPTION_TIME] = {"time", "seconds or a time such as 10m", QUANTITY_SECONDS,
                     1, false},
};

static void *field (const struct option_table *table,
                    const struct option_row *row) {
  return (char *)table->values + row->offset;
}

double options_get (const struct option_table *table,
                    const struct option_row *row) {
  const void *p = field (table, row);
  if (kinds[row->type].is_integer)
    return (double)*(const option_INT *)p;
  if (row->type == OPTION_BOOL)
    return *(const option_BOOL *)p;
  return *(const option_REAL *)p;
}

void options_set (const struct option_table *table,
                  const struct option_row *row, double value) {
  if (!(value >= row->min)) // also for NaN
    value = row->min;
  if (value > row->max)
    value = row->max;
  void *p = field (table, row);
  if (kinds[row->type].is_integer)
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

bool options_same_name (const char *a, const char *b, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!a[i] || (a[i] == '-' ? '_' : a[i]) != (b[i] == '-' ? '_' : b[i]))
      return false;
  return !a[n];
}

const struct option_row *options_find (const struct option_table *tables,
                                       size_t n, const char *name,
                                       size_t length,
                                       const struct option_table **table) {
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < tables[i].num_rows; j++)
      if (options_same_name (tables[i].rows[j].name, name, length)) {
        if (table)
          *table = tables + i;
        return tables[i].rows + j;
      }
  return NULL;
}

const char *options_dashed (const char *name, char *buffer) {
  size_t i = 0;
  for (; name[i] && i + 1 < OPTION_NAME_BYTES; i++)
    buffer[i] = name[i] == '_' ? '-' : name[i];
  buffer[i] = 0;
  return buffer;
}

/*------------------------------------------------------------------------*/
// Values.

bool options_need_value (const struct option_row *row) {
  return row->type != OPTION_BOOL && row->type != OPTION_LEVEL;
}

static bool read_bool (const char *text, double *value) {
  static const char *const words[] = {"0", "false", "no", "1", "true", "yes"};
  for (size_t i = 0; i < 6; i++)
    if (!strcmp (text, words[i])) {
      *value = i >= 3;
      return true;
    }
  return false;
}

static bool read_value (const struct option_row *row, const char *text,
                        double *value) {
  const struct kind *kind = kinds + row->type;
  if (row->type == OPTION_BOOL)
    return read_bool (text, value);
  if (!quantity_parse (kind->quantity, text, value))
    return false;
  *value /= kind->unit;
  if (row->type == OPTION_SIZE)
    *value = ceil (*value);
  return !kind->is_integer || *value == trunc (*value);
}

static const char *show (const struct option_row *row, double value,
                         char *buffer) {
  if (row->type == OPTION_BOOL)
    return value ? "true" : "false";
  snprintf (buffer, OPTION_NAME_BYTES,
            kinds[row->type].is_integer ? "%.0f" : "%g", value);
  return buffer;
}

static void explain (const struct option_row *row, const char *text,
                     char *error) {
  char name[OPTION_NAME_BYTES], min[OPTION_NAME_BYTES], max[OPTION_NAME_BYTES],
      range[80] = "";
  if (row->type != OPTION_BOOL)
    snprintf (range, sizeof range, " from %.24s to %.24s",
              show (row, row->min, min), show (row, row->max, max));
  if (row->type == OPTION_BOOL && row->min == row->max)
    snprintf (error, OPTION_ERROR_BYTES, "option '--%.63s' is always %s",
              options_dashed (row->name, name), show (row, row->min, min));
  else
    snprintf (error, OPTION_ERROR_BYTES,
              "option '--%.40s' expects %s%s, found %s%.60s%s",
              options_dashed (row->name, name), kinds[row->type].expects, range,
              text ? "'" : "", text ? text : "nothing", text ? "'" : "");
}

// The value of an option that stands alone.
static double lone_value (const struct option_table *table,
                          const struct option_row *row) {
  if (row->type == OPTION_BOOL)
    return 1;
  return fmin (options_get (table, row) + 1, row->max);
}

bool options_read (const struct option_table *table,
                   const struct option_row *row, const char *text,
                   char *error) {
  double value = 0;
  bool fine;
  if (text)
    fine = read_value (row, text, &value);
  else if ((fine = !options_need_value (row)))
    value = lone_value (table, row);
  if (fine && row->min <= value && value <= row->max) {
    options_set (table, row, value);
    return true;
  }
  explain (row, text, error);
  return false;
}

/*------------------------------------------------------------------------*/
// Listings.

static void help_row (const struct option_row *row, FILE *out) {
  char name[OPTION_NAME_BYTES], value[OPTION_NAME_BYTES],
      min[OPTION_NAME_BYTES], max[OPTION_NAME_BYTES];
  char form[2 * OPTION_NAME_BYTES + 8];
  options_dashed (row->name, name);
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
  char name[OPTION_NAME_BYTES], value[OPTION_NAME_BYTES],
      min[OPTION_NAME_BYTES], max[OPTION_NAME_BYTES];
  fprintf (out, "| `--%s` | %s | ", options_dashed (row->name, name),
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
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < tables[i].num_rows; j++) {
      const struct option_row *row = tables[i].rows + j;
      fprintf (out, "%s %s %.17g %.17g %.17g\n", row->name,
               kinds[row->type].name, row->value, row->min, row->max);
    }
}
