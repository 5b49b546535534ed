// The transport over MPI: the only code that knows it.  Compiled without
// TUTTI_MPI there is none, and a run has one rank (wire/loopback.h).
//
//   context    the main thread (MPI_THREAD_FUNNELED)
#ifndef MPI_TRANSPORT_H
#define MPI_TRANSPORT_H

#include "wire/transport.h"

// Connects the ranks; collective, the last collective call before the end.
//
//   card       of this rank; its process is filled in
//   transport  written; exactly one per process
//   returns    number of ranks that MPI connects
int transport_open (struct transport *, int *argc, char ***argv,
                    struct transport_card *card);

#endif
