// A model on its way from the winner's rank to the root: one bit a variable.
//
//   format     docs/wire.md, "end"
//   context    main thread; non-blocking
#ifndef DIST_MODEL_STREAM_H
#define DIST_MODEL_STREAM_H

#include "base/bytes.h"
#include "wire/wire.h"

#include <stdbool.h>
#include <stdint.h>

struct model_stream {
  struct wire *wire;
  int num_vars;
  struct bytes bits; // variable v is bit (v-1)%8 of byte (v-1)/8
  size_t moved;      // bytes sent or received
};

// Prepares for a model over that many variables.
void model_stream_init (struct model_stream *, struct wire *, int num_vars);
void model_stream_fini (struct model_stream *);

// Sender: packs a model as in cnf/model.h, then sends what there is room for.
void model_stream_pack (struct model_stream *, const signed char *values);
bool model_stream_send (struct model_stream *, int to); // true if all was sent

// Receiver: waits for messages from then on.
void model_stream_expect (struct model_stream *);
bool model_stream_complete (const struct model_stream *);

// Unpacks into index 1 to num_vars; returns owned.
signed char *model_stream_unpack (const struct model_stream *);

#endif
