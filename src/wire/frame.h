// Frames: what a transport carries at once.
//
//   format     docs/wire.md, "frame"
#ifndef WIRE_FRAME_H
#define WIRE_FRAME_H

#include "wire/transport.h"

enum {
  FRAME_HEAD_WORDS = 2,
  FRAME_HEAD_BYTES = 8 * FRAME_HEAD_WORDS,
  FRAME_PAYLOAD_BYTES = TRANSPORT_FRAME_BYTES - FRAME_HEAD_BYTES,
};

struct frame_head {
  unsigned length;     // bytes of payload
  bool more;           // the message goes on in the next frame of its class
  uint8_t kind;        // enum wire_kind
  uint32_t round;      // 24 bits
  uint16_t generation; // of the sender
};

// Completes a frame whose payload stands behind the head's words.
//
//   returns    its bytes
size_t frame_seal (uint64_t *frame, const struct frame_head *);

// Takes a frame that arrived apart.
//
//   returns    false if its length or checksum is wrong
bool frame_open (const uint64_t *frame, size_t bytes, struct frame_head *);

// True if generation 'a' comes after 'b', modulo 2^16.
static inline bool frame_newer (uint16_t a, uint16_t b) {
  return (int16_t)(uint16_t)(a - b) > 0;
}

#endif
