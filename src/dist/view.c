// view.c - sets of ranks with a number.
#include "dist/view.h"

void view_fini (struct view *view) {
  vec_fini (&view->excluded);
}

void view_copy (struct view *to, const struct view *from) {
  to->number = from->number;
  to->proposer = from->proposer;
  vec_clear (&to->excluded);
  for_vec (const int, rank, &from->excluded)
    vec_push (&to->excluded, *rank);
}

bool view_newer (const struct view *a, const struct view *b) {
  return a->number > b->number ||
         (a->number == b->number && a->proposer < b->proposer);
}

bool view_same (const struct view *a, const struct view *b) {
  return a->number == b->number && a->proposer == b->proposer;
}

bool view_has (const struct view *view, int rank) {
  size_t low = 0, high = view->excluded.size;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (view->excluded.data[middle] == rank)
      return false;
    if (view->excluded.data[middle] < rank)
      low = middle + 1;
    else
      high = middle;
  }
  return true;
}

int view_lowest (const struct view *view, int size, const bool *skip) {
  for (int rank = 0; rank < size; rank++)
    if (view_has (view, rank) && !(skip && skip[rank]))
      return rank;
  return -1;
}

static void put (struct bytes *bytes, uint32_t number) {
  uint8_t data[4];
  bytes_store (data, 4, number);
  bytes_append (bytes, data, 4);
}

static uint32_t get (const uint8_t *data) {
  return bytes_load (data, 4);
}

void view_encode (const struct view *view, struct bytes *bytes) {
  put (bytes, view->number);
  put (bytes, view->proposer);
  put (bytes, view->excluded.size);
  for_vec (const int, rank, &view->excluded)
    put (bytes, *rank);
}

size_t view_decode (struct view *view, int size, const uint8_t *data,
                    size_t bytes) {
  enum { HEAD = 12 };
  if (bytes < HEAD)
    return 0;
  const uint32_t proposer = get (data + 4), count = get (data + 8);
  if (proposer >= (uint32_t)size || count >= (uint32_t)size ||
      (bytes - HEAD) / 4 < count)
    return 0;
  view->number = get (data);
  view->proposer = proposer;
  vec_clear (&view->excluded);
  for (uint32_t i = 0; i < count; i++) {
    const uint32_t rank = get (data + HEAD + 4 * i);
    if (rank >= (uint32_t)size || (i && (int)rank <= vec_top (&view->excluded)))
      return 0;
    vec_push (&view->excluded, rank);
  }
  return HEAD + 4 * (size_t)count;
}
