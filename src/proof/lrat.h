// Writes LRAT files: text or binary (docs/proof.md), ".gz" by name.
#ifndef PROOF_LRAT_H
#define PROOF_LRAT_H

#include "base/file.h"

#include <stdbool.h>
#include <stdint.h>

enum { LRAT_BUFFER_BYTES = 1 << 18 };

struct lrat {
  struct file_out *file;
  bool text;
  uint64_t flushed; // bytes
  size_t used;
  uint8_t buffer[LRAT_BUFFER_BYTES];
};

// returns owned; 'fatal' if the file cannot be created
struct lrat *lrat_new (const char *path, bool text);

// Ends the file; 'fatal' if not all of it could be written.
void lrat_free (struct lrat *);
uint64_t lrat_bytes (const struct lrat *); // before compression

// A line is, in this order: lrat_add, lrat_lit..., lrat_zero, lrat_id... or
// lrat_candidate..., lrat_end; or lrat_delete, lrat_id..., lrat_end.
//
//   after      id of the line before, which text repeats
void lrat_add (struct lrat *, uint64_t id);
void lrat_delete (struct lrat *, uint64_t after);
void lrat_lit (struct lrat *, int lit);
void lrat_id (struct lrat *, uint64_t id);
void lrat_candidate (struct lrat *, uint64_t id); // a negative hint
void lrat_zero (struct lrat *);
void lrat_end (struct lrat *);

#endif
