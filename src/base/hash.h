// Hash maps from 64-bit keys to 64-bit values, and fingerprints of clauses.
//
//   layout     open addressing, linear probing, power of two slots at most
//              half full; removal shifts back, so there are no tombstones.
//              A slot with key 0 is free; key 0 itself has a place of its own.
//   malice     keys that a stranger chooses need 'hash_map_blind', else they
//              may be chosen to collide
//   source     removal by shifting: [Knuth-TAOCP3'98], algorithm R in 6.4
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hash_slot {
  uint64_t key, value;
};

struct hash_map { // all zero is an empty map
  struct hash_slot *slots;
  size_t mask;  // number of slots minus one; 0 as long as there are none
  size_t count; // occupied slots, without key 0
  bool has_zero;
  uint64_t zero_value;
  uint64_t flip, factor; // secrets of 'hash_map_blind', else 0
  uint64_t steps;        // slots that insertions found occupied by others
};

// Draws secrets for an empty map: who does not know them cannot choose keys
// that collide.  Without, the order of 'hash_map_next' is the same in each run.
void hash_map_blind (struct hash_map *map);

void hash_map_fini (struct hash_map *map);
void hash_map_reserve (struct hash_map *map, size_t count);

// Finds a key's value.
//
//   returns    borrowed, valid until the next insertion or removal; NULL if
//              the key is absent
uint64_t *hash_map_find (const struct hash_map *map, uint64_t key);

// Finds a key's value or adds the key with value 0.
//
//   added      may be NULL
//   returns    borrowed, never NULL
uint64_t *hash_map_insert (struct hash_map *map, uint64_t key, bool *added);

bool hash_map_remove (struct hash_map *map, uint64_t key); // true if present

// Walks over all entries in no particular order; no change meanwhile.
//
//   position   starts at 0; updated
//   returns    false after the last entry
bool hash_map_next (const struct hash_map *map, size_t *position,
                    struct hash_slot *entry);

// A fingerprint of a set of literals that does not depend on their order.  Two
// different clauses collide with probability about 2^-64.
static inline uint64_t hash_clause (const int *lits, size_t n) {
  uint64_t sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += rng_mix ((uint64_t)(int64_t)lits[i]);
  return rng_mix (sum ^ n);
}

// Hashes bytes (checksums of frames and blocks; not against malice).
uint64_t hash_bytes (const void *data, size_t bytes, uint64_t seed);

#endif
