// prune.c - backward reachability from the empty clause over partial proofs.
// Idea     a line is kept if it is needed when the walk reaches it, and then
//          needs its hints; largest id first, so all who need it came before
// Source   [MichaelsonEtAl-TACAS'23]; walking backwards as in
//          [HeuleEtAl-FMCAD'13]
// Differs  windows end at the id thresholds of sharing rounds, so no process
//          waits for another but once per round
// Memory   one bit per id, in a file when large
#include "proof/prune.h"

#include "base/fatal.h"
#include "base/varint.h"
#include "base/vec.h"
#include "proof/bits.h"

#include <assert.h>
#include <inttypes.h>

struct prune {
  struct prune_config config;
  struct bits needed; // by id - originals - 1
  struct bits used;   // originals, by id - 1; only if all lanes are own
  bool *own;          // by lane
  uint64_t own_needed;
  struct source {
    struct partial *partial;
    struct partial_line line;
  } * heap; // sources with a line, largest id first
  unsigned heap_size;
  VEC (uint64_t) uses; // of the current line
  struct prune_stats stats;
};

static bool is_own (const struct prune *prune, uint64_t id) {
  return prune->own[id % prune->config.lanes];
}

// True if no line so far needed that clause; for originals always true if there
// are lanes elsewhere.
static bool need (struct prune *prune, uint64_t id) {
  const uint64_t originals = prune->config.originals;
  assert (id);
  if (id <= originals)
    return !prune->used.words || !bits_set (&prune->used, id - 1);
  if (id > prune->config.empty_id)
    fatal ("proof line %" PRIu64 " needed after the empty clause %" PRIu64, id,
           prune->config.empty_id);
  if (bits_set (&prune->needed, id - originals - 1))
    return false;
  if (is_own (prune, id))
    prune->own_needed++;
  else
    prune->stats.asked++;
  return true;
}

static void sift_down (struct prune *prune) {
  struct source *heap = prune->heap;
  const unsigned n = prune->heap_size;
  unsigned i = 0, child;
  while ((child = 2 * i + 1) < n) {
    if (child + 1 < n && heap[child + 1].line.id > heap[child].line.id)
      child++;
    if (heap[child].line.id <= heap[i].line.id)
      break;
    const struct source tmp = heap[i];
    heap[i] = heap[child];
    heap[child] = tmp;
    i = child;
  }
}

static void sift_up (struct prune *prune, unsigned i) {
  struct source *heap = prune->heap;
  for (; i && heap[i].line.id > heap[(i - 1) / 2].line.id; i = (i - 1) / 2) {
    const struct source tmp = heap[i];
    heap[i] = heap[(i - 1) / 2];
    heap[(i - 1) / 2] = tmp;
  }
}

// Replaces the top by its lane's line before.
static void advance (struct prune *prune) {
  assert (prune->heap_size);
  struct source *top = prune->heap;
  if (!partial_previous (top->partial, &top->line))
    *top = prune->heap[--prune->heap_size];
  sift_down (prune);
}

struct prune *prune_new (const struct prune_config *config) {
  struct prune *prune = mem_calloc (1, sizeof *prune);
  assert (config->n <= config->lanes && config->empty_id);
  prune->config = *config;
  const uint64_t empty_id = config->empty_id, originals = config->originals;
  bits_init (&prune->needed, empty_id > originals ? empty_id - originals : 0,
             config->dir);
  if (config->n == config->lanes)
    bits_init (&prune->used, originals, config->dir);
  prune->own = mem_calloc (config->lanes, sizeof *prune->own);
  prune->heap = mem_calloc (config->n, sizeof *prune->heap);
  for (unsigned i = 0; i < config->n; i++) {
    struct source *source = prune->heap + prune->heap_size;
    source->partial = config->partials[i];
    const uint64_t lane = partial_lane (source->partial);
    assert (lane < config->lanes && !prune->own[lane]);
    prune->own[lane] = true;
    if (partial_previous (source->partial, &source->line))
      sift_up (prune, prune->heap_size++);
  }
  if (is_own (prune, empty_id))
    need (prune, empty_id);
  return prune;
}

void prune_free (struct prune *prune) {
  if (!prune)
    return;
  bits_fini (&prune->needed);
  bits_fini (&prune->used);
  vec_fini (&prune->uses);
  mem_free (prune->own);
  mem_free (prune->heap);
  mem_free (prune);
}

void prune_requests (const struct prune *prune, uint64_t low, uint64_t high,
                     struct ids *ids) {
  const uint64_t base = prune->config.originals + 1;
  if (low < base)
    low = base - 1;
  for (uint64_t i = bits_next (&prune->needed, low + 1 - base);
       i < prune->needed.size && i + base <= high;
       i = bits_next (&prune->needed, i + 1))
    if (!is_own (prune, i + base))
      vec_push (ids, i + base);
}

void prune_need (struct prune *prune, const uint64_t *ids, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (is_own (prune, ids[i]))
      need (prune, ids[i]);
}

// Candidates of a definition are not needed: with fewer clauses that have the
// negated literal it is still right.
static void keep (struct prune *prune, const struct partial_line *line) {
  const bool definition = partial_defines (line);
  const struct kept_sink *sink = &prune->config.sink;
  const uint8_t *p = kept_hints (line);
  vec_reserve (&prune->uses, line->bytes);
  uint64_t *uses = prune->uses.data, *use = uses, delta;
  while (p = varint_get_padded (p, &delta), delta) {
    if (delta >= line->id)
      fatal ("proof line %" PRIu64 " has a bad hint", line->id);
    const bool last = !definition && need (prune, line->id - delta);
    *use++ = 2 * delta + last;
  }
  assert (use <= uses + line->bytes);
  assert (prune->stats.kept < prune->own_needed);
  prune->stats.kept++;
  sink->line (sink->state, line, prune->used.words ? uses : NULL, use - uses);
}

bool prune_step (struct prune *prune, uint64_t low, unsigned lines) {
  const uint64_t base = prune->config.originals + 1;
  for (; lines; lines--) {
    if (!prune->heap_size || prune->heap[0].line.id <= low)
      return true;
    const struct partial_line *line = &prune->heap[0].line;
    prune->stats.lines++;
    if (line->id < base)
      fatal ("proof line has the id %" PRIu64 " of an original", line->id);
    if (line->id - base < prune->needed.size &&
        bits_get (&prune->needed, line->id - base))
      keep (prune, line);
    advance (prune);
  }
  return false;
}

void prune_finish (struct prune *prune) {
  if (prune->own_needed != prune->stats.kept)
    fatal ("%" PRIu64 " needed proof lines are missing",
           prune->own_needed - prune->stats.kept);
}

const struct prune_stats *prune_stats (const struct prune *prune) {
  return &prune->stats;
}
