// libFuzzer target: bytes from the network as a clause buffer.  Whatever is
// accepted must survive a merge with itself unchanged, vote and admission.
#include "base/vec.h"
#include "share/exchange.h"

#include <stdlib.h>

enum { MAX_VAR = 1000 };

static void demand (bool condition) {
  if (!condition)
    abort ();
}

static void no_excess (void *state, const struct share_clause *clause) {
  (void)state, (void)clause;
  abort ();
}

// Merging a buffer with itself drops one copy of each clause.
static void merge_twice (struct share_bytes bytes) {
  struct share_header head;
  struct bytes out = {0};
  struct share_encoder encoder;
  const struct share_bytes in[] = {bytes, bytes};
  share_buffer_header (bytes, &head);
  share_encode_begin (&encoder, &out, head.with_ids, head.round, head.max_id);
  const struct share_merged merged =
      share_merge (in, 2, MAX_VAR, UINT64_MAX, &encoder, no_excess, NULL);
  share_encode_end (&encoder);
  demand (merged.kept == head.clauses && merged.duplicates == head.clauses);
  demand (out.size == bytes.size && !memcmp (out.data, bytes.data, out.size));
  vec_fini (&out);
}

static void take_part (struct share_bytes bytes) {
  struct share_header head;
  struct share_config config = {.engines = 2, .max_var = MAX_VAR};
  const struct option_table table = share_option_table (&config.options);
  options_init (&table);
  share_buffer_header (bytes, &head);
  config.with_ids = head.with_ids;
  struct share *share = share_new (&config);
  struct bytes bits = {0};
  demand (share_vote (share, bytes, &bits));
  const struct share_bytes votes = {bits.data, bits.size};
  demand (share_admit (share, bytes, votes, head.max_id, NULL));
  while (share_import (share_port (share, 0)))
    ;
  vec_fini (&bits);
  share_free (share);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size) {
  const struct share_bytes bytes = {data, size};
  if (!share_buffer_check (bytes, MAX_VAR))
    return 0;
  merge_twice (bytes);
  take_part (bytes);
  return 0;
}
