// filter.c - clauses this process produced within the last rounds.
// Idea     a vote needs only the producers' memory: if no rank flags a clause,
//          no producer remembers it as shared
// Source   distributed filter: [SchreiberSanders-JAIR'24]
// Differs  fingerprints instead of clauses
// Budget   one look-up per export, produced and broadcast clause, one more if
//          admitted and one when forgotten; expiry walks over all entries,
//          every few rounds
#include "share/filter.h"

#include "base/memory.h"

#include <assert.h>

void share_filter_init (struct share_filter *filter, unsigned engines,
                        uint32_t rounds) {
  assert (engines);
  memset (filter, 0, sizeof *filter);
  filter->words = (engines + 63) / 64;
  filter->rounds = rounds;
}

void share_filter_fini (struct share_filter *filter) {
  hash_map_fini (&filter->index);
  mem_free (filter->entries);
  mem_free (filter->masks);
  vec_fini (&filter->vacant);
  memset (filter, 0, sizeof *filter);
}

static struct share_filter_entry *find (const struct share_filter *filter,
                                        uint64_t hash) {
  const uint64_t *position = hash_map_find (&filter->index, hash);
  assert (!position || filter->entries[*position].live);
  assert (!position || filter->entries[*position].hash == hash);
  return position ? filter->entries + *position : NULL;
}

static uint64_t *mask_of (const struct share_filter *filter, size_t position) {
  assert (position < filter->end);
  return filter->masks + position * filter->words;
}

static void grow (struct share_filter *filter) {
  if (filter->end < filter->capacity)
    return;
  filter->capacity = filter->capacity ? 2 * filter->capacity : 64;
  filter->entries =
      mem_realloc (filter->entries, filter->capacity * sizeof *filter->entries);
  filter->masks =
      mem_realloc (filter->masks, filter->capacity * filter->words * 8);
}

static size_t new_position (struct share_filter *filter) {
  assert (filter->size + filter->vacant.size == filter->end);
  assert (filter->end <= filter->capacity);
  filter->size++;
  if (filter->vacant.size)
    return vec_pop (&filter->vacant);
  grow (filter);
  return filter->end++;
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
  assert (engine / 64 < filter->words);
  bool added;
  uint64_t *position = hash_map_insert (&filter->index, hash, &added);
  if (added)
    *position = new_position (filter);
  struct share_filter_entry *entry = filter->entries + *position;
  uint64_t *mask = mask_of (filter, *position);
  const bool fresh = added || old (filter, entry, round);
  assert (added || (entry->live && entry->hash == hash));
  if (fresh) {
    *entry = (struct share_filter_entry){hash, round, 0, false, true};
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

const uint64_t *share_filter_share (struct share_filter *filter, uint64_t hash,
                                    uint32_t round) {
  const uint64_t *position = hash_map_find (&filter->index, hash);
  if (!position)
    return NULL;
  struct share_filter_entry *entry = filter->entries + *position;
  assert (entry->live && entry->hash == hash);
  entry->shared = round;
  entry->was_shared = true;
  return mask_of (filter, *position);
}

// What stays keeps its position: only the entries that go are looked up.
void share_filter_expire (struct share_filter *filter, uint32_t round) {
  for (size_t i = 0; i < filter->end; i++) {
    struct share_filter_entry *entry = filter->entries + i;
    if (!entry->live || !old (filter, entry, round))
      continue;
    const bool known = hash_map_remove (&filter->index, entry->hash);
    assert (known);
    (void)known;
    entry->live = false;
    vec_push (&filter->vacant, i);
    filter->size--;
  }
}
