// What the files of the checker share: source (bytes), clauses (store),
// variables (their indices), step (a line of the proof), and the parsers' ends.
//
// Literals are unsigned inside: 2 * variable + sign, as in binary LRAT; behind
// the parsers with the variable's index in its place.
#ifndef CHECK_INTERNAL_H
#define CHECK_INTERNAL_H

#include "check/check.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/vec.h"

// --- source.c: bytes of one input, and where in it an error is -------------

struct source {
  struct file_in *file;
  unsigned char *buffer;
  size_t position, end;
  uint64_t offset; // of the buffer's first byte
  uint64_t line;   // of the next byte; counted by source_get
  bool binary;     // errors tell the byte instead of the line
};

enum { SOURCE_END = -1 };

bool source_open (struct source *, const struct check_input *,
                  struct check_result *);
void source_close (struct source *);
int source_refill (struct source *); // the next byte, not consumed

static inline int source_peek (struct source *source) {
  if (source->position < source->end)
    return source->buffer[source->position];
  return source_refill (source);
}

// The next byte of a binary file, where lines mean nothing.
static inline int source_byte (struct source *source) {
  const int ch = source_peek (source);
  if (ch != SOURCE_END)
    source->position++;
  return ch;
}

static inline int source_get (struct source *source) {
  const int ch = source_byte (source);
  if (ch == '\n')
    source->line++;
  return ch;
}

static inline uint64_t source_bytes (const struct source *source) {
  return source->offset + source->position; // consumed so far
}

// Skips blanks (not newlines) and returns the next byte, not consumed.
int source_skip_blanks (struct source *);
void source_skip_line (struct source *); // up to its newline, not consumed

// Reads a decimal number with an optional '-'.
//
//   returns    false, with an error, if there is none or its magnitude exceeds
//              'max', or something else than a blank follows
bool source_number (struct source *, int64_t max, int64_t *number,
                    struct check_result *);

// Sets the verdict and the message, with file and place; returns false.
bool source_error (const struct source *, struct check_result *,
                   const char *fmt, ...)
    __attribute__ ((format (printf, 3, 4)));

// --- clauses.c: the live clauses ------------------------------------------

struct clause {
  uint64_t id; // 0: deleted
  uint32_t size;
  uint32_t covered; // by the RAT hints of the current step
  uint32_t lits[];
};

struct clauses {
  VEC (uint32_t) arena; // clauses one after the other, each of even length
  size_t wasted;        // words of deleted clauses
  size_t peak;
  uint64_t scanned;       // words that passes over the arena looked at
  struct hash_map places; // id -> index in the arena
  uint32_t new_lits;      // smaller literals may be in the formula
  uint32_t uncounted;     // smaller literals are not counted
  VEC (size_t) counts;    // of the others, in live clauses
};

void clauses_init (struct clauses *);
void clauses_fini (struct clauses *);
void clauses_add (struct clauses *, uint64_t id, const uint32_t *lits,
                  size_t size);
struct clause *clauses_find (const struct clauses *, uint64_t id); // or null
bool clauses_delete (struct clauses *, uint64_t id); // moves clauses

// How often a literal occurs in live clauses.  Counting begins with the first
// question: for literals that are not in the formula, or for all of them.  So
// there are two passes over the clauses at most, and none without RAT.
size_t clauses_count (struct clauses *, uint32_t lit);

// Walks over all, deleted ones included.  Starts with place 0.
struct clause *clauses_next (struct clauses *, size_t *place);

// --- variables.c: memory for those that occur ------------------------------

struct variables {
  uint32_t plain_lits;   // smaller literals are their own index
  uint32_t num_lits;     // indices given away, with the plain ones
  struct hash_map index; // of the other variables
};

// Before the first one.
//
//   plain      so many variables get their own number as index
void variables_init (struct variables *, size_t plain);
void variables_fini (struct variables *);
uint32_t variables_index (struct variables *, uint32_t lit); // not plain

// Replaces numbers of variables by indices.
static inline void variables_map (struct variables *variables, uint32_t *lits,
                                  size_t size) {
  for (size_t i = 0; i < size; i++)
    if (lits[i] >= variables->plain_lits)
      lits[i] = variables_index (variables, lits[i]);
}

// --- dimacs.c -------------------------------------------------------------

// Stores the formula's clauses under the ids 1, 2, ...
//
//   empty      set to true if one of them is empty
bool dimacs_parse (const struct check_config *, struct clauses *, bool *empty,
                   struct check_result *);

// --- lrat.c: the next line of the proof -----------------------------------

struct step {
  bool deletes; // 'hints' are the clauses to delete
  uint64_t id;
  VEC (uint32_t) lits;
  VEC (int64_t) hints;
};

enum step_status { STEP_READ, STEP_END, STEP_ERROR };

void step_fini (struct step *);
bool lrat_open (struct source *, const struct check_input *,
                struct check_result *);
enum step_status lrat_next (struct source *, uint32_t max_var, struct step *,
                            struct check_result *);

#endif
