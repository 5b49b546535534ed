// stats.c - folds and prints tables of statistics.
#include "base/stats.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

static uint64_t word_at (const void *values, size_t i) {
  uint64_t word;
  memcpy (&word, (const char *)values + 8 * i, 8);
  return word;
}

static double real_at (const void *values, size_t i) {
  double real;
  memcpy (&real, (const char *)values + 8 * i, 8);
  return real;
}

static uint64_t fold_word (enum stat_fold fold, uint64_t a, uint64_t b) {
  switch (fold) {
  case STAT_MAX:
    return a > b ? a : b;
  case STAT_MIN:
    return a < b ? a : b;
  default:
    return a + b;
  }
}

static double fold_real (enum stat_fold fold, double a, double b) {
  switch (fold) {
  case STAT_MAX:
    return a > b ? a : b;
  case STAT_MIN:
    return a < b ? a : b;
  default:
    return a + b;
  }
}

void stats_fold (const struct stat_table *table, void *into, const void *from) {
  for (size_t i = 0; i < table->num_rows; i++) {
    const struct stat_row *row = table->rows + i;
    char *to = (char *)into + 8 * i;
    if (row->real) {
      const double real =
          fold_real (row->fold, real_at (into, i), real_at (from, i));
      memcpy (to, &real, 8);
    } else {
      const uint64_t word =
          fold_word (row->fold, word_at (into, i), word_at (from, i));
      memcpy (to, &word, 8);
    }
  }
}

double stats_get (const struct stat_table *table, const void *values,
                  size_t i) {
  assert (i < table->num_rows);
  return table->rows[i].real ? real_at (values, i)
                             : (double)word_at (values, i);
}

static void print_row (const struct stat_table *table, const void *values,
                       size_t i, double seconds, struct message *message,
                       int level) {
  const struct stat_row *row = table->rows + i;
  char value[32];
  if (row->real)
    snprintf (value, sizeof value, "%.3f", real_at (values, i));
  else
    snprintf (value, sizeof value, "%" PRIu64, word_at (values, i));
  if (row->fold == STAT_RATE && seconds > 0)
    message_print (message, level, "%-24s %16s %-16s %16.2f per second",
                   row->name, value, row->unit,
                   stats_get (table, values, i) / seconds);
  else
    message_print (message, level, "%-24s %16s%s%s", row->name, value,
                   *row->unit ? " " : "", row->unit);
}

void stats_print (const struct stat_table *table, const void *values,
                  double seconds, struct message *message, int level) {
  if (level > message->level)
    return;
  message_section (message, level, table->title);
  for (size_t i = 0; i < table->num_rows; i++)
    print_row (table, values, i, seconds, message, level);
}

void stats_json (const struct stat_table *table, const void *values,
                 struct json *json) {
  json_open_object (json, table->title);
  for (size_t i = 0; i < table->num_rows; i++)
    if (table->rows[i].real)
      json_real (json, table->rows[i].name, real_at (values, i));
    else
      json_uint (json, table->rows[i].name, word_at (values, i));
  json_close_object (json);
}
