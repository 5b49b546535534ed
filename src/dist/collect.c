// collect.c - distributed pruning and merging of partial proofs.
// Idea     windows of ids between the thresholds of sharing rounds, from the
//          last to the first: union up the tree of what ranks need of others,
//          the union down, each rank walks its own files through the window;
//          then the kept lines flow up, merged by descending id at each rank
// Source   [MichaelsonEtAl-TACAS'23]
// Differs  a window is a round, so ranks wait for each other once a round; the
//          root gets lines backwards, so last uses are known without an index
// Memory   what is needed in one window, one bit per id (proof/bits.h), and a
//          stream's credit window per child
//
// Messages (docs/wire.md, "collect"):
//
//   COLLECT_DOWN 0      id of the empty clause (varint), epochs (ids.h)
//   COLLECT_UP   w      ids needed in window w by the subtree (ids.h)
//   COLLECT_DOWN w      the same of all ranks
//   COLLECT_LINES       the subtree's kept lines (proof/kept.h)
#include "dist/collect.h"

#include "base/fatal.h"
#include "base/memory.h"
#include "base/varint.h"
#include "proof/final.h"
#include "proof/ids.h"
#include "proof/prune.h"

enum {
  PRUNE_LINES = 20000, // a step each: a few milliseconds
  MERGE_LINES = 5000,
  FINAL_LINES = 5000,
  OUT_BYTES = 1 << 18, // merged but not yet sent
  SEND_BYTES = 1 << 16 // a message at most
};

enum phase {
  PHASE_START, // until collect_start's message and collect_ready
  PHASE_NEXT,  // a window is done, or none begun
  PHASE_NEEDS, // exchange what ranks need in the window
  PHASE_WALK,  // through the window
  PHASE_MERGE, // own and children's lines
  PHASE_FINAL, // root: write the proof
  PHASE_DONE
};

struct collect {
  struct wire *wire;
  const struct tree *tree;
  struct collect_config config;
  enum phase phase;
  double since; // when the phase group began
  struct collect_stats stats;
  struct partial **partials;
  unsigned num_partials;
  bool started, ready;
  uint64_t empty_id;
  struct ids bounds; // of the windows, ascending
  size_t window;     // now: (bounds[window], bounds[window + 1]]
  uint32_t round;    // of messages: 1 for the last window
  struct tree_reduce gather;
  struct ids ids, part, spare;
  struct bytes down; // the last COLLECT_DOWN
  uint32_t down_round;
  bool down_here;
  struct prune *prune;
  struct kept_file *kept; // own lines; null if they go to 'final' at once
  struct kept_input inputs[TREE_CHILDREN + 1]; // children in order, own
  uint64_t released[TREE_CHILDREN];            // bytes of each child
  struct kept_output out;                      // to the parent
  size_t sent;                                 // bytes of 'out'
  bool out_ended;
  struct final *final;
};

static bool is_root (const struct collect *collect) {
  return tree_is_root (collect->tree);
}

static bool is_alone (const struct collect *collect) {
  return collect->tree->size == 1;
}

static void handle_up (void *state, const struct wire_message *msg) {
  struct collect *collect = state;
  tree_reduce_add (&collect->gather, collect->tree, msg);
}

// Passed on at once, so that the way down takes no rank's step.
static void handle_down (void *state, const struct wire_message *msg) {
  struct collect *collect = state;
  tree_send_down (collect->tree, collect->wire, WIRE_COLLECT_DOWN, msg->round,
                  msg->data, msg->bytes);
  bytes_set (&collect->down, msg->data, msg->bytes);
  collect->down_round = msg->round;
  collect->down_here = true;
}

static void handle_lines (void *state, const struct wire_message *msg) {
  struct collect *collect = state;
  const int child = tree_child (collect->tree, msg->from);
  if (child >= 0)
    kept_push (collect->inputs + child, msg->data, msg->bytes);
}

struct collect *collect_new (struct wire *wire, const struct tree *tree,
                             const struct collect_config *config) {
  struct collect *collect = mem_calloc (1, sizeof *collect);
  collect->wire = wire;
  collect->tree = tree;
  collect->config = *config;
  collect->config.temp_dir = mem_strdup (config->temp_dir);
  tree_reduce_init (&collect->gather);
  kept_output_init (&collect->out);
  for (unsigned i = 0; i <= TREE_CHILDREN; i++)
    kept_input_init (collect->inputs + i);
  wire_handle (wire, WIRE_COLLECT_UP, handle_up, collect);
  wire_handle (wire, WIRE_COLLECT_DOWN, handle_down, collect);
  wire_handle (wire, WIRE_COLLECT_LINES, handle_lines, collect);
  if (is_root (collect))
    collect->final =
        final_new (&(struct final_config){.file = config->file,
                                          .dir = config->temp_dir,
                                          .text = config->text,
                                          .originals = config->originals});
  return collect;
}

void collect_free (struct collect *collect) {
  if (!collect)
    return;
  for (int kind = WIRE_COLLECT_UP; kind <= WIRE_COLLECT_LINES; kind++)
    wire_handle (collect->wire, kind, NULL, NULL);
  prune_free (collect->prune);
  kept_file_free (collect->kept);
  final_free (collect->final);
  for (unsigned i = 0; i <= TREE_CHILDREN; i++)
    kept_input_fini (collect->inputs + i);
  kept_output_fini (&collect->out);
  tree_reduce_fini (&collect->gather);
  vec_fini (&collect->bounds);
  vec_fini (&collect->ids);
  vec_fini (&collect->part);
  vec_fini (&collect->spare);
  vec_fini (&collect->down);
  mem_free (collect->partials);
  mem_free ((char *)collect->config.temp_dir);
  mem_free (collect);
}

void collect_ready (struct collect *collect, struct partial *const *partials,
                    unsigned n) {
  collect->partials = mem_alloc (n * sizeof *partials);
  if (n)
    memcpy (collect->partials, partials, n * sizeof *partials);
  collect->num_partials = n;
  for (unsigned i = 0; i < n; i++)
    partial_finish (partials[i]);
  collect->ready = true;
}

// Windows lie between the original clauses, the epochs and the empty clause.
static void set_bounds (struct collect *collect, const uint64_t *epochs,
                        size_t n) {
  struct ids *bounds = &collect->bounds;
  vec_push (bounds, collect->config.originals);
  for (size_t i = 0; i < n; i++)
    if (epochs[i] > vec_top (bounds) && epochs[i] < collect->empty_id)
      vec_push (bounds, epochs[i]);
  if (collect->empty_id > collect->config.originals)
    vec_push (bounds, collect->empty_id);
  collect->window = bounds->size - 1;
  collect->started = true;
}

static void send_start (struct collect *collect) {
  uint8_t number[VARINT_MAX_BYTES];
  struct bytes bytes = {0};
  bytes_append (&bytes, number,
                varint_put (number, collect->empty_id) - number);
  ids_encode (&collect->bounds, &bytes);
  tree_send_down (collect->tree, collect->wire, WIRE_COLLECT_DOWN, 0,
                  bytes.data, bytes.size);
  vec_fini (&bytes);
}

void collect_start (struct collect *collect, uint64_t empty_id,
                    const uint64_t *epochs, size_t n) {
  collect->empty_id = empty_id;
  set_bounds (collect, epochs, is_alone (collect) ? 0 : n);
  if (!is_alone (collect))
    send_start (collect);
}

// Takes the message of that round from above, if it is there.
static bool take_down (struct collect *collect, uint32_t round) {
  if (!collect->down_here || collect->down_round != round)
    return false;
  collect->down_here = false;
  return true;
}

static void receive_start (struct collect *collect) {
  if (collect->started || !take_down (collect, 0))
    return;
  const uint8_t *end = collect->down.data + collect->down.size;
  const uint8_t *p =
      varint_get_checked (collect->down.data, end, &collect->empty_id);
  if (!p || ids_decode (&collect->ids, p, end - p) != (size_t)(end - p))
    fatal ("malformed start of proof collection");
  if (!vec_empty (&collect->ids))
    collect->config.originals = collect->ids.data[0];
  set_bounds (collect, collect->ids.data, collect->ids.size);
}

static struct kept_sink own_sink (struct collect *collect) {
  if (is_alone (collect))
    return final_sink (collect->final);
  collect->kept = kept_file_new (collect->config.temp_dir);
  return kept_file_sink (collect->kept);
}

// An original clause is the empty one: say so in a line of its own, so that no
// checker has to look for it.
static void refer_to_original (struct collect *collect) {
  const struct kept_sink sink = final_sink (collect->final);
  const uint64_t id = collect->config.originals + 1;
  uint8_t body[VARINT_MAX_BYTES + 2 + VARINT_PADDING] = {0};
  uint8_t *end = varint_put (body + 1, id - collect->empty_id);
  *end++ = 0;
  const struct partial_line line = {id, body, end - body};
  sink.line (sink.state, &line, NULL, 0);
}

static enum collect_state begin (struct collect *collect) {
  receive_start (collect);
  if (!collect->started || !collect->ready)
    return COLLECT_WAITING;
  collect->since = wire_now_s (collect->wire);
  collect->prune =
      prune_new (&(struct prune_config){.dir = collect->config.temp_dir,
                                        .partials = collect->partials,
                                        .n = collect->num_partials,
                                        .lanes = collect->config.lanes,
                                        .originals = collect->config.originals,
                                        .empty_id = collect->empty_id,
                                        .sink = own_sink (collect)});
  if (is_root (collect) && collect->empty_id <= collect->config.originals)
    refer_to_original (collect);
  collect->phase = PHASE_NEXT;
  return COLLECT_BUSY;
}

// After the last window: own lines are complete.
static enum collect_state begin_merge (struct collect *collect) {
  const double now = wire_now_s (collect->wire);
  prune_finish (collect->prune);
  collect->stats.prune_s = now - collect->since;
  collect->since = now;
  const struct prune_stats *stats = prune_stats (collect->prune);
  collect->stats.kept_lines = stats->kept;
  collect->stats.asked_ids = stats->asked;
  if (collect->kept)
    kept_file_finish (collect->kept);
  collect->phase = collect->kept ? PHASE_MERGE : PHASE_FINAL;
  return COLLECT_BUSY;
}

// Starts the next window, or ends pruning.
static enum collect_state next_window (struct collect *collect) {
  if (!collect->window)
    return begin_merge (collect);
  collect->window--;
  collect->round++;
  collect->stats.windows++;
  if (is_alone (collect)) {
    collect->phase = PHASE_WALK;
    return COLLECT_BUSY;
  }
  vec_clear (&collect->ids);
  const uint64_t *bounds = collect->bounds.data + collect->window;
  prune_requests (collect->prune, bounds[0], bounds[1], &collect->ids);
  tree_reduce_join (&collect->gather, collect->tree, collect->round);
  collect->phase = PHASE_NEEDS;
  return COLLECT_BUSY;
}

static void decode_needs (struct ids *ids, const uint8_t *data, size_t bytes) {
  if (ids_decode (ids, data, bytes) != bytes)
    fatal ("malformed list of needed proof lines");
}

// All children are there: pass on the union of their needs and the own.
static void pass_needs (struct collect *collect) {
  struct bytes bytes = {0};
  for (int i = 0; i < collect->tree->num_children; i++) {
    const struct tree_part *part = collect->gather.parts + i;
    decode_needs (&collect->part, part->bytes.data, part->bytes.size);
    ids_unite (&collect->ids, &collect->part, &collect->spare);
  }
  ids_encode (&collect->ids, &bytes);
  if (is_root (collect))
    tree_send_down (collect->tree, collect->wire, WIRE_COLLECT_DOWN,
                    collect->round, bytes.data, bytes.size);
  else
    tree_send_up (collect->tree, collect->wire, WIRE_COLLECT_UP, collect->round,
                  bytes.data, bytes.size);
  vec_fini (&bytes);
}

static enum collect_state exchange_needs (struct collect *collect) {
  const bool gathered = tree_reduce_take (&collect->gather);
  if (gathered)
    pass_needs (collect);
  if (is_root (collect) ? !gathered : !take_down (collect, collect->round))
    return gathered ? COLLECT_BUSY : COLLECT_WAITING;
  if (!is_root (collect))
    decode_needs (&collect->ids, collect->down.data, collect->down.size);
  prune_need (collect->prune, collect->ids.data, collect->ids.size);
  collect->phase = PHASE_WALK;
  return COLLECT_BUSY;
}

static enum collect_state walk (struct collect *collect) {
  const uint64_t low = collect->bounds.data[collect->window];
  if (prune_step (collect->prune, low, PRUNE_LINES))
    collect->phase = PHASE_NEXT;
  return COLLECT_BUSY;
}

// Gives children credit for what was merged.  An input that the merge waits
// for gets credit for everything, since a line may be longer than the credit.
static void release (struct collect *collect, int starved) {
  for (int i = 0; i < collect->tree->num_children; i++) {
    const struct kept_input *input = collect->inputs + i;
    const uint64_t up_to = i == starved ? input->pushed : input->popped;
    if (up_to <= collect->released[i])
      continue;
    wire_release (collect->wire, collect->tree->children[i], WIRE_COLLECT_LINES,
                  up_to - collect->released[i]);
    collect->released[i] = up_to;
  }
}

// Sends what the parent has room for; true if anything went.
static bool send_lines (struct collect *collect) {
  struct bytes *bytes = &collect->out.bytes;
  // Credit comes in quarters of the window, so half of it is always reached.
  const size_t half = wire_window (collect->wire) / 2;
  const size_t most = half < SEND_BYTES ? half : SEND_BYTES;
  bool sent = false;
  while (collect->sent < bytes->size) {
    const size_t left = bytes->size - collect->sent;
    const size_t want = left < most ? left : most;
    const int parent = collect->tree->parent;
    if (wire_room (collect->wire, parent, WIRE_COLLECT_LINES) < want)
      return sent;
    tree_send_up (collect->tree, collect->wire, WIRE_COLLECT_LINES, 0,
                  bytes->data + collect->sent, want);
    collect->sent += want;
    sent = true;
  }
  vec_clear (bytes);
  collect->sent = 0;
  return sent;
}

static void put_line (struct collect *collect, struct kept_input *input) {
  if (is_root (collect)) {
    const struct kept_sink sink = final_sink (collect->final);
    sink.line (sink.state, &input->line, NULL, 0);
  } else
    kept_put (&collect->out, &input->line);
  kept_pop (input);
}

// Merges lines while there are any and room for them.
//
//   returns    the input that needs bytes, or -1
static int merge_lines (struct collect *collect, unsigned *merged) {
  const int own = collect->tree->num_children;
  struct kept_input *inputs[TREE_CHILDREN + 1];
  for (int i = 0; i <= own; i++)
    inputs[i] = collect->inputs + i;
  for (; *merged < MERGE_LINES; ++*merged) {
    unsigned chosen;
    if (collect->out.bytes.size >= OUT_BYTES)
      return -1;
    enum kept_status status = kept_merge (inputs, own + 1, &chosen);
    if (status == KEPT_WAIT && (int)chosen == own) {
      kept_file_read (collect->kept, inputs[own]);
      status = kept_merge (inputs, own + 1, &chosen);
    }
    if (status == KEPT_WAIT)
      return chosen;
    if (status == KEPT_END) {
      collect->out_ended = true;
      return -1;
    }
    put_line (collect, inputs[chosen]);
  }
  return -1;
}

static enum collect_state merge (struct collect *collect) {
  unsigned merged = 0;
  if (!collect->out_ended) {
    const int starved = merge_lines (collect, &merged);
    release (collect, starved);
    if (collect->out_ended && !is_root (collect))
      kept_put_end (&collect->out);
  }
  const bool sent = !is_root (collect) && send_lines (collect);
  if (!collect->out_ended || collect->out.bytes.size)
    return merged || sent ? COLLECT_BUSY : COLLECT_WAITING;
  const double now = wire_now_s (collect->wire);
  collect->stats.merge_s = now - collect->since;
  collect->since = now;
  collect->phase = is_root (collect) ? PHASE_FINAL : PHASE_DONE;
  return COLLECT_BUSY;
}

static enum collect_state finish (struct collect *collect) {
  if (!final_step (collect->final, FINAL_LINES))
    return COLLECT_BUSY;
  collect->stats.write_s = wire_now_s (collect->wire) - collect->since;
  collect->stats.merged_lines = final_lines (collect->final);
  collect->stats.merged_bytes = final_bytes (collect->final);
  collect->phase = PHASE_DONE;
  return COLLECT_DONE;
}

enum collect_state collect_step (struct collect *collect) {
  switch (collect->phase) {
  case PHASE_START:
    return begin (collect);
  case PHASE_NEXT:
    return next_window (collect);
  case PHASE_NEEDS:
    return exchange_needs (collect);
  case PHASE_WALK:
    return walk (collect);
  case PHASE_MERGE:
    return merge (collect);
  case PHASE_FINAL:
    return finish (collect);
  case PHASE_DONE:
    break;
  }
  return COLLECT_DONE;
}

const struct collect_stats *collect_stats (const struct collect *collect) {
  return &collect->stats;
}
