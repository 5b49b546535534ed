// Sorted clause buffers, the bytes that travel: encoder, decoder, merge.
//
// A buffer is a header of 32 bytes, all fields little endian,
//
//    0  u32 magic     "TSB1"
//    4  u32 flags     bit 0: clauses carry ids
//    8  u32 round
//   12  u32 clauses   all, units included
//   16  u32 units
//   20  u32 lits      of all clauses but the units
//   24  u64 max_id    >= all ids in it and those of the rounds before
//
// and the clauses, strictly increasing in the order of 'share/clause.h':
//
//   varint  (size - size of the clause before) << 6 | glue
//   varint  id - id of the clause before, sign in bit 0; only with ids
//   varint  code of the first literal; then size - 1 times
//   varint  code - code of the literal before - 1
//
// Varints (base/varint.h) use no more bytes than needed.  Typical: 1 + 2 + 2 n
// bytes for n literals.
#ifndef SHARE_BUFFER_H
#define SHARE_BUFFER_H

#include "base/bytes.h"
#include "share/clause.h"

#include <stddef.h>

enum { SHARE_HEADER_BYTES = 32 };

struct share_bytes { // borrowed, possibly from the network
  const uint8_t *data;
  size_t size;
};

struct share_header {
  bool with_ids;
  uint32_t round, clauses, units, lits;
  uint64_t max_id;
};

// Reads a header without looking at the clauses.
//
//   returns    false if the bytes are none
bool share_buffer_header (struct share_bytes bytes, struct share_header *head);

// Decodes a whole buffer and compares it with its header.
//
//   max_var    largest variable allowed
//   returns    true if every byte is as the format says
bool share_buffer_check (struct share_bytes bytes, unsigned max_var);

// Writes one buffer, clause by clause.
struct share_encoder {
  struct bytes *out;        // borrowed
  struct share_header head; // counted so far
  unsigned size;            // of the last clause
  uint64_t id;              // of the last clause
};

// Starts a buffer, discarding what was in 'out'.
//
//   max_id     that of the round before; 0 without ids
void share_encode_begin (struct share_encoder *encoder, struct bytes *out,
                         bool with_ids, uint32_t round, uint64_t max_id);

// Appends a clause in canonical form, larger than the one before.
void share_encode (struct share_encoder *encoder,
                   const struct share_clause *clause);

void share_encode_end (struct share_encoder *encoder); // fills in the header

// Reads one buffer, clause by clause; never outside of its bytes.
struct share_decoder {
  const uint8_t *pos, *end;
  struct share_header head;
  uint32_t max_code;          // literal codes are below
  uint32_t left, units, lits; // clauses to come; counted so far
  bool malformed;
  struct share_clause clause;
  int space[2][SHARE_MAX_LITS]; // this clause and the one before
};

void share_decode_begin (struct share_decoder *decoder,
                         struct share_bytes bytes, unsigned max_var);

// Decodes the next clause.
//
//   returns    borrowed until the next call; NULL at the end or at the first
//              malformed byte, then 'decoder->malformed' tells which
const struct share_clause *share_decode (struct share_decoder *decoder);

// Receives a clause that a merge had no room for; borrowed.
typedef void (*share_excess) (void *state, const struct share_clause *clause);

struct share_merged { // what became of the clauses
  uint64_t kept, duplicates, excess;
};

// Merges well-formed buffers.  Of equal clauses one stays, with the smallest
// id and the smallest glue among them.  Once the best clauses fill the limit
// the rest is excess.
//
//   in, n      borrowed, checked before; max_id of 'out' covers the kept ones
//   limit_lits over all clauses but the units, which are free
//   encoder    begun by the caller on another buffer; the caller ends it
//   cost       O(n) comparisons per clause: n is the arity of the tree
struct share_merged share_merge (const struct share_bytes *in, unsigned n,
                                 unsigned max_var, uint64_t limit_lits,
                                 struct share_encoder *encoder,
                                 share_excess excess, void *state);

#endif
