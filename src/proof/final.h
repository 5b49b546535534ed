// The last step: kept lines, ids descending, become one LRAT file, ids
// ascending, with small ids and deletions.
#ifndef PROOF_FINAL_H
#define PROOF_FINAL_H

#include "base/file.h"
#include "proof/kept.h"

struct final;

struct final_config {
  struct file_out *file; // of the proof; borrowed; errors stay in it
  const char *dir;       // for temporary files
  bool text;
  uint64_t originals;
};

struct final *final_new (const struct final_config *); // returns owned
void final_free (struct final *);                      // also in the middle

// Takes all lines, the empty clause's first, either all with their uses or all
// without.  Without any line the proof is left empty: an original clause is the
// empty one.
//
//   line       VARINT_PADDING bytes behind its body can be read
struct kept_sink final_sink (struct final *);

// Writes the proof, after the last line was given.
//
//   lines      to write in this call
//   returns    true once all is given to the file, or the file has failed
bool final_step (struct final *, unsigned lines);

uint64_t final_lines (const struct final *); // derived clauses in the proof
uint64_t final_bytes (const struct final *); // size before compression

#endif
