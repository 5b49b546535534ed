// Sets of 64-bit keys as tests want them: maps whose values nobody reads.
#ifndef TESTS_HASH_SET_H
#define TESTS_HASH_SET_H

#include "base/hash.h"

static inline size_t hash_set_size (const struct hash_map *set) {
  return set->count + set->has_zero;
}

//   returns    false if it was in the set before
static inline bool hash_set_add (struct hash_map *set, uint64_t key) {
  bool added;
  hash_map_insert (set, key, &added);
  return added;
}

static inline bool hash_set_has (const struct hash_map *set, uint64_t key) {
  return hash_map_find (set, key) != NULL;
}

#endif
