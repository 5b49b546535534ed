// hash.c - open addressing hash maps with 64-bit keys.
#define _GNU_SOURCE
#include "base/hash.h"
#include "base/clock.h"
#include "base/memory.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

__extension__ typedef unsigned __int128 uint128;

#define GOLDEN 0x9e3779b97f4a7c15ull // 2^64 over the golden ratio, odd

// Both halves of a product: every bit of the factors counts.
static uint64_t fold (uint64_t a, uint64_t b) {
  const uint128 product = (uint128)a * b;
  return product ^ product >> 64;
}

// One product alone keeps some arithmetic progressions together.
static size_t home (const struct hash_map *map, uint64_t key) {
  const uint64_t once = fold (key ^ map->flip, map->factor ^ GOLDEN);
  return fold (once, GOLDEN) & map->mask;
}

// Where the system has no random bytes, time and the place of the stack serve.
void hash_map_blind (struct hash_map *map) {
  assert (!map->count && !map->has_zero); // else keys are lost
  uint64_t secrets[2];
  if (getentropy (secrets, sizeof secrets)) {
    secrets[0] = rng_mix ((uint64_t)(1e9 * clock_wall_s ()));
    secrets[1] = rng_mix (secrets[0] ^ (uintptr_t)secrets);
  }
  map->flip = secrets[0];
  map->factor = secrets[1] << 1; // the product's factor stays odd
}

void hash_map_fini (struct hash_map *map) {
  mem_free (map->slots);
  *map = (struct hash_map){0};
}

// The slot of a key, or the free slot where it belongs.
//
//   steps      raised by the slots passed over
static struct hash_slot *probe (const struct hash_map *map, uint64_t key,
                                uint64_t *steps) {
  assert (key && 2 * map->count <= map->mask + 1); // so there is a free slot
  size_t i = home (map, key);
  for (; map->slots[i].key && map->slots[i].key != key; ++*steps)
    i = (i + 1) & map->mask;
  return map->slots + i;
}

static void rehash (struct hash_map *map, size_t num_slots) {
  assert (num_slots > map->count && !(num_slots & (num_slots - 1)));
  struct hash_slot *old = map->slots;
  const size_t num_old = old ? map->mask + 1 : 0;
  map->slots = mem_calloc (num_slots, sizeof *map->slots);
  map->mask = num_slots - 1;
  for (size_t i = 0; i < num_old; i++)
    if (old[i].key)
      *probe (map, old[i].key, &map->steps) = old[i];
  mem_free (old);
}

void hash_map_reserve (struct hash_map *map, size_t count) {
  size_t num_slots = map->slots ? map->mask + 1 : 8;
  while (num_slots < 2 * count)
    num_slots *= 2;
  if (!map->slots || num_slots > map->mask + 1)
    rehash (map, num_slots);
}

uint64_t *hash_map_find (const struct hash_map *map, uint64_t key) {
  if (!key)
    return map->has_zero ? (uint64_t *)&map->zero_value : NULL;
  if (!map->count)
    return NULL;
  uint64_t steps = 0;
  struct hash_slot *slot = probe (map, key, &steps);
  return slot->key ? &slot->value : NULL;
}

static uint64_t *insert_zero (struct hash_map *map, bool *added) {
  if (added)
    *added = !map->has_zero;
  if (!map->has_zero)
    map->zero_value = 0;
  map->has_zero = true;
  return &map->zero_value;
}

uint64_t *hash_map_insert (struct hash_map *map, uint64_t key, bool *added) {
  if (!key)
    return insert_zero (map, added);
  hash_map_reserve (map, map->count + 1);
  struct hash_slot *slot = probe (map, key, &map->steps);
  if (added)
    *added = !slot->key;
  if (!slot->key) {
    slot->key = key;
    slot->value = 0;
    map->count++;
  }
  return &slot->value;
}

// Fills the hole at i with the next entry of its run that may move there, and
// so on: an entry at j may move to i unless its home lies cyclically in (i,j].
static void close_hole (struct hash_map *map, size_t i) {
  for (size_t j = (i + 1) & map->mask; map->slots[j].key;
       j = (j + 1) & map->mask) {
    const size_t distance = (j - home (map, map->slots[j].key)) & map->mask;
    if (distance >= ((j - i) & map->mask)) {
      map->slots[i] = map->slots[j];
      i = j;
    }
  }
  map->slots[i].key = 0;
}

bool hash_map_remove (struct hash_map *map, uint64_t key) {
  if (!key) {
    const bool res = map->has_zero;
    map->has_zero = false;
    return res;
  }
  if (!map->count)
    return false;
  uint64_t steps = 0;
  struct hash_slot *slot = probe (map, key, &steps);
  if (!slot->key)
    return false;
  assert (slot->key == key);
  close_hole (map, (size_t)(slot - map->slots));
  map->count--;
  return true;
}

// Position 0 stands for key 0, position i + 1 for slot i.
bool hash_map_next (const struct hash_map *map, size_t *position,
                    struct hash_slot *entry) {
  if (!*position) {
    *position = 1;
    if (map->has_zero) {
      *entry = (struct hash_slot){0, map->zero_value};
      return true;
    }
  }
  for (; map->slots && *position <= map->mask + 1; ++*position)
    if (map->slots[*position - 1].key) {
      *entry = map->slots[*position - 1];
      ++*position;
      return true;
    }
  return false;
}

// Four words at a time, each in a lane of its own, so that a multiplication
// need not wait for the one before.
uint64_t hash_bytes (const void *data, size_t bytes, uint64_t seed) {
  const unsigned char *p = data;
  uint64_t res = rng_mix (seed ^ bytes), word, lanes[4] = {1, 2, 3, 4};
  const bool wide = bytes >= sizeof lanes;
  for (; bytes >= sizeof lanes; bytes -= sizeof lanes)
    for (int i = 0; i < 4; i++, p += 8) {
      memcpy (&word, p, 8);
      lanes[i] = (lanes[i] ^ word) * 0x9e3779b97f4a7c15ull;
      lanes[i] ^= lanes[i] >> 29;
    }
  for (int i = 0; wide && i < 4; i++)
    res = rng_mix (res ^ lanes[i]);
  for (; bytes >= 8; bytes -= 8, p += 8) {
    memcpy (&word, p, 8);
    res = rng_mix (res ^ word);
  }
  word = 0;
  memcpy (&word, p, bytes);
  return bytes ? rng_mix (res ^ word) : res;
}
