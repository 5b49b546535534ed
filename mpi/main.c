// main.c - the program 'tutti'.
#include "base/clock.h"
#include "base/memory.h"
#include "base/message.h"
#include "base/streams.h"
#include "mpi/command_line.h"
#include "mpi/job.h"
#include "mpi/launcher.h"
#include "mpi/usage.h"

#include <stdio.h>
#include <string.h>

// Every rank fails alike, one of them says why.
static int fail (const struct launcher *launcher, char *error) {
  if (launcher_speaks (launcher))
    fprintf (stderr, "tutti: error: %s\n", message_line (error));
  return 1;
}

static int talk (const struct launcher *launcher, struct settings *settings) {
  char reason[SETTINGS_ERROR_BYTES];
  usage_print (settings, stdout);
  const int number = streams_finish ();
  snprintf (reason, sizeof reason, "cannot write to stdout: %s",
            strerror (number));
  return number ? fail (launcher, reason) : 0;
}

int main (int argc, char **argv) {
  streams_init ();
  const double start_s = clock_wall_s ();
  const struct launcher launcher = launcher_find ();
  static struct settings settings;
  mem_tune ();
  char error[SETTINGS_ERROR_BYTES];
  settings_init (&settings);
  if (!command_line_read (&settings, argc, argv, error))
    return fail (&launcher, error);
  if (settings.request == SETTINGS_SOLVE)
    return job_run (&settings, start_s, &argc, &argv);
  return launcher_speaks (&launcher) ? talk (&launcher, &settings) : 0;
}
