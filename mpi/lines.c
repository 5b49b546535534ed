// lines.c - a moment of the search in one line.
#include "mpi/lines.h"

#include "mpi/report.h"

#include <stdio.h>
#include <string.h>

enum { HEADING_EVERY = 20, NUMBER_BYTES = 16, LINE_BYTES = 160 };

// Numbers of any size in a few columns.
static const char *brief (char buffer[NUMBER_BYTES], int digits,
                          double number) {
  const char *units = " kMGTPE";
  while (number >= 99999.5) {
    number /= 1000;
    units++;
  }
  snprintf (buffer, NUMBER_BYTES, "%.*f%.*s", digits, number, *units != ' ',
            units);
  return buffer;
}

// Conflicts per second.
static double rate (const struct lines_mark *since,
                    const struct report_moment *moment, double seconds) {
  const double passed = seconds - since->seconds;
  const uint64_t now = moment->live.conflicts;
  return passed > 0 && now > since->conflicts
             ? (now - since->conflicts) / passed
             : 0;
}

static void append (char line[LINE_BYTES], int width, const char *text) {
  const size_t used = strlen (line);
  snprintf (line + used, LINE_BYTES - used, "%*s", width, text);
}

static void print_heading (struct message *out) {
  char above[LINE_BYTES] = "", below[LINE_BYTES] = "";
#define COLUMN(WIDTH, ABOVE, BELOW, DIGITS, VALUE)                             \
  append (above, WIDTH, ABOVE);                                                \
  append (below, WIDTH, BELOW);
#include "mpi/lines.def"
#undef COLUMN
  message_print (out, MESSAGE_NORMAL, "\n%s\n%s", above, below);
}

void lines_print (struct lines *lines, const struct report_moment *moment,
                  double seconds, struct message *out) {
  const struct team_live *live = &moment->live;
  char line[LINE_BYTES] = "", number[NUMBER_BYTES];
  if (lines->printed++ % HEADING_EVERY == 0)
    print_heading (out);
#define COLUMN(WIDTH, ABOVE, BELOW, DIGITS, VALUE)                             \
  append (line, WIDTH, brief (number, DIGITS, VALUE));
#include "mpi/lines.def"
#undef COLUMN
  message_print (out, MESSAGE_NORMAL, "%s", line);
  lines->before = lines->last;
  lines->last = (struct lines_mark){seconds, live->conflicts};
}

// It has no heading, so it says what its numbers are.  Right behind a printed
// line too few conflicts have been counted for a rate.
void lines_live (const struct lines *lines, const struct report_moment *moment,
                 double seconds, struct message *out) {
  char b[6][NUMBER_BYTES];
  message_live (out,
                "%s s, %s engines, %s conflicts/s, %s variables, "
                "%s shared, %s MB",
                brief (b[5], 1, seconds), brief (b[0], 0, moment->engines),
                brief (b[1], 0, rate (&lines->before, moment, seconds)),
                brief (b[2], 0, moment->live.active),
                brief (b[3], 0, moment->admitted),
                brief (b[4], 0, 1e-6 * moment->resident_bytes));
}
