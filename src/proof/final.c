// final.c - reverse the kept lines, find last uses, renumber, write LRAT.
// Idea     seen backwards, the first use of a clause is its last; so one pass
//          marks last uses and writes a temporary file, and reading that file
//          backwards gives the proof in order, renumbered without gaps: a
//          clause's number is how many kept ids are below its own
// Source   deletion at last use as in drat-trim [WetzlerHeuleHunt-SAT'14];
//          counting bits by words and sums over blocks of them
//          [Jacobson-FOCS'89]
// Memory   two bits per id and a quarter of one for the sums, large sets in
//          files; a bit per original
#include "proof/final.h"

#include "base/fatal.h"
#include "proof/bits.h"
#include "proof/block.h"
#include "proof/lrat.h"
#include "proof/temp.h"
#include "proof/varint.h"

#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
  DELETIONS_A_LINE = 1000,
  SUM_WORDS = 4, // one sum for so many words of bits
};

struct final {
  char *path, *dir;
  uint64_t originals;
  struct lrat *lrat;
  uint64_t bytes; // of the proof, once closed
  bool writing, done;
  struct blocks reversed;
  struct bits used;    // originals, by id - 1
  struct bits needed;  // derived, by id - originals - 1; up to the empty clause
  uint64_t missing;    // pass 1: needed, and no line yet
  uint64_t last;       // pass 1: smallest id so far
  uint64_t *sums;      // pass 2: bits in 'needed' before each SUM_WORDS words
  struct bits live;    // pass 2: lines written and not deleted, as 'needed'
  uint64_t new_id;     // pass 2: of the last line
  VEC (uint64_t) dead; // last uses of the current line, ids as given
};

struct final *final_new (const struct final_config *config) {
  struct final *final = mem_calloc (1, sizeof *final);
  final->path = mem_strdup (config->path);
  final->dir = mem_strdup (config->dir);
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
  bits_fini (&final->needed);
  bits_fini (&final->live);
  mem_free (final->sums);
  vec_fini (&final->dead);
  mem_free (final->path);
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

static void check_order (struct final *final, const struct partial_line *line) {
  if (line->id >= final->last || line->id <= final->originals)
    fatal ("proof line %" PRIu64 " out of order", line->id);
  if (final->last == KEPT_FIRST)
    begin (final, line);
  if (!bits_get (&final->needed, position (final, line->id)))
    fatal ("proof line %" PRIu64 " is not needed", line->id);
  final->missing--;
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

static void sum_bits (struct final *final) {
  const struct bits *needed = &final->needed;
  const uint64_t words = needed->size / 64 + 1;
  uint64_t sum = 0;
  final->sums = mem_alloc ((words / SUM_WORDS + 1) * sizeof *final->sums);
  for (uint64_t i = 0; i < words; i++) {
    if (i % SUM_WORDS == 0)
      final->sums[i / SUM_WORDS] = sum;
    sum += bits_count (needed->words[i]);
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
  sum_bits (final);
  bits_init (&final->live, final->needed.size, final->dir);
  delete_unused (final);
}

static uint64_t renumber (const struct final *final, uint64_t id) {
  if (id <= final->originals)
    return id;
  const uint64_t i = position (final, id), word = i / 64;
  const uint64_t *words = final->needed.words;
  uint64_t res = final->originals + 1 + final->sums[word / SUM_WORDS];
  for (uint64_t w = word - word % SUM_WORDS; w < word; w++)
    res += bits_count (words[w]);
  return res + bits_count (words[word] & (((uint64_t)1 << i % 64) - 1));
}

static bool is_live (const struct final *final, uint64_t id) {
  return id <= final->originals ||
         bits_get (&final->live, position (final, id));
}

static void write_hint (struct final *final, uint64_t id, bool last) {
  if (!is_live (final, id))
    fatal ("proof line %" PRIu64 " is used after its last use", id);
  lrat_id (final->lrat, renumber (final, id));
  if (last)
    vec_push (&final->dead, id);
}

// The proof has the candidates that are live, and no other clause with the
// negated literal: the variable is this lane's.
static void write_candidate (struct final *final, uint64_t id) {
  if (id > final->originals && is_live (final, id))
    lrat_candidate (final->lrat, renumber (final, id));
}

static void write_deletions (struct final *final) {
  if (vec_empty (&final->dead))
    return;
  lrat_delete (final->lrat, final->new_id);
  for_vec (uint64_t, id, &final->dead) {
    lrat_id (final->lrat, renumber (final, *id));
    if (*id > final->originals)
      bits_clear (&final->live, position (final, *id));
  }
  lrat_end (final->lrat);
  vec_clear (&final->dead);
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
  bits_set (&final->live, position (final, line->id));
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
