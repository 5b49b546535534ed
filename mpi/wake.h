// What ends the communicator's sleep: time, an engine's answer, a signal.
//
//   signals    those that end a program are counted (wake.c has the list), and
//              wake the sleeper.  The first gives the communicator some seconds
//              to end the run, the second half of one (mpi/guard.h)
//   context    one per process, since signal handlers belong to the process;
//              after guard_init
#ifndef MPI_WAKE_H
#define MPI_WAKE_H

#include <stdbool.h>

// Catches the signals from now on, and until wake_fini.  What the process was
// told to ignore ('nohup') it still ignores.
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

// Counts the signals caught so far.  Some launchers and 'timeout' send one
// twice at once: what follows within a tenth of a second is the same one.
unsigned wake_signals (void);

int wake_signal (void); // the last one, or 0
const char *wake_signal_name (int number);

#endif
