// What ends the communicator's sleep: time, an engine's answer, a signal.
//
//   signals    SIGTERM, SIGINT, SIGUSR1 are noted and wake the sleeper; one
//              wake per process, since signal handlers belong to the process
#ifndef MPI_WAKE_H
#define MPI_WAKE_H

#include <stdbool.h>

// Catches the signals from now on, and until wake_fini.
void wake_init (void);
void wake_fini (void); // restores what was before

// Ends the current or the next sleep.
//
//   state      ignored, so that it fits as a callback
//   context    any thread, signal handlers
void wake_ring (void *state);

// Sleeps until someone rings, at most that long.
//
//   context    one thread
void wake_wait (double timeout_s);

// The last signal caught, or 0.
int wake_signal (void);
const char *wake_signal_name (int number);

#endif
