// message.c - comment lines in the competition format.
#define _GNU_SOURCE
#include "base/message.h"
#include "base/memory.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

void message_init (struct message *message, FILE *file, int level) {
  message->file = file;
  message->error = 0;
  message->level = level;
  message->prefix = "c ";
  message->live = false;
  pthread_mutex_init (&message->lock, NULL);
}

void message_fini (struct message *message) {
  pthread_mutex_destroy (&message->lock);
}

// Removes the live line, from whatever comes next; with the lock.
static void end_live (struct message *message) {
  if (message->live)
    fputs ("\r\033[K", stderr);
  message->live = false;
}

// The stream forgets which error it was.
static void flush (struct message *message) {
  errno = 0;
  if ((fflush (message->file) || ferror (message->file)) && !message->error)
    message->error = errno ? errno : EIO;
}

// Prints a prefix, without its trailing blanks if nothing follows.
static void print_line (const struct message *message, const char *text,
                        size_t length) {
  size_t prefix = strlen (message->prefix);
  while (!length && prefix && message->prefix[prefix - 1] == ' ')
    prefix--;
  fwrite (message->prefix, 1, prefix, message->file);
  fwrite (text, 1, length, message->file);
  fputc ('\n', message->file);
}

static void print_lines (struct message *message, const char *text) {
  pthread_mutex_lock (&message->lock);
  end_live (message);
  for (;;) {
    const size_t length = strcspn (text, "\n");
    print_line (message, text, length);
    if (!text[length] || !text[length + 1])
      break;
    text += length + 1;
  }
  flush (message);
  pthread_mutex_unlock (&message->lock);
}

// Formats into 'buffer' or, where that is too small, into owned memory.
static char *format (char *buffer, size_t bytes, const char *fmt, va_list ap) {
  va_list again;
  va_copy (again, ap);
  const int length = vsnprintf (buffer, bytes, fmt, ap);
  char *res = buffer;
  if (length >= 0 && (size_t)length >= bytes) {
    res = mem_alloc ((size_t)length + 1);
    vsnprintf (res, (size_t)length + 1, fmt, again);
  }
  va_end (again);
  return res;
}

void message_print (struct message *message, int level, const char *fmt, ...) {
  va_list ap;
  if (!message->file || level > message->level)
    return;
  va_start (ap, fmt);
  char buffer[512], *text = format (buffer, sizeof buffer, fmt, ap);
  va_end (ap);
  print_lines (message, text);
  if (text != buffer)
    mem_free (text);
}

void message_section (struct message *message, int level, const char *title) {
  static const char dashes[] =
      "----------------------------------------------------------------------";
  const int used = (int)strlen (title) + 12; // all but the last dashes
  const int rest = used < 78 - 4 ? 78 - used : 4;
  message_print (message, level, "\n---- [ %s ] %.*s\n\n", title, rest, dashes);
}

void message_result (struct message *message, const char *fmt, ...) {
  if (!message->file)
    return;
  va_list ap;
  va_start (ap, fmt);
  pthread_mutex_lock (&message->lock);
  end_live (message);
  vfprintf (message->file, fmt, ap);
  fputc ('\n', message->file);
  flush (message);
  pthread_mutex_unlock (&message->lock);
  va_end (ap);
}

char *message_line (char *text) {
  for (char *p = text; *p; p++)
    if (iscntrl ((unsigned char)*p))
      *p = '?';
  return text;
}

static void complain (struct message *message, const char *kind,
                      const char *fmt, va_list ap) {
  char buffer[512], *text = format (buffer, sizeof buffer, fmt, ap);
  pthread_mutex_lock (&message->lock);
  end_live (message);
  if (message->file)
    flush (message);
  fprintf (stderr, "tutti: %s: %s\n", kind, message_line (text));
  pthread_mutex_unlock (&message->lock);
  if (text != buffer)
    mem_free (text);
}

void message_error (struct message *message, const char *fmt, ...) {
  va_list ap;
  va_start (ap, fmt);
  complain (message, "error", fmt, ap);
  va_end (ap);
}

void message_warning (struct message *message, const char *fmt, ...) {
  va_list ap;
  if (!message->file || message->level < MESSAGE_NORMAL)
    return;
  va_start (ap, fmt);
  complain (message, "warning", fmt, ap);
  va_end (ap);
}

/*------------------------------------------------------------------------*/
// The live line.

bool message_terminal (void) {
  const char *kind = getenv ("TERM");
  return isatty (STDERR_FILENO) && kind && *kind && strcmp (kind, "dumb");
}

// A longer line would go on in the next one and not be overwritten.
static int columns (void) {
  struct winsize size;
  if (ioctl (STDERR_FILENO, TIOCGWINSZ, &size) || size.ws_col < 2)
    return 80;
  return size.ws_col;
}

void message_live (struct message *message, const char *fmt, ...) {
  char line[256];
  va_list ap;
  if (!message->file)
    return;
  va_start (ap, fmt);
  vsnprintf (line, sizeof line, fmt, ap);
  va_end (ap);
  pthread_mutex_lock (&message->lock);
  fprintf (stderr, "\r\033[K%.*s", columns () - 1, line);
  message->live = true;
  pthread_mutex_unlock (&message->lock);
}

void message_end_live (struct message *message) {
  pthread_mutex_lock (&message->lock);
  end_live (message);
  pthread_mutex_unlock (&message->lock);
}
