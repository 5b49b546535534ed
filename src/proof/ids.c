// ids.c - encode, decode and unite ascending lists of ids.
#include "proof/ids.h"

#include "proof/varint.h"

void ids_encode (const struct ids *ids, struct ids_bytes *bytes) {
  vec_reserve (bytes, bytes->size + VARINT_MAX_BYTES * (ids->size + 1));
  uint8_t *p = varint_put (bytes->data + bytes->size, ids->size);
  uint64_t previous = 0;
  for_vec (uint64_t, id, ids) {
    p = varint_put (p, *id - previous);
    previous = *id;
  }
  bytes->size = p - bytes->data;
}

// Reads a number that must be complete before 'end'; null if it is not.
static const uint8_t *get (const uint8_t *p, const uint8_t *end,
                           uint64_t *number) {
  for (const uint8_t *q = p; q && q < end && q < p + VARINT_MAX_BYTES; q++)
    if (*q < 128)
      return varint_get (p, number);
  return NULL;
}

size_t ids_decode (struct ids *ids, const uint8_t *data, size_t bytes) {
  const uint8_t *end = data + bytes;
  uint64_t n, delta, id = 0;
  const uint8_t *p = get (data, end, &n);
  vec_clear (ids);
  if (!p || n > bytes) // each id takes a byte
    return 0;
  vec_reserve (ids, n);
  for (; n; n--) {
    if (!(p = get (p, end, &delta)) || !delta || id + delta < id)
      return 0;
    vec_push (ids, id += delta);
  }
  return p - data;
}

void ids_unite (struct ids *ids, const struct ids *other, struct ids *spare) {
  const uint64_t *a = ids->data, *a_end = a + ids->size;
  const uint64_t *b = other->data, *b_end = b + other->size;
  if (!other->size)
    return;
  vec_clear (spare);
  vec_reserve (spare, ids->size + other->size);
  while (a != a_end || b != b_end) {
    const bool from_a = b == b_end || (a != a_end && *a <= *b);
    if (from_a && b != b_end && *a == *b)
      b++;
    vec_push (spare, from_a ? *a++ : *b++);
  }
  const struct ids old = *ids;
  *ids = *spare;
  *spare = old;
}
