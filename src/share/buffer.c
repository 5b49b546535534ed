// buffer.c - clauses as sorted bytes: encode, decode, merge.
// Idea     equal clauses have equal bytes and meet in the merge as neighbours
// Source   sorted buffers merged up a tree: [SchreiberSanders-SAT'21]
// Differs  literals are differences in varints, about half of their 4 bytes;
//          inside a length clauses are sorted by hash (share/clause.h)
// Budget   one pass over the bytes each; no allocation but the output
#include "share/buffer.h"

#include "base/varint.h"

#include <assert.h>
#include <stddef.h>

static const uint32_t MAGIC = 0x31425354; // "TSB1" in little endian

bool share_buffer_header (struct share_bytes bytes, struct share_header *head) {
  const uint8_t *data = bytes.data;
  if (bytes.size < SHARE_HEADER_BYTES || bytes_load (data, 4) != MAGIC)
    return false;
  const uint32_t flags = bytes_load (data + 4, 4);
  head->with_ids = flags & 1;
  head->round = bytes_load (data + 8, 4);
  head->clauses = bytes_load (data + 12, 4);
  head->units = bytes_load (data + 16, 4);
  head->lits = bytes_load (data + 20, 4);
  head->max_id = bytes_load (data + 24, 8);
  return flags <= 1;
}

/*------------------------------------------------------------------------*/

// Differences of ids as small numbers: 0, -1, 1, -2, ... become 0, 1, 2, 3.
static uint64_t zigzag (uint64_t delta) {
  return delta << 1 ^ (delta >> 63 ? UINT64_MAX : 0);
}

static uint64_t unzigzag (uint64_t value) {
  return value >> 1 ^ (value & 1 ? UINT64_MAX : 0);
}

void share_encode_begin (struct share_encoder *encoder, struct bytes *out,
                         bool with_ids, uint32_t round, uint64_t max_id) {
  *encoder = (struct share_encoder){.out = out};
  encoder->head.with_ids = with_ids;
  encoder->head.round = round;
  encoder->head.max_id = max_id;
  vec_clear (out);
  vec_reserve (out, SHARE_HEADER_BYTES);
  out->size = SHARE_HEADER_BYTES;
}

static void tally (struct share_header *head,
                   const struct share_clause *clause) {
  head->clauses++;
  if (clause->size == 1)
    head->units++;
  else
    head->lits += clause->size;
  if (head->with_ids && head->max_id < clause->id)
    head->max_id = clause->id;
}

void share_encode (struct share_encoder *encoder,
                   const struct share_clause *clause) {
  assert (clause->size && clause->size <= SHARE_MAX_LITS);
  assert (clause->size >= encoder->size);
  assert (clause->hash == hash_clause (clause->lits, clause->size));
  assert (clause->id || !encoder->head.with_ids);
  assert (encoder->out->size >= SHARE_HEADER_BYTES);
  struct bytes *out = encoder->out;
  vec_reserve (out, out->size + 2 + VARINT_MAX_BYTES +
                        VARINT_MAX_LIT_BYTES * (size_t)clause->size);
  uint8_t *pos = out->data + out->size;
  const unsigned glue =
      clause->glue > SHARE_MAX_GLUE ? SHARE_MAX_GLUE : clause->glue;
  pos = varint_put (pos, (clause->size - encoder->size) << 6 | glue);
  if (encoder->head.with_ids)
    pos = varint_put (pos, zigzag (clause->id - encoder->id));
  uint32_t least = 0; // smallest code the next literal may have
  for (unsigned i = 0; i < clause->size; i++) {
    const uint32_t code = share_code (clause->lits[i]);
    assert (code >= least);
    pos = varint_put (pos, code - least);
    least = code + 1;
  }
  out->size = pos - out->data;
  assert (out->size <= out->capacity);
  encoder->size = clause->size;
  encoder->id = clause->id;
  tally (&encoder->head, clause);
}

void share_encode_end (struct share_encoder *encoder) {
  const struct share_header *head = &encoder->head;
  uint8_t *data = encoder->out->data;
  assert (encoder->out->size >= SHARE_HEADER_BYTES);
  assert (head->units <= head->clauses);
  assert (head->lits >= 2 * (head->clauses - head->units));
  assert (head->max_id >= encoder->id || !head->with_ids);
  bytes_store (data, 4, MAGIC);
  bytes_store (data + 4, 4, head->with_ids);
  bytes_store (data + 8, 4, head->round);
  bytes_store (data + 12, 4, head->clauses);
  bytes_store (data + 16, 4, head->units);
  bytes_store (data + 20, 4, head->lits);
  bytes_store (data + 24, 8, head->max_id);
}

/*------------------------------------------------------------------------*/

void share_decode_begin (struct share_decoder *decoder,
                         struct share_bytes bytes, unsigned max_var) {
  memset (decoder, 0, offsetof (struct share_decoder, space));
  decoder->malformed = !share_buffer_header (bytes, &decoder->head);
  if (decoder->malformed)
    return;
  decoder->pos = bytes.data + SHARE_HEADER_BYTES;
  decoder->end = bytes.data + bytes.size;
  decoder->left = decoder->head.clauses;
  decoder->max_code = 2 * (max_var < INT32_MAX ? max_var : INT32_MAX);
}

static bool get (struct share_decoder *decoder, uint64_t *value) {
  assert (decoder->pos <= decoder->end);
  const uint8_t *pos = varint_get_checked (decoder->pos, decoder->end, value);
  decoder->pos = pos;
  return pos != NULL;
}

static bool get_head (struct share_decoder *decoder,
                      struct share_clause *clause) {
  uint64_t value;
  if (!get (decoder, &value))
    return false;
  const uint64_t size = decoder->clause.size + (value >> 6);
  clause->size = (unsigned)size;
  clause->glue = value & 63;
  clause->id = 0;
  return value >> 6 <= SHARE_MAX_LITS && size && size <= SHARE_MAX_LITS;
}

static bool get_id (struct share_decoder *decoder,
                    struct share_clause *clause) {
  uint64_t value;
  if (!decoder->head.with_ids)
    return true;
  if (!get (decoder, &value))
    return false;
  clause->id = decoder->clause.id + unzigzag (value);
  return clause->id && clause->id <= decoder->head.max_id;
}

// Codes increase, so a literal never occurs twice; one variable in both signs
// is refused, since a tautology is nothing to share.
static bool get_lits (struct share_decoder *decoder,
                      struct share_clause *clause, int *lits) {
  uint64_t delta, least = 0;
  for (unsigned i = 0; i < clause->size; i++) {
    if (!get (decoder, &delta) || delta >= decoder->max_code)
      return false;
    const uint64_t code = least + delta;
    if (code >= decoder->max_code || (i && !delta && (code & 1)))
      return false;
    lits[i] = share_elit ((uint32_t)code);
    least = code + 1;
  }
  clause->lits = lits;
  clause->hash = hash_clause (lits, clause->size);
  return true;
}

static bool count (struct share_decoder *decoder) {
  const unsigned size = decoder->clause.size;
  assert (decoder->left && size);
  decoder->left--;
  if (size == 1)
    decoder->units++;
  else
    decoder->lits += size;
  return decoder->units <= decoder->head.units &&
         decoder->lits <= decoder->head.lits;
}

static bool finished (const struct share_decoder *decoder) {
  return decoder->pos == decoder->end &&
         decoder->units == decoder->head.units &&
         decoder->lits == decoder->head.lits;
}

static bool decode_next (struct share_decoder *decoder) {
  struct share_clause clause;
  const struct share_clause *last = &decoder->clause;
  int *lits = decoder->space[last->lits == decoder->space[0]];
  assert (lits != last->lits);
  if (!get_head (decoder, &clause) || !get_id (decoder, &clause) ||
      !get_lits (decoder, &clause, lits))
    return false;
  if (last->size && share_compare (last, &clause) >= 0)
    return false;
  decoder->clause = clause;
  return count (decoder);
}

const struct share_clause *share_decode (struct share_decoder *decoder) {
  if (decoder->malformed)
    return NULL;
  if (!decoder->left) {
    decoder->malformed = !finished (decoder);
    return NULL;
  }
  if (decode_next (decoder))
    return &decoder->clause;
  decoder->malformed = true;
  return NULL;
}

bool share_buffer_check (struct share_bytes bytes, unsigned max_var) {
  struct share_decoder decoder;
  share_decode_begin (&decoder, bytes, max_var);
  while (share_decode (&decoder))
    ;
  return !decoder.malformed;
}

/*------------------------------------------------------------------------*/

struct merger {
  struct share_decoder *decoders;
  struct share_decoder **active; // those with a clause in progress
  unsigned count;
  struct share_clause clause; // the smallest one, folded
  int lits[SHARE_MAX_LITS];
};

static void merger_init (struct merger *merger, const struct share_bytes *in,
                         unsigned n, unsigned max_var) {
  merger->decoders = mem_alloc (n * sizeof *merger->decoders);
  merger->active = mem_alloc (n * sizeof *merger->active);
  merger->count = 0;
  for (unsigned i = 0; i < n; i++) {
    struct share_decoder *decoder = merger->decoders + i;
    share_decode_begin (decoder, in[i], max_var);
    if (share_decode (decoder))
      merger->active[merger->count++] = decoder;
  }
}

static void merger_fini (struct merger *merger) {
  mem_free (merger->decoders);
  mem_free (merger->active);
}

static void copy_smallest (struct merger *merger) {
  assert (merger->count);
  const struct share_clause *min = &merger->active[0]->clause;
  for (unsigned i = 1; i < merger->count; i++)
    if (share_compare (&merger->active[i]->clause, min) < 0)
      min = &merger->active[i]->clause;
  merger->clause = *min;
  merger->clause.lits =
      memcpy (merger->lits, min->lits, min->size * sizeof *min->lits);
}

static void fold (struct share_clause *into, const struct share_clause *from) {
  assert (into->hash == from->hash && into->size == from->size);
  if (from->id < into->id)
    into->id = from->id;
  if (from->glue < into->glue)
    into->glue = from->glue;
}

// Sets 'clause' to the smallest one and moves all decoders that are at it.
//
//   returns    number of buffers that hold it; 0 at the end
static unsigned merger_next (struct merger *merger) {
  unsigned kept = 0, moved = 0;
  if (!merger->count)
    return 0;
  copy_smallest (merger);
  for (unsigned i = 0; i < merger->count; i++) {
    struct share_decoder *decoder = merger->active[i];
    const bool equal = !share_compare (&decoder->clause, &merger->clause);
    if (equal)
      moved++, fold (&merger->clause, &decoder->clause);
    if (!equal || share_decode (decoder))
      merger->active[kept++] = decoder;
  }
  merger->count = kept;
  assert (moved); // the smallest one came from somewhere
  return moved;
}

struct share_merged share_merge (const struct share_bytes *in, unsigned n,
                                 unsigned max_var, uint64_t limit_lits,
                                 struct share_encoder *encoder,
                                 share_excess excess, void *state) {
  struct share_merged merged = {0, 0, 0};
  struct merger merger;
  assert (!encoder->head.clauses); // just begun
  merger_init (&merger, in, n, max_var);
  for (unsigned found; (found = merger_next (&merger));) {
    const struct share_clause *clause = &merger.clause;
    merged.duplicates += found - 1;
    // All that follow are as long or longer, so excess has no gaps.
    const bool full = encoder->head.lits + clause->size > limit_lits;
    if (clause->size > 1 && full) {
      merged.excess++;
      excess (state, clause);
    } else {
      merged.kept++;
      share_encode (encoder, clause);
    }
  }
  merger_fini (&merger);
  assert (encoder->head.lits <= limit_lits);
  assert (encoder->head.clauses == merged.kept);
  return merged;
}
