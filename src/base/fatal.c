// fatal.c - the single exit for failures of the environment.
#include "base/fatal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void (*fatal_handler) (const char *);
static void (*_Atomic fatal_cleanup) (void); // any thread sets the same one

void fatal_set_handler (void (*handler) (const char *)) {
  fatal_handler = handler;
}

void fatal_set_cleanup (void (*cleanup) (void)) {
  fatal_cleanup = cleanup;
}

void fatal_clean (void) {
  void (*cleanup) (void) = fatal_cleanup;
  if (cleanup)
    cleanup ();
}

void fatal (const char *fmt, ...) {
  char message[512];
  va_list ap;
  va_start (ap, fmt);
  vsnprintf (message, sizeof message, fmt, ap);
  va_end (ap);
  fatal_clean ();
  if (fatal_handler)
    fatal_handler (message);
  fprintf (stderr, "tutti: fatal: %s\n", message);
  abort ();
}
