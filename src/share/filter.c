// filter.c - clauses this process produced within the last rounds.
// Idea     a vote needs only the producers' memory: if no rank flags a clause,
//          no producer remembers it as shared
// Source   distributed filter: [SchreiberSanders-JAIR'24]
// Differs  fingerprints instead of clauses
// Budget   one look-up per export, produced and broadcast clause; expiry linear
//          in the entries, every few rounds
#include "share/filter.h"

#include "base/memory.h"
#include "base/vec.h"

void share_filter_init (struct share_filter *filter, unsigned engines,
                        uint32_t rounds) {
  memset (filter, 0, sizeof *filter);
  filter->words = (engines + 63) / 64;
  filter->rounds = rounds;
}

void share_filter_fini (struct share_filter *filter) {
  hash_map_fini (&filter->index);
  mem_free (filter->entries);
  mem_free (filter->masks);
  memset (filter, 0, sizeof *filter);
}

static struct share_filter_entry *find (const struct share_filter *filter,
                                        uint64_t hash) {
  const uint64_t *position = hash_map_find (&filter->index, hash);
  return position ? filter->entries + *position : NULL;
}

static uint64_t *mask_of (const struct share_filter *filter, size_t position) {
  return filter->masks + position * filter->words;
}

static void reserve (struct share_filter *filter) {
  if (filter->size < filter->capacity)
    return;
  filter->capacity = filter->capacity ? 2 * filter->capacity : 64;
  filter->entries =
      mem_realloc (filter->entries, filter->capacity * sizeof *filter->entries);
  filter->masks =
      mem_realloc (filter->masks, filter->capacity * filter->words * 8);
}

static bool within (const struct share_filter *filter, uint32_t then,
                    uint32_t now) {
  return now - then <= filter->rounds;
}

// True if neither the production nor the sharing is recent.
static bool old (const struct share_filter *filter,
                 const struct share_filter_entry *entry, uint32_t round) {
  return !within (filter, entry->produced, round) &&
         !(entry->was_shared && within (filter, entry->shared, round));
}

bool share_filter_produce (struct share_filter *filter, uint64_t hash,
                           unsigned engine, uint32_t round) {
  bool added;
  uint64_t *position = hash_map_insert (&filter->index, hash, &added);
  if (added) {
    reserve (filter);
    *position = filter->size++;
  }
  struct share_filter_entry *entry = filter->entries + *position;
  uint64_t *mask = mask_of (filter, *position);
  const bool fresh = added || old (filter, entry, round);
  if (fresh) {
    *entry = (struct share_filter_entry){hash, round, 0, false};
    memset (mask, 0, filter->words * sizeof *mask);
  }
  mask[engine / 64] |= 1ull << (engine % 64);
  return fresh;
}

bool share_filter_shared (const struct share_filter *filter, uint64_t hash,
                          uint32_t round) {
  const struct share_filter_entry *entry = find (filter, hash);
  return entry && entry->was_shared && within (filter, entry->shared, round);
}

void share_filter_share (struct share_filter *filter, uint64_t hash,
                         uint32_t round) {
  struct share_filter_entry *entry = find (filter, hash);
  if (!entry)
    return;
  entry->shared = round;
  entry->was_shared = true;
}

const uint64_t *share_filter_producers (const struct share_filter *filter,
                                        uint64_t hash) {
  const uint64_t *position = hash_map_find (&filter->index, hash);
  return position ? mask_of (filter, *position) : NULL;
}

static void move (struct share_filter *filter, size_t from, size_t to) {
  if (from == to)
    return;
  filter->entries[to] = filter->entries[from];
  memcpy (mask_of (filter, to), mask_of (filter, from),
          filter->words * sizeof *filter->masks);
  *hash_map_find (&filter->index, filter->entries[to].hash) = to;
}

void share_filter_expire (struct share_filter *filter, uint32_t round) {
  size_t kept = 0;
  for (size_t i = 0; i < filter->size; i++)
    if (old (filter, filter->entries + i, round))
      hash_map_remove (&filter->index, filter->entries[i].hash);
    else
      move (filter, i, kept++);
  filter->size = kept;
}
