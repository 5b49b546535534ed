// text.c - slides over a file's text and describes what it finds there.
#include "cnf/text.h"
#include "base/memory.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void text_init (struct text *text, struct file_in *in, size_t room) {
  if (room < TEXT_MIN_ROOM)
    room = TEXT_MIN_ROOM;
  *text = (struct text){.in = in, .room = room, .line = 1};
  text->buffer = mem_calloc (1, room + TEXT_SPARE);
  text->pos = text->end = text->buffer;
}

void text_fini (struct text *text) {
  mem_free (text->buffer);
  text->buffer = NULL;
}

void text_refill (struct text *text) {
  size_t left = (size_t)(text->end - text->pos);
  assert (left < text->room);
  if (text->pos > text->buffer)
    text->before = text->pos[-1];
  memmove (text->buffer, text->pos, left);
  while (left < TEXT_AHEAD && !text->ended) {
    const size_t n =
        file_in_read (text->in, text->buffer + left, text->room - left);
    text->ended = !n;
    left += n;
  }
  text->pos = text->buffer;
  text->end = text->buffer + left;
  memset (text->buffer + left, 0, TEXT_SPARE);
}

static bool at_end (struct text *text) {
  if (text->pos == text->end && !text->ended)
    text_refill (text);
  return text->pos == text->end;
}

bool text_skip (struct text *text, bool newlines) {
  for (; !at_end (text); text->pos++)
    if (newlines && *text->pos == '\n')
      text->line++;
    else if (!text_is_blank (*text->pos))
      return true;
  return false;
}

void text_skip_line (struct text *text) {
  while (!at_end (text)) {
    const char *newline =
        memchr (text->pos, '\n', (size_t)(text->end - text->pos));
    if (newline) {
      text->pos = newline;
      return;
    }
    text->pos = text->end;
  }
}

void text_skip_all (struct text *text) {
  while (!at_end (text))
    text->pos = text->end;
}

// Does a token end at p?  Called with p in front of the file's end or at it.
static bool ends_token (const struct text *text, const char *p) {
  return p == text->end ? text->ended : text_is_space (*p);
}

bool text_number (struct text *text, size_t skip, uint64_t max,
                  uint64_t *number) {
  text_look_ahead (text);
  uint64_t res = 0;
  const char *begin = text->pos + skip, *p = begin;
  for (; p < text->end && *p >= '0' && *p <= '9'; p++) {
    const uint64_t digit = (uint64_t)(*p - '0');
    if (p == begin + 30 || digit > max || res > (max - digit) / 10)
      return false;
    res = 10 * res + digit;
  }
  if (p <= begin || !ends_token (text, p))
    return false;
  text->pos = p;
  *number = res;
  return true;
}

bool text_word (struct text *text, const char *word) {
  text_look_ahead (text);
  const size_t n = strlen (word);
  if ((size_t)(text->end - text->pos) < n || memcmp (text->pos, word, n) ||
      !ends_token (text, text->pos + n))
    return false;
  text->pos += n;
  return true;
}

// Quotes the token at 'pos', unprintable bytes as hexadecimal numbers.
static void describe (struct text *text, char *out, size_t bytes) {
  enum { MAX_SHOWN = 24 };
  text_look_ahead (text);
  if (text->pos == text->end) {
    snprintf (out, bytes, "end of file");
    return;
  }
  if (*text->pos == '\n') {
    snprintf (out, bytes, "end of line");
    return;
  }
  size_t n = (size_t)snprintf (out, bytes, "'");
  const char *p = text->pos;
  for (; p < text->end && p < text->pos + MAX_SHOWN && !text_is_space (*p); p++)
    n += (size_t)snprintf (out + n, bytes - n,
                           *p >= ' ' && *p <= '~' ? "%c" : "\\x%02x",
                           (unsigned char)*p);
  snprintf (out + n, bytes - n, "%s'", ends_token (text, p) ? "" : "...");
}

void text_explain (struct text *text, char *error, size_t bytes,
                   const char *expected) {
  char found[160];
  describe (text, found, sizeof found);
  const char *broken = file_in_error (text->in);
  // At the end, the line is the last one with text, not the empty one after
  // its newline.
  const char before = text->pos > text->buffer ? text->pos[-1] : text->before;
  const bool behind = text->pos == text->end && before == '\n';
  snprintf (error, bytes, "%.400s:%" PRIu64 ": expected %s, found %s",
            file_in_name (text->in), text->line - behind,
            broken ? "more text" : expected, broken ? broken : found);
}
