// frame.c - heads and checksums.
//
// Format   docs/wire.md, "frame"
#include "wire/frame.h"

#include "base/rng.h"

#include <string.h>

// One multiplication per 8 bytes: 3 GB/s and more, beside copying nothing.
static uint32_t checksum (uint64_t head, const uint64_t *payload,
                          size_t bytes) {
  const uint64_t factor = 0x9e3779b97f4a7c15ull;
  uint64_t sum = rng_mix (head);
  const size_t words = bytes / 8;
  for (size_t i = 0; i < words; i++) {
    sum = (sum ^ payload[i]) * factor;
    sum ^= sum >> 32;
  }
  if (bytes % 8) {
    uint64_t tail = 0;
    memcpy (&tail, payload + words, bytes % 8);
    sum = (sum ^ tail) * factor;
  }
  return rng_mix (sum) >> 32;
}

static uint64_t pack (const struct frame_head *head) {
  return (uint64_t)head->length | (uint64_t)head->more << 15 |
         (uint64_t)head->kind << 16 | (uint64_t)head->round << 24 |
         (uint64_t)head->generation << 48;
}

static struct frame_head unpack (uint64_t word) {
  return (struct frame_head){.length = word & 0x7fff,
                             .more = word >> 15 & 1,
                             .kind = word >> 16 & 0xff,
                             .round = word >> 24 & 0xffffff,
                             .generation = word >> 48};
}

size_t frame_seal (uint64_t *frame, const struct frame_head *head) {
  frame[0] = pack (head);
  frame[1] = checksum (frame[0], frame + FRAME_HEAD_WORDS, head->length);
  return FRAME_HEAD_BYTES + head->length;
}

bool frame_open (const uint64_t *frame, size_t bytes, struct frame_head *head) {
  if (bytes < FRAME_HEAD_BYTES)
    return false;
  *head = unpack (frame[0]);
  return head->length == bytes - FRAME_HEAD_BYTES &&
         frame[1] ==
             checksum (frame[0], frame + FRAME_HEAD_WORDS, head->length);
}
