// The one way out for failures of the environment: no memory, full disk, a
// broken peer.  Bad input and API misuse do not come here.
#ifndef BASE_FATAL_H
#define BASE_FATAL_H

// Reports the message through the handler and does not return.
//
//   context    any thread
_Noreturn void fatal (const char *fmt, ...)
    __attribute__ ((format (printf, 1, 2)));

// Sets what happens on a fatal error; process-wide, so that the MPI layer can
// abort all ranks.  The default writes one line to stderr and aborts.
//
//   handler    called with the finished message; must not return
//   context    before other threads start
void fatal_set_handler (void (*handler) (const char *message));

// Sets what is done before the handler is called: base/draft.h removes its
// unfinished files.
//
//   cleanup    called in the thread that fails, while others run
//   context    any thread
void fatal_set_cleanup (void (*cleanup) (void));

// Does it, for those who end the process in another way.
void fatal_clean (void);

#endif
