// transport.c - a model as a stream of bits.
#include "mpi/transport.h"

#include "base/memory.h"

enum { PIECE_BYTES = 1 << 16 };

void transport_init (struct transport *transport, struct wire *wire,
                     int num_vars) {
  *transport = (struct transport){.wire = wire, .num_vars = num_vars};
  vec_resize (&transport->bits, ((size_t)num_vars + 7) / 8);
}

void transport_fini (struct transport *transport) {
  vec_fini (&transport->bits);
}

void transport_pack (struct transport *transport, const signed char *values) {
  for (size_t i = 0; i < (size_t)transport->num_vars; i++)
    if (values[i + 1] > 0)
      transport->bits.data[i / 8] |= 1u << i % 8;
}

bool transport_send (struct transport *transport, int to) {
  while (transport->moved < transport->bits.size) {
    const size_t left = transport->bits.size - transport->moved;
    const size_t bytes = left < PIECE_BYTES ? left : PIECE_BYTES;
    if (bytes > wire_room (transport->wire, to, WIRE_MODEL))
      return false;
    wire_send (transport->wire, to, WIRE_MODEL, 0,
               transport->bits.data + transport->moved, bytes);
    transport->moved += bytes;
  }
  return true;
}

static void receive (void *state, const struct wire_message *msg) {
  struct transport *transport = state;
  wire_release (transport->wire, msg->from, WIRE_MODEL, msg->bytes);
  if (msg->bytes > transport->bits.size - transport->moved)
    return; // not what was agreed upon; the model will not become complete
  memcpy (transport->bits.data + transport->moved, msg->data, msg->bytes);
  transport->moved += msg->bytes;
}

void transport_expect (struct transport *transport) {
  wire_handle (transport->wire, WIRE_MODEL, receive, transport);
}

bool transport_complete (const struct transport *transport) {
  return transport->moved == transport->bits.size;
}

signed char *transport_unpack (const struct transport *transport) {
  signed char *values = mem_alloc ((size_t)transport->num_vars + 1);
  values[0] = 0;
  for (size_t i = 0; i < (size_t)transport->num_vars; i++)
    values[i + 1] = transport->bits.data[i / 8] >> i % 8 & 1 ? 1 : -1;
  return values;
}
