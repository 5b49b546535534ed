// source.c - bytes of one input through a buffer, numbers, and error places.
#include "check/internal.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

enum { BUFFER_BYTES = 1 << 17 };

bool source_open (struct source *source, const struct check_input *input,
                  struct check_result *result) {
  char error[FILE_ERROR_BYTES];
  memset (source, 0, sizeof *source);
  source->line = 1;
  if (input->data)
    source->file = file_in_memory (input->data, input->bytes, input->name);
  else if (input->fd)
    source->file = file_in_reopen (input->fd, input->name, error);
  else
    source->file = file_in_open (input->name, error);
  if (!source->file) {
    snprintf (result->message, sizeof result->message, "%.*s",
              (int)sizeof result->message - 1, error);
    return false;
  }
  source->buffer = mem_alloc (BUFFER_BYTES);
  return true;
}

void source_close (struct source *source) {
  file_in_close (source->file);
  mem_free (source->buffer);
  memset (source, 0, sizeof *source);
}

int source_refill (struct source *source) {
  source->offset += source->end;
  source->position = 0;
  source->end = file_in_read (source->file, source->buffer, BUFFER_BYTES);
  return source->end ? source->buffer[0] : SOURCE_END;
}

int source_skip_blanks (struct source *source) {
  for (;;) {
    const int ch = source_peek (source);
    if (ch != ' ' && ch != '\t' && ch != '\r')
      return ch;
    source->position++;
  }
}

void source_skip_line (struct source *source) {
  int ch;
  while ((ch = source_peek (source)) != '\n' && ch != SOURCE_END)
    source->position++;
}

static bool is_digit (int ch) {
  return '0' <= ch && ch <= '9';
}

// Names what was found where something else was expected.
static const char *describe (int ch, char text[8]) {
  if (ch == SOURCE_END)
    return "the end of the file";
  if (ch == '\n')
    return "the end of the line";
  snprintf (text, 8, ch > ' ' && ch < 127 ? "'%c'" : "0x%02x", ch);
  return text;
}

bool source_number (struct source *source, int64_t max, int64_t *number,
                    struct check_result *result) {
  char text[8];
  int ch = source_skip_blanks (source);
  const bool negative = ch == '-';
  if (negative)
    source->position++, ch = source_peek (source);
  if (!is_digit (ch))
    return source_error (source, result, "expected a number, found %s",
                         describe (ch, text));
  uint64_t sum = 0;
  do {
    const int64_t digit = ch - '0';
    if (digit > max || sum > (uint64_t)(max - digit) / 10)
      return source_error (source, result,
                           "number exceeds %" PRId64 " in magnitude", max);
    sum = 10 * sum + digit;
    source->position++;
  } while (is_digit (ch = source_peek (source)));
  if (negative && !sum)
    return source_error (source, result, "negative zero");
  if (ch != SOURCE_END && ch != ' ' && ch != '\t' && ch != '\r' && ch != '\n')
    return source_error (source, result, "unexpected %s after a number",
                         describe (ch, text));
  *number = negative ? -(int64_t)sum : (int64_t)sum;
  return true;
}

// A read error of the file explains better than what the parser made of the
// premature end.
static void explain (const struct source *source, char *reason, size_t bytes,
                     const char *fmt, va_list ap) {
  const char *error = file_in_error (source->file);
  if (error && source->position == source->end)
    snprintf (reason, bytes, "%s", error);
  else
    vsnprintf (reason, bytes, fmt, ap);
}

bool source_error (const struct source *source, struct check_result *result,
                   const char *fmt, ...) {
  char reason[160];
  va_list ap;
  va_start (ap, fmt);
  explain (source, reason, sizeof reason, fmt, ap);
  va_end (ap);
  snprintf (result->message, sizeof result->message,
            source->binary ? "%.64s:byte %" PRIu64 ": %s"
                           : "%.64s:%" PRIu64 ": %s",
            file_in_name (source->file),
            source->binary ? source->offset + source->position : source->line,
            reason);
  result->verdict = CHECK_REJECTED;
  return false;
}
