// The last resort: a thread that ends the process when the communicator does
// not, because a call of MPI, a full pipe or a very long step keeps it.
//
//   cost       sleeps for ever unless a deadline is set
//   context    one per process, since signal handlers must find it
#ifndef MPI_GUARD_H
#define MPI_GUARD_H

// Starts the thread, without a deadline.
//
//   end        called from the thread when a deadline has passed, with why;
//              must not return
void guard_init (void (*end) (void *state, const char *why), void *state);
void guard_fini (void);

// Sets the deadline: that many seconds from now, HUGE_VAL for none.
//
//   why        what it means when they are over; not copied
void guard_allow (double seconds, const char *why);

// Moves a deadline, if there is one, such that at least so many seconds are
// left.  For whoever is still alive.
void guard_extend (double seconds);

// Leaves at most so many seconds from now.
//
//   context    any thread, signal handlers
void guard_limit (double seconds, const char *why);

// The same, and nothing extends it any more.
void guard_finish (double seconds, const char *why);

#endif
