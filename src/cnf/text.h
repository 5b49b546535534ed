// A window that slides over the text of a file, for this layer's readers.
//
//   layout     [buffer .. pos .. end ... buffer + room], then TEXT_SPARE
//              bytes, so that a reader may load words beyond the end
//   refill     moves what is left to the front and reads behind it
#ifndef CNF_TEXT_H
#define CNF_TEXT_H

#include "base/file.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TEXT_SPARE = 16, TEXT_AHEAD = 32, TEXT_MIN_ROOM = 64 };

struct text {
  struct file_in *in; // borrowed
  char *buffer;       // owned
  size_t room;
  const char *pos, *end;
  bool ended;  // nothing follows 'end'
  char before; // the byte in front of the window
  uint64_t line;
};

void text_init (struct text *text, struct file_in *in, size_t room);
void text_fini (struct text *text);

void text_refill (struct text *text); // needs TEXT_AHEAD bytes left at most

// Skips blanks, and newlines too if asked; false at the end of the file.
bool text_skip (struct text *text, bool newlines);
void text_skip_line (struct text *text); // to the newline, not over it
void text_skip_all (struct text *text);  // to the end of the file

// Reads digits behind 'skip' bytes that the caller knows (a sign).  A space or
// the end of the file must follow.
//
//   skip       0 or 1
//   returns    false if there is no such number, it exceeds 'max', or it has
//              30 digits or more; nothing is read then
bool text_number (struct text *text, size_t skip, uint64_t max,
                  uint64_t *number);

// Reads the given word if a space or the end of the file follows.
bool text_word (struct text *text, const char *word);

// Writes 'FILE:LINE: expected WHAT, found TOKEN' for the token at 'pos'; a
// failure of the file itself takes precedence.
//
//   error      buffer of 'bytes'
void text_explain (struct text *text, char *error, size_t bytes,
                   const char *expected);

static inline bool text_is_blank (char ch) {
  return ch == ' ' || ch == '\t' || ch == '\r' || ch == '\v' || ch == '\f';
}

static inline bool text_is_space (char ch) {
  return ch == '\n' || text_is_blank (ch);
}

// Makes the next TEXT_AHEAD bytes visible, as far as the file has them.
static inline void text_look_ahead (struct text *text) {
  if (text->end - text->pos < TEXT_AHEAD && !text->ended)
    text_refill (text);
}

#endif
