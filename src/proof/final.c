// final.c - reverse the kept lines, find last uses, renumber, write LRAT.
// Idea     seen backwards, the first use of a clause is its last; so one pass
//          marks last uses and writes a temporary file, and reading that file
//          backwards gives the proof in order, renumbered without gaps: a
//          clause's number is how many kept ids are below its own
// Source   deletion at last use as in drat-trim [WetzlerHeuleHunt-SAT'14]
// Memory   a bit per id, then four (proof/numbers.h), large sets in files; a
//          bit per original
#include "proof/final.h"

#include "base/fatal.h"
#include "proof/bits.h"
#include "proof/block.h"
#include "proof/lrat.h"
#include "proof/numbers.h"
#include "proof/temp.h"
#include "base/varint.h"

#include <inttypes.h>

enum { DELETIONS_A_LINE = 1000 };

struct final {
  char *dir;
  struct file_out *file; // borrowed
  uint64_t originals;
  struct lrat *lrat;
  bool writing, done;
  struct blocks reversed;
  struct bits used;    // originals, by id - 1
  struct bits needed;  // derived, by id - originals - 1; up to the empty clause
  uint64_t missing;    // pass 1: needed, and no line yet
  uint64_t last;       // pass 1: smallest id so far
  VEC (uint64_t) uses; // pass 1: of the current line
  struct numbers numbers; // pass 2: of 'needed'; live: written, not deleted
  uint64_t new_id;        // pass 2: of the last line
  VEC (uint64_t) hints;   // pass 2: of the current line, as lrat_add takes them
  VEC (uint64_t) dead;    // of these, the last uses
  VEC (uint64_t) dead_old; // and their positions if derived
};

struct final *final_new (const struct final_config *config) {
  struct final *final = mem_calloc (1, sizeof *final);
  final->file = config->file;
  final->dir = mem_strdup (config->dir);
  final->originals = config->originals;
  final->lrat = lrat_new (config->file, config->text);
  final->last = KEPT_FIRST;
  blocks_init (&final->reversed, temp_open (config->dir), 0, -1, NULL);
  bits_init (&final->used, config->originals, config->dir);
  return final;
}

void final_free (struct final *final) {
  if (!final)
    return;
  lrat_free (final->lrat);
  blocks_fini (&final->reversed);
  bits_fini (&final->used);
  bits_fini (&final->needed);
  numbers_fini (&final->numbers);
  vec_fini (&final->uses);
  vec_fini (&final->hints);
  vec_fini (&final->dead);
  vec_fini (&final->dead_old);
  mem_free (final->dir);
  mem_free (final);
}

static uint64_t position (const struct final *final, uint64_t id) {
  return id - final->originals - 1;
}

// True if no later line uses that clause.
static bool is_last_use (struct final *final, uint64_t id) {
  if (id <= final->originals)
    return !bits_set (&final->used, id - 1);
  const bool last = !bits_set (&final->needed, position (final, id));
  final->missing += last;
  return last;
}

// The largest id of all comes first.
static void begin (struct final *final, const struct partial_line *line) {
  if (line->body[0])
    fatal ("proof line %" PRIu64 " should be the empty clause", line->id);
  bits_init (&final->needed, position (final, line->id) + 1, final->dir);
  bits_set (&final->needed, position (final, line->id));
  final->missing = 1;
}

// With the uses given, lines are the needed ones; else uses told before.
static void check_order (struct final *final, const struct partial_line *line,
                         bool given) {
  if (line->id >= final->last || line->id <= final->originals)
    fatal ("proof line %" PRIu64 " out of order", line->id);
  if (final->last == KEPT_FIRST)
    begin (final, line);
  const uint64_t i = position (final, line->id);
  if (given)
    final->missing += !bits_set (&final->needed, i);
  else if (!bits_get (&final->needed, i))
    fatal ("proof line %" PRIu64 " is not needed", line->id);
  final->missing--;
  final->last = line->id;
}

// Candidates of a definition are no uses: what is not kept or was deleted by
// then drops out in pass 2.
static void find_uses (struct final *final, const struct partial_line *line) {
  const bool definition = partial_defines (line);
  const uint8_t *p = kept_hints (line);
  vec_reserve (&final->uses, line->bytes);
  uint64_t *use = final->uses.data, delta;
  while (p = varint_get_padded (p, &delta), delta) {
    if (delta >= line->id)
      fatal ("proof line %" PRIu64 " has a bad hint", line->id);
    const bool last = !definition && is_last_use (final, line->id - delta);
    *use++ = 2 * delta + last;
  }
  final->uses.size = use - final->uses.data;
}

static const uint8_t *end_of_lits (const struct partial_line *line) {
  return (const uint8_t *)memchr (line->body, 0, line->bytes) + 1;
}

// Pass 1: what the line has in the place of hints become its uses.
static void reverse_line (void *state, const struct partial_line *line,
                          const uint64_t *uses, size_t n) {
  struct final *final = state;
  check_order (final, line, uses);
  if (uses) {
    for (size_t i = 0; i < n; i++)
      if (uses[i] & 1 && line->id - uses[i] / 2 <= final->originals)
        bits_set (&final->used, line->id - uses[i] / 2 - 1);
  } else {
    find_uses (final, line);
    uses = final->uses.data;
    n = final->uses.size;
  }
  const size_t prefix = end_of_lits (line) - line->body;
  uint8_t *p = blocks_begin (&final->reversed, line->id, 2 * line->bytes);
  memcpy (p, line->body, prefix);
  p += prefix;
  for (size_t i = 0; i < n; i++)
    p = varint_put_padded (p, uses[i]);
  *p++ = 0;
  blocks_end (&final->reversed, p);
}

struct kept_sink final_sink (struct final *final) {
  return (struct kept_sink){final, reverse_line};
}

// Originals that no line uses go first, which spares the checker's memory.
static void delete_unused (struct final *final) {
  for (uint64_t id = 1; id <= final->originals; id++) {
    if (!bits_get (&final->used, id - 1))
      vec_push (&final->dead, 2 * id);
    if (final->dead.size < (id < final->originals ? DELETIONS_A_LINE : 1))
      continue;
    lrat_delete (final->lrat, final->originals, final->dead.data,
                 final->dead.size);
    vec_clear (&final->dead);
  }
}

static void begin_writing (struct final *final) {
  if (final->missing)
    fatal ("%" PRIu64 " proof lines are missing", final->missing);
  blocks_finish (&final->reversed);
  final->writing = true;
  final->new_id = final->originals;
  if (!final->reversed.lines)
    return;
  numbers_init (&final->numbers, &final->needed, final->dir);
  bits_fini (&final->needed);
  delete_unused (final);
}

static uint64_t new_id (const struct final *final, uint64_t id) {
  if (id <= final->originals)
    return id;
  return final->originals + 1 +
         numbers_get (&final->numbers, position (final, id));
}

static bool is_live (const struct final *final, uint64_t id) {
  return id <= final->originals ||
         numbers_is_live (&final->numbers, position (final, id));
}

static void add_hint (struct final *final, uint64_t id, bool last) {
  if (!is_live (final, id))
    fatal ("proof line %" PRIu64 " is used after its last use", id);
  const uint64_t hint = 2 * new_id (final, id);
  vec_push (&final->hints, hint);
  if (!last)
    return;
  vec_push (&final->dead, hint);
  if (id > final->originals)
    vec_push (&final->dead_old, position (final, id));
}

// The proof has the candidates that are live, and no other clause with the
// negated literal: the variable is this lane's.
static void add_candidate (struct final *final, uint64_t id) {
  if (id > final->originals && is_live (final, id))
    vec_push (&final->hints, 2 * new_id (final, id) + 1);
}

static void write_deletions (struct final *final) {
  if (vec_empty (&final->dead))
    return;
  lrat_delete (final->lrat, final->new_id, final->dead.data, final->dead.size);
  for_vec (uint64_t, i, &final->dead_old)
    numbers_die (&final->numbers, *i);
  vec_clear (&final->dead);
  vec_clear (&final->dead_old);
}

static void write_line (struct final *final, const struct partial_line *line) {
  const bool definition = partial_defines (line);
  const uint8_t *lits = line->body + definition, *end = end_of_lits (line);
  const uint8_t *p = end;
  vec_clear (&final->hints);
  for (uint64_t use; p = varint_get_padded (p, &use), use;)
    if (definition)
      add_candidate (final, line->id - use / 2);
    else
      add_hint (final, line->id - use / 2, use & 1);
  lrat_add (final->lrat, ++final->new_id, lits, end - lits, final->hints.data,
            final->hints.size);
  numbers_live (&final->numbers, position (final, line->id));
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
    if (!file_out_failed (final->file) &&
        blocks_previous (&final->reversed, &line)) {
      write_line (final, &line);
      continue;
    }
    lrat_flush (final->lrat);
    return final->done = true;
  }
  return false;
}

uint64_t final_lines (const struct final *final) {
  return final->reversed.lines;
}

uint64_t final_bytes (const struct final *final) {
  return lrat_bytes (final->lrat);
}
