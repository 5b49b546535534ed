// stream.c - rank 0 reads, everybody gets the formula down the tree.
//
// Idea     a child's cursor runs behind over the chunks this rank keeps; it
//          moves as far as the child's credit allows, whenever the wire is
//          polled, so reading never waits for sending
// Format   docs/wire.md, "formula"
#include "mpi/stream.h"

#include "base/fatal.h"
#include "base/memory.h"
#include "mpi/reader.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { PIECE_BYTES = 1 << 16 }; // of a message: two to three frames

enum section { PIECE, LAST_PIECE, END }; // in the messages' round field

struct totals { // payload of END
  int64_t num_vars, num_clauses, num_literals, status;
};

struct cursor { // what a child has been sent
  size_t chunk, offset;
  bool ended;
};

struct stream {
  struct wire *wire;
  const struct tree *tree;
  struct formula *formula;
  struct cursor cursors[TREE_CHILDREN];
  struct bytes chunk; // arriving
  struct totals totals;
  bool complete; // 'totals' is valid, the formula is all here
};

// Sends one piece, or moves to the next chunk.
//
//   returns    false if the child has all there is, or has no room
static bool send_piece (struct stream *stream, int child) {
  struct cursor *cursor = &stream->cursors[child];
  const int rank = stream->tree->children[child];
  if (cursor->chunk == stream->formula->chunks.size)
    return false;
  const struct formula_chunk *chunk =
      &stream->formula->chunks.data[cursor->chunk];
  const size_t left = chunk->size - cursor->offset;
  const size_t size = left < PIECE_BYTES ? left : PIECE_BYTES;
  if (size > wire_room (stream->wire, rank, WIRE_FORMULA))
    return false;
  if (size)
    wire_send (stream->wire, rank, WIRE_FORMULA,
               size == left ? LAST_PIECE : PIECE, chunk->bytes + cursor->offset,
               size);
  cursor->offset += size;
  if (size == left) {
    cursor->chunk++;
    cursor->offset = 0;
  }
  return true;
}

static void send_end (struct stream *stream, int child) {
  struct cursor *cursor = &stream->cursors[child];
  const int rank = stream->tree->children[child];
  const bool all = cursor->chunk == stream->formula->chunks.size ||
                   stream->totals.status != STREAM_COMPLETE;
  if (cursor->ended || !stream->complete || !all ||
      wire_room (stream->wire, rank, WIRE_FORMULA) < sizeof stream->totals)
    return;
  wire_send (stream->wire, rank, WIRE_FORMULA, END, &stream->totals,
             sizeof stream->totals);
  cursor->ended = true;
}

static void feed_children (struct stream *stream) {
  for (int child = 0; child < stream->tree->num_children; child++) {
    while (send_piece (stream, child))
      ;
    send_end (stream, child);
  }
}

static bool children_fed (const struct stream *stream) {
  for (int child = 0; child < stream->tree->num_children; child++)
    if (!stream->cursors[child].ended)
      return false;
  return true;
}

/*------------------------------------------------------------------------*/
// The root reads.

static void set_totals (struct stream *stream, enum stream_status status) {
  const struct formula *formula = stream->formula;
  stream->totals = (struct totals){.num_vars = formula->num_vars,
                                   .num_clauses = formula->num_clauses,
                                   .num_literals = formula->num_literals,
                                   .status = status};
  stream->complete = true;
}

static bool interrupted (const struct stream_config *config) {
  return config->interrupted && config->interrupted (config->state);
}

// Takes one chunk from the reader, or waits a little.
//
//   returns    false at the end
static bool read_chunk (struct stream *stream, struct reader *reader) {
  const bool alone = !stream->tree->num_children;
  int *lits;
  size_t size;
  switch (reader_take (reader, alone ? 0.05 : 0.001, &lits, &size)) {
  case READER_CHUNK:
    formula_append (stream->formula, lits, size);
    mem_free (lits);
    break;
  case READER_WAITING:
    break;
  case READER_END:
    formula_reserve_vars (stream->formula, reader_vars (reader));
    set_totals (stream, STREAM_COMPLETE);
    return false;
  case READER_FAILED:
    set_totals (stream, STREAM_FAILED);
    return false;
  }
  return true;
}

static void read_file (struct stream *stream,
                       const struct stream_config *config, char *error) {
  if (config->failure) {
    snprintf (error, CNF_ERROR_BYTES, "%s", config->failure);
    set_totals (stream, STREAM_FAILED);
    return;
  }
  struct reader *reader =
      reader_new (config->path, &config->options, config->keep);
  while (read_chunk (stream, reader)) {
    feed_children (stream);
    wire_poll (stream->wire);
    if (interrupted (config)) {
      set_totals (stream, STREAM_INTERRUPTED);
      break;
    }
  }
  strcpy (error, reader_error (reader));
  reader_free (reader);
}

/*------------------------------------------------------------------------*/
// The others receive.

static void take_piece (struct stream *stream, const struct wire_message *msg) {
  bytes_append (&stream->chunk, msg->data, msg->bytes);
  if (msg->round == PIECE)
    return;
  const size_t size = stream->chunk.size;
  uint8_t *bytes = mem_realloc (stream->chunk.data, size);
  if (!formula_take (stream->formula, bytes, size))
    fatal ("rank %d: broken piece of the formula", stream->tree->rank);
  stream->chunk.data = NULL;
  stream->chunk.size = stream->chunk.capacity = 0;
}

static void take_end (struct stream *stream, const struct wire_message *msg) {
  struct totals *totals = &stream->totals;
  if (msg->bytes != sizeof *totals)
    fatal ("rank %d: broken end of the formula", stream->tree->rank);
  memcpy (totals, msg->data, sizeof *totals);
  stream->complete = true;
  if (totals->status != STREAM_COMPLETE)
    return;
  formula_reserve_vars (stream->formula, totals->num_vars);
  if (stream->formula->num_clauses != totals->num_clauses ||
      stream->formula->num_literals != totals->num_literals)
    fatal ("rank %d: got %lld clauses of %lld", stream->tree->rank,
           (long long)stream->formula->num_clauses,
           (long long)totals->num_clauses);
}

// What arrives is kept, so the sender gets its credit back at once.
static void receive (void *state, const struct wire_message *msg) {
  struct stream *stream = state;
  wire_release (stream->wire, msg->from, WIRE_FORMULA, msg->bytes);
  if (msg->round == END)
    take_end (stream, msg);
  else
    take_piece (stream, msg);
}

static void doze (void) {
  const struct timespec time = {0, 100000};
  nanosleep (&time, NULL);
}

static void pump (struct stream *stream, const struct stream_config *config) {
  while (!stream->complete || !children_fed (stream)) {
    interrupted (config);
    feed_children (stream);
    if (!wire_poll (stream->wire))
      doze ();
  }
}

enum stream_status stream_formula (struct wire *wire, const struct tree *tree,
                                   const struct stream_config *config,
                                   struct formula *formula, char *error) {
  struct stream stream = {.wire = wire, .tree = tree, .formula = formula};
  wire_handle (wire, WIRE_FORMULA, receive, &stream);
  if (tree_is_root (tree))
    read_file (&stream, config, error);
  pump (&stream, config);
  wire_handle (wire, WIRE_FORMULA, NULL, NULL);
  vec_fini (&stream.chunk);
  return stream.totals.status;
}
