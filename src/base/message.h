// Lines for people on the solver's output: 'c ' comments with levels, in the
// competition format.
//
//   context    any thread; a call writes its lines as a whole
#ifndef BASE_MESSAGE_H
#define BASE_MESSAGE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

enum message_level {
  MESSAGE_QUIET = -1, // as setting: no comment at all
  MESSAGE_NORMAL,     // what everyone sees
  MESSAGE_VERBOSE     // -v; one more for each further one
};

struct message {
  FILE *file;         // borrowed; NULL prints nothing (ranks but the first)
  int error;          // number of the first error; 0 as long as fine
  int level;          // lines up to this level are printed
  const char *prefix; // borrowed; "c " unless changed
  bool live;          // a live line is the last one on the terminal
  pthread_mutex_t lock;
};

void message_init (struct message *message, FILE *file, int level);
void message_fini (struct message *message);

// Prints one comment; each line of a text with newlines gets the prefix.  The
// final newline is added.  An empty text gives the bare prefix, 'c'.
//
//   level      printed if <= message->level
void message_print (struct message *message, int level, const char *fmt, ...)
    __attribute__ ((format (printf, 3, 4)));

// Prints 'c', then 'c ---- [ title ] ----' to column 78, then 'c'.
void message_section (struct message *message, int level, const char *title);

// Prints a line as it is, whatever the level ('s ...', 'v ...'), and flushes.
void message_result (struct message *message, const char *fmt, ...)
    __attribute__ ((format (printf, 2, 3)));

// Prints 'tutti: error: ...' on stderr, whatever the level; one line, in which
// control characters of a file's name are shown as '?'.
void message_error (struct message *message, const char *fmt, ...)
    __attribute__ ((format (printf, 2, 3)));

// The same with 'warning', unless comments are not wanted.
void message_warning (struct message *message, const char *fmt, ...)
    __attribute__ ((format (printf, 2, 3)));

// Whether stderr is a terminal that can show a live line.
bool message_terminal (void);

// Shows a line on the terminal that stands until the next line of any kind, cut
// to the terminal's width.
void message_live (struct message *message, const char *fmt, ...)
    __attribute__ ((format (printf, 2, 3)));
void message_end_live (struct message *message); // takes it away

// Shows control characters as '?', so that the text is one line.
//
//   returns    text
char *message_line (char *text);

#endif
