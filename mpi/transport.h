// A model on its way from the winner's rank to the root: one bit a variable.
//
//   format     docs/wire.md, "end"
//   context    main thread; non-blocking
#ifndef MPI_TRANSPORT_H
#define MPI_TRANSPORT_H

#include "base/bytes.h"
#include "mpi/wire.h"

#include <stdbool.h>
#include <stdint.h>

struct transport {
  struct wire *wire;
  int num_vars;
  struct bytes bits; // variable v is bit (v-1)%8 of byte (v-1)/8
  size_t moved;      // bytes sent or received
};

// Prepares for a model over that many variables.
void transport_init (struct transport *, struct wire *, int num_vars);
void transport_fini (struct transport *);

// Sender: packs a model as in cnf/model.h, then sends what there is room for.
void transport_pack (struct transport *, const signed char *values);
bool transport_send (struct transport *, int to); // true if all was sent

// Receiver: waits for messages from then on.
void transport_expect (struct transport *);
bool transport_complete (const struct transport *);

// Unpacks into index 1 to num_vars; returns owned.
signed char *transport_unpack (const struct transport *);

#endif
