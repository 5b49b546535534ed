// exchange.c - one process's part in a sharing round.
// Idea     the store keeps what the engines export, a round takes the best of
//          it up the tree, and what comes back is queued for each engine
// Source   [SchreiberSanders-SAT'21], filter and compensation:
//          [SchreiberSanders-JAIR'24]; a round in full: docs/sharing.md
// Differs  engines are met in lock-free rings only, so no clause is lost to a
//          lock; clauses without a chance are refused at the engine
// Budget   literals per round, share/quota.h; under 1 % of a core
// Proof    every rank passes the round's max_id to its engines before its
//          clauses, even if none survives the filter
#include "share/exchange.h"

#include "base/vec.h"
#include "share/filter.h"
#include "share/quota.h"
#include "share/store.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

struct engine {
  struct share_port *port;
  struct share_store imports; // waiting for room in the port's ring
};

// Two are met again: the own one when it is reduced, the merged one when it is
// voted on and admitted.  The children's, up to four, come in between.
enum { KNOWN_BUFFERS = 4 };

struct share {
  struct share_config config;
  struct engine *engines;
  struct share_store store;
  struct share_filter filter;
  struct share_compensation compensation; // used by the root only
  uint32_t round;
  uint64_t max_id;
  uint64_t known[KNOWN_BUFFERS]; // fingerprints of the last well-formed ones
  unsigned next_known;
  struct share_stats stats; // without those of ports and stores
};

static uint64_t base_lits (const struct share *share) {
  return (uint64_t)share->config.options.share_base_lits *
         share->config.engines;
}

static void refuse (struct share *share) {
  const struct share_options *options = &share->config.options;
  unsigned size = share_store_max_size (&share->store);
  if (size > options->share_max_length)
    size = (unsigned)options->share_max_length;
  if (!options->share)
    size = 0;
  for (unsigned e = 0; e < share->config.engines; e++)
    share_port_refuse (share->engines[e].port, size);
}

static void engine_init (struct engine *engine, const struct share_options *o) {
  engine->port = share_port_new ((unsigned)o->share_ring_words,
                                 (uint32_t)o->share_filter_rounds);
  share_store_init (&engine->imports,
                    (uint64_t)(o->share_import_rounds * o->share_base_lits));
}

// Few engines learn little that all of them need, so they can afford to hear
// more of it sooner: up to 8 engines 'small', from 64 on 'large', which is what
// was published for hundreds, and in between by the logarithm.
static int64_t by_size (unsigned team, double small, double large) {
  const double t = log2 ((double)team / 8) / 3;
  return (int64_t)(small + fmin (fmax (t, 0), 1) * (large - small));
}

static void fit_options (struct share *share) {
  struct share_options *o = &share->config.options;
  const unsigned team =
      share->config.team ? share->config.team : share->config.engines;
  if (!o->share_period_ms)
    o->share_period_ms = by_size (team, 200, 500);
  if (!o->share_base_lits)
    o->share_base_lits = by_size (team, 1000, 500);
  assert (o->share_period_ms > 0 && o->share_base_lits > 0);
  assert (0 < o->share_max_length && o->share_max_length <= SHARE_MAX_LITS);
}

struct share *share_new (const struct share_config *config) {
  assert (config->engines);
  struct share *share = mem_calloc (1, sizeof *share);
  const struct share_options *options = &share->config.options;
  share->config = *config;
  fit_options (share);
  share->engines = mem_calloc (config->engines, sizeof *share->engines);
  for (unsigned e = 0; e < config->engines; e++)
    engine_init (share->engines + e, options);
  share_store_init (&share->store,
                    (uint64_t)options->share_store_rounds * base_lits (share));
  share_filter_init (&share->filter, config->engines,
                     (uint32_t)options->share_filter_rounds);
  share_compensation_init (&share->compensation);
  refuse (share);
  return share;
}

void share_free (struct share *share) {
  if (!share)
    return;
  for (unsigned e = 0; e < share->config.engines; e++) {
    share_port_free (share->engines[e].port);
    share_store_fini (&share->engines[e].imports);
  }
  mem_free (share->engines);
  share_store_fini (&share->store);
  share_filter_fini (&share->filter);
  mem_free (share);
}

struct share_port *share_port (struct share *share, unsigned engine) {
  assert (engine < share->config.engines);
  return share->engines[engine].port;
}

/*------------------------------------------------------------------------*/

static bool drain (struct share *share, unsigned e) {
  const uint32_t next = share->round + 1; // these may travel then at first
  bool moved = false;
  const struct share_clause *clause;
  while ((clause = share_port_drain (share->engines[e].port))) {
    moved = true;
    if (share_filter_produce (&share->filter, clause->hash, e, next))
      share_store_insert (&share->store, clause);
    else
      share->stats.share_known++;
  }
  return moved;
}

static bool refill (struct share *share, struct engine *engine) {
  bool moved = false;
  const struct share_clause *clause;
  while ((clause = share_store_peek (&engine->imports)) &&
         share_port_deliver (engine->port, clause)) {
    share_store_pop (&engine->imports);
    share->stats.share_delivered++;
    moved = true;
  }
  return moved;
}

bool share_collect (struct share *share) {
  bool moved = false;
  for (unsigned e = 0; e < share->config.engines; e++) {
    moved |= drain (share, e);
    moved |= refill (share, share->engines + e);
  }
  if (moved)
    refuse (share);
  return moved;
}

/*------------------------------------------------------------------------*/

unsigned share_period_ms (const struct share *share) {
  return (unsigned)share->config.options.share_period_ms;
}

uint64_t share_limit (const struct share *share, unsigned ranks,
                      double factor) {
  assert (ranks && factor > 0);
  const double limit = (double)share->config.options.share_limit_lits;
  return (uint64_t)share_quota ((double)base_lits (share), limit, factor,
                                ranks);
}

// Engines stamp their memory of exports with the round, too.
static void announce (struct share *share) {
  for (unsigned e = 0; e < share->config.engines; e++)
    share_port_announce (share->engines[e].port, share->round, share->max_id);
}

static void start_round (struct share *share, uint32_t round) {
  // Half the filter's rounds between two expiries bound both its excess
  // memory (1.5 times) and its cost per round.
  const uint32_t pause = share->filter.rounds / 2 + 1;
  if (round / pause != share->round / pause)
    share_filter_expire (&share->filter, round);
  share->round = round;
  announce (share);
}

static uint64_t fingerprint (struct share_bytes bytes) {
  return hash_bytes (bytes.data, bytes.size, 0);
}

static void remember (struct share *share, struct share_bytes bytes) {
  share->known[share->next_known++ % KNOWN_BUFFERS] = fingerprint (bytes);
}

static void measure (struct share *share, const struct bytes *out) {
  if (share->stats.share_buffer_peak < out->size)
    share->stats.share_buffer_peak = out->size;
}

struct picked { // clauses chosen for a buffer, literals sorted
  VEC (struct share_clause) clauses;
  VEC (int) lits; // of all of them, in the same order
};

static void pick_clause (struct picked *picked,
                         const struct share_clause *clause) {
  const size_t start = picked->lits.size;
  vec_push (&picked->clauses, *clause);
  for (unsigned i = 0; i < clause->size; i++)
    vec_push (&picked->lits, clause->lits[i]);
  share_sort (picked->lits.data + start, clause->size);
}

static void pick (struct share *share, uint64_t limit, struct picked *picked) {
  const struct share_clause *clause;
  uint64_t lits = 0;
  while ((clause = share_store_peek (&share->store))) {
    const unsigned cost = clause->size > 1 ? clause->size : 0;
    if (cost && lits + cost > limit)
      break;
    share_store_pop (&share->store);
    if (share_filter_shared (&share->filter, clause->hash, share->round)) {
      share->stats.share_known++;
      continue;
    }
    lits += cost;
    pick_clause (picked, clause);
  }
  assert (lits <= limit);
  const int *start = picked->lits.data; // no longer moves
  for_vec (struct share_clause, p, &picked->clauses)
    p->lits = start, start += p->size;
}

static int compare (const void *a, const void *b) {
  const struct share_clause *c = a, *d = b;
  const int order = share_compare (c, d);
  return order ? order : c->id < d->id ? -1 : c->id > d->id;
}

static void encode_picked (struct share *share, struct picked *picked,
                           struct bytes *out) {
  struct share_encoder encoder;
  share_encode_begin (&encoder, out, share->config.with_ids, share->round,
                      share->max_id);
  const struct share_clause *last = NULL;
  for_vec (struct share_clause, p, &picked->clauses) {
    if (last && !share_compare (last, p)) {
      share->stats.share_duplicates++;
      continue;
    }
    share_encode (&encoder, p);
    last = p;
  }
  share_encode_end (&encoder);
  share->stats.share_produced += encoder.head.clauses;
  share->stats.share_produced_lits += encoder.head.lits;
}

void share_produce (struct share *share, uint32_t round, uint64_t limit_lits,
                    struct bytes *out) {
  struct picked picked = {{0}, {0}};
  start_round (share, round);
  pick (share, limit_lits, &picked);
  if (picked.clauses.size)
    qsort (picked.clauses.data, picked.clauses.size,
           sizeof *picked.clauses.data, compare);
  encode_picked (share, &picked, out);
  vec_fini (&picked.clauses);
  vec_fini (&picked.lits);
  refuse (share);
  measure (share, out);
  remember (share, (struct share_bytes){out->data, out->size});
}

/*------------------------------------------------------------------------*/

static bool known (const struct share *share, struct share_bytes bytes) {
  const uint64_t print = fingerprint (bytes);
  for (unsigned i = 0; i < KNOWN_BUFFERS; i++)
    if (share->known[i] == print)
      return true;
  return false;
}

// Buffers made here and those looked at before need no second look: voting and
// admitting get the same one.
static bool acceptable (struct share *share, struct share_bytes bytes) {
  struct share_header head;
  if (known (share, bytes))
    return true;
  if (share_buffer_header (bytes, &head) &&
      head.with_ids == share->config.with_ids &&
      share_buffer_check (bytes, share->config.max_var)) {
    remember (share, bytes);
    return true;
  }
  share->stats.share_malformed++;
  return false;
}

static bool of_round (struct share_bytes bytes, uint32_t round) {
  struct share_header head;
  return share_buffer_header (bytes, &head) && head.round == round;
}

static void put_back (void *state, const struct share_clause *clause) {
  struct share *share = state;
  share_store_insert (&share->store, clause);
}

unsigned share_reduce (struct share *share, uint32_t round, uint64_t limit_lits,
                       const struct share_bytes *in, unsigned n,
                       struct bytes *out) {
  assert (n);
  struct share_bytes *good = mem_alloc (n * sizeof *good);
  unsigned used = 0;
  for (unsigned i = 0; i < n; i++)
    if (acceptable (share, in[i]) && of_round (in[i], round))
      good[used++] = in[i];
  struct share_encoder encoder;
  share_encode_begin (&encoder, out, share->config.with_ids, round,
                      share->max_id);
  const struct share_merged merged = share_merge (
      good, used, share->config.max_var, limit_lits, &encoder, put_back, share);
  share_encode_end (&encoder);
  mem_free (good);
  share->stats.share_duplicates += merged.duplicates;
  share->stats.share_excess += merged.excess;
  refuse (share);
  measure (share, out);
  remember (share, (struct share_bytes){out->data, out->size});
  return used;
}

/*------------------------------------------------------------------------*/

static void set_bit (struct bytes *bits, size_t i) {
  assert (i / 8 < bits->size);
  bits->data[i / 8] |= (uint8_t)(1u << (i % 8));
}

static bool has_bit (struct share_bytes bits, size_t i) {
  assert (!bits.size || i / 8 < bits.size);
  return bits.size && bits.data[i / 8] >> (i % 8) & 1;
}

bool share_vote (struct share *share, struct share_bytes buffer,
                 struct bytes *bits) {
  vec_clear (bits);
  if (!acceptable (share, buffer))
    return false;
  struct share_decoder decoder;
  share_decode_begin (&decoder, buffer, share->config.max_var);
  vec_resize (bits, (decoder.head.clauses + 7ull) / 8);
  const struct share_clause *clause;
  for (size_t i = 0; (clause = share_decode (&decoder)); i++)
    if (share_filter_shared (&share->filter, clause->hash, decoder.head.round))
      set_bit (bits, i);
  return true;
}

bool share_join_votes (struct bytes *bits, struct share_bytes more) {
  if (bits->size != more.size)
    return false;
  for (size_t i = 0; i < more.size; i++)
    bits->data[i] |= more.data[i];
  return true;
}

// Straight into the ring while nothing better waits: buffers come best first.
// Saves a copy per engine and clause, half the cost of a round at 16 engines.
static void import_engine (struct share *share, struct engine *engine,
                           const struct share_clause *clause) {
  if (!engine->imports.clauses && share_port_deliver (engine->port, clause))
    share->stats.share_delivered++;
  else
    share_store_insert (&engine->imports, clause);
}

static void import (struct share *share, const struct share_clause *clause,
                    const uint64_t *mask) {
  for (unsigned e = 0; e < share->config.engines; e++)
    if (!mask || !(mask[e / 64] >> (e % 64) & 1))
      import_engine (share, share->engines + e, clause);
}

static void admit_clause (struct share *share, uint32_t round,
                          const struct share_clause *clause,
                          struct share_outcome *outcome) {
  outcome->admitted++;
  if (clause->size > 1)
    outcome->admitted_lits += clause->size;
  import (share, clause,
          share_filter_share (&share->filter, clause->hash, round));
}

static void admit_buffer (struct share *share, struct share_bytes buffer,
                          struct share_bytes bits,
                          struct share_outcome *outcome) {
  struct share_decoder decoder;
  share_decode_begin (&decoder, buffer, share->config.max_var);
  outcome->incoming = decoder.head.clauses;
  outcome->incoming_lits = decoder.head.lits;
  const struct share_clause *clause;
  for (size_t i = 0; (clause = share_decode (&decoder)); i++)
    if (!has_bit (bits, i))
      admit_clause (share, decoder.head.round, clause, outcome);
}

static bool fitting (struct share *share, struct share_bytes buffer,
                     struct share_bytes bits) {
  struct share_header head;
  if (!acceptable (share, buffer) || !share_buffer_header (buffer, &head))
    return false;
  return !bits.size || bits.size == (head.clauses + 7ull) / 8;
}

static void see_id (struct share *share, uint64_t max_id) {
  if (share->max_id < max_id)
    share->max_id = max_id;
  announce (share);
}

static void count_outcome (struct share *share,
                           const struct share_outcome *outcome) {
  struct share_stats *stats = &share->stats;
  assert (outcome->admitted <= outcome->incoming);
  assert (outcome->admitted_lits <= outcome->incoming_lits);
  stats->share_rounds++;
  stats->share_incoming += outcome->incoming;
  stats->share_incoming_lits += outcome->incoming_lits;
  stats->share_flagged += outcome->incoming - outcome->admitted;
  stats->share_admitted += outcome->admitted;
  stats->share_admitted_lits += outcome->admitted_lits;
}

bool share_admit (struct share *share, struct share_bytes buffer,
                  struct share_bytes bits, uint64_t max_id,
                  struct share_outcome *outcome) {
  struct share_outcome own;
  outcome = outcome ? outcome : &own;
  *outcome = (struct share_outcome){0};
  const bool good = !buffer.size || fitting (share, buffer, bits);
  struct share_header head;
  if (buffer.size && good && share_buffer_header (buffer, &head) &&
      max_id < head.max_id)
    max_id = head.max_id;
  see_id (share, max_id);
  if (buffer.size && good)
    admit_buffer (share, buffer, bits, outcome);
  count_outcome (share, outcome);
  share_collect (share);
  return good;
}

double share_compensate (struct share *share, unsigned ranks,
                         const struct share_outcome *outcome) {
  assert (ranks && outcome->admitted_lits <= outcome->incoming_lits);
  const double limit = (double)share->config.options.share_limit_lits;
  const double wanted =
      share_quota ((double)base_lits (share), limit, 1, ranks);
  return share_compensate_round (&share->compensation, wanted,
                                 (double)outcome->incoming_lits,
                                 (double)outcome->admitted_lits);
}

/*------------------------------------------------------------------------*/

static const struct stat_row stat_rows[] = {
#define STAT STAT_ROW
#include "share/stats.def"
#undef STAT
};

const struct stat_table share_stat_table = STAT_TABLE ("share", stat_rows);

void share_stats (const struct share *share, struct share_stats *stats) {
  *stats = share->stats;
  stats->share_evicted = share->store.evicted;
  for (unsigned e = 0; e < share->config.engines; e++) {
    const struct engine *engine = share->engines + e;
    const struct share_port_stats port = share_port_stats (engine->port);
    stats->share_offered += port.offered;
    stats->share_repeated += port.repeated;
    stats->share_too_long += port.too_long;
    stats->share_ring_full += port.ring_full;
    stats->share_imported += port.imported;
    stats->share_import_evicted += engine->imports.evicted;
  }
}

static const struct option_row option_rows[] = {
#define OPT(...) OPTION_ROW (struct share_options, __VA_ARGS__)
#include "share/options.def"
#undef OPT
};

struct option_table share_option_table (struct share_options *options) {
  return (struct option_table){
      "share", option_rows, sizeof option_rows / sizeof *option_rows, options};
}
