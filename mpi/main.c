// main.c - the program 'tutti'.
#include "base/clock.h"
#include "base/memory.h"
#include "mpi/job.h"
#include "mpi/wire.h"

#include <stdio.h>

// Every rank fails alike, one of them says why.
static int fail (const char *error) {
  if (!wire_launched_rank ())
    fprintf (stderr, "tutti: error: %s\n", error);
  return 1;
}

int main (int argc, char **argv) {
  const double start_s = clock_wall_s ();
  static struct settings settings;
  mem_tune ();
  char error[SETTINGS_ERROR_BYTES];
  if (!settings_parse (&settings, argc, argv, error))
    return fail (error);
  if (settings.request == SETTINGS_SOLVE)
    return job_run (&settings, start_s, &argc, &argv);
  if (!wire_launched_rank ())
    settings_print (&settings, stdout);
  return 0;
}
