// stream.c - rank 0 reads, everybody gets the formula down the tree.
//
// Idea     a child's cursor runs behind over the chunks this rank keeps; it
//          moves as far as the child's credit allows, whenever the wire is
//          polled, so reading never waits for sending
// Format   docs/wire.md, "formula"
#include "dist/stream.h"

#include "base/memory.h"

enum { PIECE_BYTES = 1 << 16 }; // of a message: two to three frames

enum section { PIECE, LAST_PIECE, END }; // in the messages' round field

struct totals { // payload of END
  int64_t num_vars, num_clauses, num_literals, status;
};

struct cursor { // what a child has been sent
  bool known;   // it has said what it has
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
  bool introduced; // the parent knows what this rank has
};

static bool complete (const struct stream *stream) {
  return stream->totals.status != STREAM_OPEN;
}

/*------------------------------------------------------------------------*/
// To the children.

// Sends one piece, or moves to the next chunk.
//
//   returns    false if the child has all there is, or has no room
static bool send_piece (struct stream *stream, int child) {
  struct cursor *cursor = &stream->cursors[child];
  const int rank = stream->tree->children[child];
  if (cursor->chunk >= stream->formula->chunks.size)
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

static bool send_end (struct stream *stream, int child) {
  struct cursor *cursor = &stream->cursors[child];
  const int rank = stream->tree->children[child];
  const bool all = cursor->chunk >= stream->formula->chunks.size ||
                   stream->totals.status != STREAM_COMPLETE;
  if (cursor->ended || !complete (stream) || !all ||
      wire_room (stream->wire, rank, WIRE_FORMULA) < sizeof stream->totals)
    return false;
  wire_send (stream->wire, rank, WIRE_FORMULA, END, &stream->totals,
             sizeof stream->totals);
  return cursor->ended = true;
}

static bool feed (struct stream *stream, int child) {
  bool moved = false;
  if (!stream->cursors[child].known)
    return false;
  while (stream->totals.status <= STREAM_COMPLETE && send_piece (stream, child))
    moved = true;
  return send_end (stream, child) || moved;
}

static void on_from (void *state, const struct wire_message *msg) {
  struct stream *stream = state;
  const int child = tree_child (stream->tree, msg->from);
  uint64_t chunks;
  if (child < 0 || msg->bytes != sizeof chunks)
    return;
  memcpy (&chunks, msg->data, sizeof chunks);
  stream->cursors[child] = (struct cursor){.known = true, .chunk = chunks};
}

/*------------------------------------------------------------------------*/
// From the root's source.

void stream_put (struct stream *stream, const int *lits, size_t size) {
  formula_append (stream->formula, lits, size);
}

void stream_end (struct stream *stream, enum stream_status status,
                 int num_vars) {
  struct formula *formula = stream->formula;
  if (complete (stream))
    return;
  if (status == STREAM_COMPLETE)
    formula_reserve_vars (formula, num_vars);
  stream->totals = (struct totals){.num_vars = formula->num_vars,
                                   .num_clauses = formula->num_clauses,
                                   .num_literals = formula->num_literals,
                                   .status = status};
}

/*------------------------------------------------------------------------*/
// From the parent.

static bool take_piece (struct stream *stream, const struct wire_message *msg) {
  bytes_append (&stream->chunk, msg->data, msg->bytes);
  if (msg->round == PIECE)
    return true;
  const size_t size = stream->chunk.size;
  uint8_t *bytes = mem_realloc (stream->chunk.data, size);
  stream->chunk = (struct bytes){0};
  if (formula_take (stream->formula, bytes, size))
    return true;
  mem_free (bytes);
  return false;
}

static bool take_end (struct stream *stream, const struct wire_message *msg) {
  struct formula *formula = stream->formula;
  struct totals totals;
  if (msg->bytes != sizeof totals)
    return false;
  memcpy (&totals, msg->data, sizeof totals);
  if (totals.status == STREAM_COMPLETE) {
    formula_reserve_vars (formula, totals.num_vars);
    if (formula->num_clauses != totals.num_clauses ||
        formula->num_literals != totals.num_literals)
      return false;
  }
  stream->totals = totals;
  return true;
}

// What arrives is kept, so the sender gets its credit back at once.
static void on_formula (void *state, const struct wire_message *msg) {
  struct stream *stream = state;
  wire_release (stream->wire, msg->from, WIRE_FORMULA, msg->bytes);
  if (complete (stream) || msg->from != stream->tree->parent ||
      msg->round > END)
    return;
  if (msg->round == END ? !take_end (stream, msg) : !take_piece (stream, msg))
    stream->totals.status = STREAM_FAILED;
}

static bool introduce (struct stream *stream) {
  if (stream->introduced || tree_is_root (stream->tree))
    return false;
  const uint64_t chunks = stream->formula->chunks.size;
  tree_send_up (stream->tree, stream->wire, WIRE_FORMULA_FROM, 0, &chunks,
                sizeof chunks);
  return stream->introduced = true;
}

/*------------------------------------------------------------------------*/

bool stream_step (struct stream *stream) {
  bool moved = introduce (stream);
  for (int child = 0; child < stream->tree->num_children; child++)
    moved |= feed (stream, child);
  return moved;
}

enum stream_status stream_status (const struct stream *stream) {
  return stream->totals.status;
}

void stream_restart (struct stream *stream) {
  memset (stream->cursors, 0, sizeof stream->cursors);
  vec_clear (&stream->chunk);
  stream->introduced = false;
}

struct stream *stream_new (struct wire *wire, const struct tree *tree,
                           struct formula *formula) {
  struct stream *stream = mem_calloc (1, sizeof *stream);
  stream->wire = wire;
  stream->tree = tree;
  stream->formula = formula;
  wire_handle (wire, WIRE_FORMULA, on_formula, stream);
  wire_handle (wire, WIRE_FORMULA_FROM, on_from, stream);
  return stream;
}

void stream_free (struct stream *stream) {
  wire_handle (stream->wire, WIRE_FORMULA, NULL, NULL);
  wire_handle (stream->wire, WIRE_FORMULA_FROM, NULL, NULL);
  vec_fini (&stream->chunk);
  mem_free (stream);
}
