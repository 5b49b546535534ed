// What this process produced lately, and who did: so that nothing travels
// twice within some rounds, nor back to the engine it comes from.
//
//   key        'hash_clause', without a second look: a collision (2^-64)
//              costs one clause its journey, never an answer
//   memory     an entry lives for 'rounds' rounds after it was produced or
//              last shared; 24 + E/8 bytes, and 32 to 64 in the hash table
//   places     an entry keeps its own; a newcomer takes a vacant one first
#ifndef SHARE_FILTER_H
#define SHARE_FILTER_H

#include "base/hash.h"
#include "base/vec.h"

struct share_filter_entry {
  uint64_t hash;
  uint32_t produced, shared; // rounds; shared valid if 'was_shared'
  bool was_shared, live;     // live: not vacant
};

struct share_filter {
  struct hash_map index; // hash -> position in entries
  struct share_filter_entry *entries;
  uint64_t *masks; // 'words' per entry: engines that produced it
  VEC (size_t) vacant;
  size_t size, end, capacity; // live entries; places ever used; allocated
  unsigned words;
  uint32_t rounds;
};

void share_filter_init (struct share_filter *filter, unsigned engines,
                        uint32_t rounds);
void share_filter_fini (struct share_filter *filter);

// Notes that an engine produced a clause.
//
//   returns    true if it is new within the last rounds, hence worth sharing
bool share_filter_produce (struct share_filter *filter, uint64_t hash,
                           unsigned engine, uint32_t round);

// True if this process produced the clause and a round within the last ones
// shared it.
bool share_filter_shared (const struct share_filter *filter, uint64_t hash,
                          uint32_t round);

// Notes that the clause is shared in this round; no effect on unknown ones.
//
//   returns    the engines that produced it here, bit e % 64 of word e / 64;
//              borrowed until the next change; NULL if none did
const uint64_t *share_filter_share (struct share_filter *filter, uint64_t hash,
                                    uint32_t round);

// Forgets what is older; every few rounds, to bound the memory.
void share_filter_expire (struct share_filter *filter, uint32_t round);

#endif
