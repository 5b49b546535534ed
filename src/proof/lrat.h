// Writes LRAT files: text or binary (docs/proof.md).
#ifndef PROOF_LRAT_H
#define PROOF_LRAT_H

#include "base/file.h"

#include <stdbool.h>
#include <stdint.h>

enum { LRAT_BUFFER_BYTES = 1 << 18 };

struct lrat {
  struct file_out *file; // borrowed
  bool text;
  uint64_t flushed; // bytes
  size_t used;
  uint8_t buffer[LRAT_BUFFER_BYTES];
};

// file borrowed until lrat_free, errors stay in it; returns owned
struct lrat *lrat_new (struct file_out *file, bool text);
void lrat_free (struct lrat *);
void lrat_flush (struct lrat *);           // at the end
uint64_t lrat_bytes (const struct lrat *); // before compression

// Ids of hints and deleted clauses: 2 * id, plus 1 for a negative hint.
//
//   lits       varints (varint_from_lit), with the 0 at their end
//   bytes      of 'lits'
//   n          of 'hints' or 'ids'
//   after      id of the line before, which text repeats
void lrat_add (struct lrat *, uint64_t id, const uint8_t *lits, size_t bytes,
               const uint64_t *hints, size_t n);
void lrat_delete (struct lrat *, uint64_t after, const uint64_t *ids, size_t n);

#endif
