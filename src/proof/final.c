// final.c - reverse the kept lines, find last uses, renumber, write LRAT.
// Idea     seen backwards, the first use of a clause is its last; so one pass
//          marks last uses and writes a temporary file, and reading that file
//          backwards gives the proof in order, renumbered without gaps
// Source   deletion at last use as in drat-trim [WetzlerHeuleHunt-SAT'14]
// Memory   ids of the clauses that are live at a time, a bit per original
#include "proof/final.h"

#include "base/fatal.h"
#include "base/hash.h"
#include "proof/bits.h"
#include "proof/block.h"
#include "proof/lrat.h"
#include "proof/temp.h"
#include "proof/varint.h"

#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DELETIONS_A_LINE = 1000 };

struct final {
  char *path;
  uint64_t originals;
  struct lrat *lrat;
  uint64_t bytes; // of the proof, once closed
  bool writing, done;
  struct blocks reversed;
  struct bits used;     // originals, by id - 1
  struct hash_map live; // pass 1: ids needed; pass 2: id -> new id
  uint64_t last;        // pass 1: smallest id so far
  uint64_t new_id;      // pass 2: of the last line
  VEC (uint64_t) dead;  // last uses of the current line, ids as given
  VEC (uint64_t) dead_new;
};

struct final *final_new (const struct final_config *config) {
  struct final *final = mem_calloc (1, sizeof *final);
  final->path = mem_strdup (config->path);
  final->originals = config->originals;
  final->lrat = lrat_new (config->path, config->text);
  final->last = KEPT_FIRST;
  blocks_init (&final->reversed, temp_open (config->dir), 0, -1);
  bits_init (&final->used, config->originals, config->dir);
  return final;
}

static void remove_proof (const char *path) {
  struct stat status;
  if (!stat (path, &status) && S_ISREG (status.st_mode))
    unlink (path);
}

void final_free (struct final *final) {
  if (!final)
    return;
  if (!final->done)
    remove_proof (final->path);
  lrat_free (final->lrat);
  blocks_fini (&final->reversed);
  bits_fini (&final->used);
  hash_map_fini (&final->live);
  vec_fini (&final->dead);
  vec_fini (&final->dead_new);
  mem_free (final->path);
  mem_free (final);
}

// True if no later line uses that clause.
static bool is_last_use (struct final *final, uint64_t id) {
  if (id <= final->originals)
    return !bits_set (&final->used, id - 1);
  return hash_set_add (&final->live, id);
}

static void check_order (struct final *final, const struct partial_line *line) {
  const bool empty = final->last == KEPT_FIRST;
  if (line->id >= final->last || line->id <= final->originals)
    fatal ("proof line %" PRIu64 " out of order", line->id);
  if (!hash_map_remove (&final->live, line->id) && !empty)
    fatal ("proof line %" PRIu64 " is not needed", line->id);
  if (empty && line->body[0])
    fatal ("proof line %" PRIu64 " should be the empty clause", line->id);
  final->last = line->id;
}

// Pass 1.  Hints become 2 * (id - hint) + last use.  Candidates of a definition
// are no use: what is not kept or was deleted by then drops out in pass 2.
static void reverse_line (void *state, const struct partial_line *line) {
  struct final *final = state;
  const bool definition = partial_defines (line);
  check_order (final, line);
  const uint8_t *hints = kept_hints (line);
  const size_t prefix = hints - line->body; // literals and their 0
  uint8_t *p = blocks_begin (&final->reversed, line->id, 2 * line->bytes);
  memcpy (p, line->body, prefix);
  p += prefix;
  for (uint64_t delta; hints = varint_get (hints, &delta), delta;) {
    if (delta >= line->id)
      fatal ("proof line %" PRIu64 " has a bad hint", line->id);
    const bool last = !definition && is_last_use (final, line->id - delta);
    p = varint_put (p, 2 * delta + last);
  }
  *p++ = 0;
  blocks_end (&final->reversed, p);
}

struct kept_sink final_sink (struct final *final) {
  return (struct kept_sink){final, reverse_line};
}

// Originals that no line uses go first, which spares the checker's memory.
static void delete_unused (struct final *final) {
  unsigned n = 0;
  for (uint64_t id = 1; id <= final->originals; id++) {
    if (bits_get (&final->used, id - 1))
      continue;
    if (!n)
      lrat_delete (final->lrat, final->originals);
    lrat_id (final->lrat, id);
    if (++n == DELETIONS_A_LINE) {
      lrat_end (final->lrat);
      n = 0;
    }
  }
  if (n)
    lrat_end (final->lrat);
}

static void begin_writing (struct final *final) {
  if (hash_map_size (&final->live))
    fatal ("%zu proof lines are missing", hash_map_size (&final->live));
  blocks_finish (&final->reversed);
  final->writing = true;
  final->new_id = final->originals;
  if (final->reversed.lines)
    delete_unused (final);
}

static uint64_t renumber (struct final *final, uint64_t id) {
  if (id <= final->originals)
    return id;
  const uint64_t *new_id = hash_map_find (&final->live, id);
  if (!new_id)
    fatal ("proof line %" PRIu64 " is used after its last use", id);
  return *new_id;
}

static void write_hint (struct final *final, uint64_t id, bool last) {
  const uint64_t new_id = renumber (final, id);
  lrat_id (final->lrat, new_id);
  if (last) {
    vec_push (&final->dead, id);
    vec_push (&final->dead_new, new_id);
  }
}

// The proof has the candidates that are live, and no other clause with the
// negated literal: the variable is this lane's.
static void write_candidate (struct final *final, uint64_t id) {
  const uint64_t *new_id = hash_map_find (&final->live, id);
  if (new_id)
    lrat_candidate (final->lrat, *new_id);
}

static void write_deletions (struct final *final) {
  if (vec_empty (&final->dead))
    return;
  lrat_delete (final->lrat, final->new_id);
  for_vec (uint64_t, id, &final->dead_new)
    lrat_id (final->lrat, *id);
  lrat_end (final->lrat);
  for_vec (uint64_t, id, &final->dead)
    hash_map_remove (&final->live, *id);
  vec_clear (&final->dead);
  vec_clear (&final->dead_new);
}

static void write_line (struct final *final, const struct partial_line *line) {
  const bool definition = partial_defines (line);
  const uint8_t *p = line->body + definition;
  uint64_t number;
  lrat_add (final->lrat, ++final->new_id);
  while (p = varint_get (p, &number), number)
    lrat_lit (final->lrat, varint_to_lit (number));
  lrat_zero (final->lrat);
  while (p = varint_get (p, &number), number)
    if (definition)
      write_candidate (final, line->id - number / 2);
    else
      write_hint (final, line->id - number / 2, number & 1);
  lrat_end (final->lrat);
  *hash_map_insert (&final->live, line->id, NULL) = final->new_id;
  if (line->body[0])
    write_deletions (final); // else the proof is over
}

bool final_step (struct final *final, unsigned lines) {
  struct partial_line line;
  if (final->done)
    return true;
  if (!final->writing)
    begin_writing (final);
  for (; lines; lines--) {
    if (blocks_previous (&final->reversed, &line)) {
      write_line (final, &line);
      continue;
    }
    final->bytes = lrat_bytes (final->lrat);
    lrat_free (final->lrat);
    final->lrat = NULL;
    return final->done = true;
  }
  return false;
}

uint64_t final_lines (const struct final *final) {
  return final->reversed.lines;
}

uint64_t final_bytes (const struct final *final) {
  return final->lrat ? lrat_bytes (final->lrat) : final->bytes;
}
