// model_stream.c - a model as a stream of bits.
#include "dist/model_stream.h"

#include "base/memory.h"

enum { PIECE_BYTES = 1 << 16 };

void model_stream_init (struct model_stream *stream, struct wire *wire,
                        int num_vars) {
  *stream = (struct model_stream){.wire = wire, .num_vars = num_vars};
  vec_resize (&stream->bits, ((size_t)num_vars + 7) / 8);
}

void model_stream_fini (struct model_stream *stream) {
  vec_fini (&stream->bits);
}

void model_stream_pack (struct model_stream *stream,
                        const signed char *values) {
  for (size_t i = 0; i < (size_t)stream->num_vars; i++)
    if (values[i + 1] > 0)
      stream->bits.data[i / 8] |= 1u << i % 8;
}

bool model_stream_send (struct model_stream *stream, int to) {
  while (stream->moved < stream->bits.size) {
    const size_t left = stream->bits.size - stream->moved;
    const size_t bytes = left < PIECE_BYTES ? left : PIECE_BYTES;
    if (bytes > wire_room (stream->wire, to, WIRE_MODEL))
      return false;
    wire_send (stream->wire, to, WIRE_MODEL, 0,
               stream->bits.data + stream->moved, bytes);
    stream->moved += bytes;
  }
  return true;
}

static void receive (void *state, const struct wire_message *msg) {
  struct model_stream *stream = state;
  wire_release (stream->wire, msg->from, WIRE_MODEL, msg->bytes);
  if (msg->bytes > stream->bits.size - stream->moved)
    return; // not what was agreed upon; the model will not become complete
  memcpy (stream->bits.data + stream->moved, msg->data, msg->bytes);
  stream->moved += msg->bytes;
}

void model_stream_expect (struct model_stream *stream) {
  wire_handle (stream->wire, WIRE_MODEL, receive, stream);
}

bool model_stream_complete (const struct model_stream *stream) {
  return stream->moved == stream->bits.size;
}

signed char *model_stream_unpack (const struct model_stream *stream) {
  signed char *values = mem_alloc ((size_t)stream->num_vars + 1);
  values[0] = 0;
  for (size_t i = 0; i < (size_t)stream->num_vars; i++)
    values[i + 1] = stream->bits.data[i / 8] >> i % 8 & 1 ? 1 : -1;
  return values;
}
