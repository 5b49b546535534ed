// Ranks that are threads of one process; with a single rank, what a library
// call uses.
#ifndef WIRE_LOOPBACK_H
#define WIRE_LOOPBACK_H

#include "wire/transport.h"

struct loopback;

// Makes a machine of so many ranks.
//
//   cards      one per rank, copied; null: all zero, so all on one host
//   returns    owned
struct loopback *loopback_new (int size, const struct transport_card *cards);

// The transport of a rank, for its thread; closing it frees nothing.
struct transport loopback_transport (struct loopback *, int rank);

void loopback_free (struct loopback *); // after all threads have ended

#endif
