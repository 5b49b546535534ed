// ids.c - encode, decode and unite ascending lists of ids.
#include "proof/ids.h"

#include "base/varint.h"

#include <assert.h>

void ids_encode (const struct ids *ids, struct bytes *bytes) {
  vec_reserve (bytes, bytes->size + VARINT_MAX_BYTES * (ids->size + 1));
  uint8_t *p = varint_put (bytes->data + bytes->size, ids->size);
  uint64_t previous = 0;
  for_vec (uint64_t, id, ids) {
    assert (*id > previous);
    p = varint_put (p, *id - previous);
    previous = *id;
  }
  bytes->size = p - bytes->data;
}

size_t ids_decode (struct ids *ids, const uint8_t *data, size_t bytes) {
  const uint8_t *end = data + bytes;
  uint64_t n, delta, id = 0;
  const uint8_t *p = varint_get_checked (data, end, &n);
  vec_clear (ids);
  if (!p || n > bytes) // each id takes a byte
    return 0;
  vec_reserve (ids, n);
  for (; n; n--) {
    p = varint_get_checked (p, end, &delta);
    if (!p || !delta || id + delta < id)
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
  assert (spare != ids && spare != other);
  vec_clear (spare);
  vec_reserve (spare, ids->size + other->size);
  while (a != a_end || b != b_end) {
    const bool from_a = b == b_end || (a != a_end && *a <= *b);
    if (from_a && b != b_end && *a == *b)
      b++;
    const uint64_t id = from_a ? *a++ : *b++;
    assert (vec_empty (spare) || vec_top (spare) < id);
    vec_push (spare, id);
  }
  const struct ids old = *ids;
  *ids = *spare;
  *spare = old;
}
