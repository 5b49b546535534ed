// wire.c - messages in small frames, one outstanding frame per peer.
//
// Idea     frames of at most 32 KiB are sent eagerly: a send completes without
//          its receiver, so a dead or busy rank never holds up a living one
// Differs  no collective call and no blocking call between start and end
// Memory   per rank talked to: what is queued and what is half received
// Format   docs/wire.md, "frame"
#include "wire/wire.h"

#include "base/bytes.h"
#include "base/hash.h"
#include "wire/frame.h"

#include <assert.h>
#include <string.h>

enum { BURST = 32 }; // frames moved per peer and poll, so that polls stay short

enum class { VIEW, URGENT, BULK, CLASSES };

struct letter { // a message that is queued or held, or a frame that is early
  struct letter *next;
  size_t bytes, sent;
  uint32_t round;
  int from; // who it came from
  uint8_t kind;
  uint64_t data[];
};

struct queue {
  struct letter *first, *last;
};

struct flow { // one BULK kind between this rank and a peer, totals in bytes
  uint64_t sent, granted;       // to the peer; the peer's last credit
  uint64_t consumed, announced; // from the peer; our last credit
};

struct peer {
  int rank;
  struct queue queues[CLASSES];
  struct bytes partial[CLASSES]; // a message that is still arriving
  struct flow flows[WIRE_KINDS];
  bool listed; // in wire->active
  bool watched, suspected;
  double heard_s, spoke_s; // time of the last frame
};

typedef struct peer *peer_ref;

struct wire {
  struct transport transport;
  struct wire_options options;
  struct wire_stats stats;
  uint16_t generation;
  bool frozen;
  bool renewed;          // 'early' goes before what arrives
  struct hash_map peers; // rank to address, of those talked to
  VEC (peer_ref) active; // with something to send
  VEC (peer_ref) watched;
  double looked_s; // last time the heartbeats were looked after
  bool away;
  struct {
    wire_handler handler;
    void *state;
    bool hold;
  } handlers[WIRE_KINDS];
  struct queue held; // arrived before their handlers
  const char *(*examine) (const void *state, const struct wire_message *);
  const void *examine_state;
  struct {
    enum wire_kind kind;
    int from;
    const char *why;  // null: none
  } refused;          // the first one
  struct queue early; // frames of later generations
};

const struct wire_options wire_defaults = {
    .heartbeat_ms = 1000, .suspect_ms = 10000, .window_bytes = 1 << 20};

static const struct {
  const char *name;
  enum class class;
} kinds[WIRE_KINDS] = {
#define TAG(NAME, NUMBER, CLASS, ...) [NUMBER] = {#NAME, CLASS},
#include "wire/tags.def"
#undef TAG
};

const char *wire_kind_name (enum wire_kind kind) {
  return kinds[kind].name;
}

int wire_rank (const struct wire *wire) {
  return wire->transport.rank;
}

int wire_size (const struct wire *wire) {
  return wire->transport.size;
}

const struct transport_card *wire_cards (const struct wire *wire) {
  return wire->transport.cards;
}

double wire_now_s (const struct wire *wire) {
  return wire->transport.calls->now_s (wire->transport.state);
}

bool wire_gone (const struct wire *wire, int peer) {
  return wire->transport.calls->gone (wire->transport.state, peer);
}

void wire_end_rank (struct wire *wire, int rank) {
  wire->transport.calls->end (wire->transport.state, rank);
}

const struct wire_stats *wire_stats (const struct wire *wire) {
  return &wire->stats;
}

void wire_handle (struct wire *wire, enum wire_kind kind, wire_handler handler,
                  void *state) {
  wire->handlers[kind].handler = handler;
  wire->handlers[kind].state = state;
}

void wire_hold (struct wire *wire, enum wire_kind kind) {
  wire->handlers[kind].hold = true;
}

/*------------------------------------------------------------------------*/
// Peers and their queues.

static struct peer *find_peer (const struct wire *wire, int rank) {
  const uint64_t *found = hash_map_find (&wire->peers, rank);
  return found ? (struct peer *)(uintptr_t)*found : NULL;
}

static struct peer *new_peer (struct wire *wire, int rank) {
  struct peer *peer = mem_calloc (1, sizeof *peer);
  peer->rank = rank;
  peer->heard_s = peer->spoke_s = wire_now_s (wire);
  *hash_map_insert (&wire->peers, rank, NULL) = (uintptr_t)peer;
  return peer;
}

static struct peer *get_peer (struct wire *wire, int rank) {
  assert (0 <= rank && rank < wire_size (wire));
  struct peer *peer = find_peer (wire, rank);
  return peer ? peer : new_peer (wire, rank);
}

static bool is_self (const struct wire *wire, const struct peer *peer) {
  return peer->rank == wire_rank (wire);
}

static void enqueue (struct queue *queue, struct letter *letter) {
  letter->next = NULL;
  if (queue->last)
    queue->last->next = letter;
  else
    queue->first = letter;
  queue->last = letter;
}

static struct letter *dequeue (struct queue *queue) {
  struct letter *letter = queue->first;
  queue->first = letter->next;
  if (!queue->first)
    queue->last = NULL;
  return letter;
}

static void empty (struct queue *queue) {
  while (queue->first)
    mem_free (dequeue (queue));
}

static struct letter *new_letter (int from, enum wire_kind kind, uint32_t round,
                                  const void *data, size_t bytes) {
  struct letter *letter = mem_alloc (sizeof *letter + bytes);
  letter->bytes = bytes;
  letter->sent = 0;
  letter->round = round;
  letter->from = from;
  letter->kind = kind;
  if (bytes)
    memcpy (letter->data, data, bytes);
  return letter;
}

static void activate (struct wire *wire, struct peer *peer) {
  if (peer->listed)
    return;
  peer->listed = true;
  vec_push (&wire->active, peer);
}

void wire_send (struct wire *wire, int to, enum wire_kind kind, uint32_t round,
                const void *data, size_t bytes) {
  struct peer *peer = get_peer (wire, to);
  const enum class class = kinds[kind].class;
  if (class == BULK) {
    assert (bytes <= wire_room (wire, to, kind));
    peer->flows[kind].sent += bytes;
  }
  enqueue (&peer->queues[class],
           new_letter (wire_rank (wire), kind, round & (WIRE_ROUNDS - 1), data,
                       bytes));
  activate (wire, peer);
  wire->stats.messages_sent++;
}

size_t wire_window (const struct wire *wire) {
  return wire->options.window_bytes;
}

size_t wire_room (const struct wire *wire, int to, enum wire_kind kind) {
  const struct peer *peer = find_peer (wire, to);
  const size_t window = wire_window (wire);
  if (!peer)
    return window;
  const uint64_t open = peer->flows[kind].sent - peer->flows[kind].granted;
  return open < window ? window - open : 0;
}

// Credits are announced a quarter of a window at a time: the sender never
// starves, and there are at most 4 credits a window.
void wire_release (struct wire *wire, int from, enum wire_kind kind,
                   size_t bytes) {
  struct flow *flow = &get_peer (wire, from)->flows[kind];
  flow->consumed += bytes;
  if (from == wire_rank (wire))
    flow->granted = flow->consumed;
  else if (flow->consumed - flow->announced >= wire_window (wire) / 4) {
    flow->announced = flow->consumed;
    wire_send (wire, from, WIRE_CREDIT, kind, &flow->consumed,
               sizeof flow->consumed);
  }
}

static bool pending (const struct peer *peer) {
  for (unsigned class = 0; class < CLASSES; class ++)
    if (peer->queues[class].first)
      return true;
  return false;
}

/*------------------------------------------------------------------------*/
// Delivery.

void wire_guard (struct wire *wire,
                 const char *(*examine) (const void *,
                                         const struct wire_message *),
                 const void *state) {
  wire->examine = examine;
  wire->examine_state = state;
}

static void refuse (struct wire *wire, enum wire_kind kind, int from,
                    const char *why) {
  wire->stats.refused++;
  if (wire->refused.why)
    return;
  wire->refused.kind = kind;
  wire->refused.from = from;
  wire->refused.why = why;
}

void wire_refuse (struct wire *wire, const struct wire_message *msg,
                  const char *why) {
  refuse (wire, msg->kind, msg->from, why);
}

bool wire_refused (const struct wire *wire, enum wire_kind *kind, int *from,
                   const char **why) {
  *kind = wire->refused.kind;
  *from = wire->refused.from;
  *why = wire->refused.why;
  return *why;
}

static void take_credit (struct wire *wire, const struct wire_message *msg) {
  uint64_t consumed;
  if (msg->bytes != sizeof consumed || msg->round >= WIRE_KINDS) {
    wire_refuse (wire, msg, "a credit for nothing");
    return;
  }
  memcpy (&consumed, msg->data, sizeof consumed);
  struct flow *flow = &get_peer (wire, msg->from)->flows[msg->round];
  if (consumed < flow->granted || consumed > flow->sent)
    wire_refuse (wire, msg, "a credit that cannot be");
  else
    flow->granted = consumed;
}

static void hand_out (struct wire *wire, const struct wire_message *msg) {
  const enum wire_kind kind = msg->kind;
  if (wire->handlers[kind].handler)
    wire->handlers[kind].handler (wire->handlers[kind].state, msg);
  else if (wire->handlers[kind].hold)
    enqueue (&wire->held,
             new_letter (msg->from, kind, msg->round, msg->data, msg->bytes));
  else if (kinds[kind].class == BULK)
    wire_release (wire, msg->from, kind, msg->bytes);
}

static void deliver (struct wire *wire, const struct wire_message *msg) {
  if (wire->frozen && kinds[msg->kind].class != VIEW)
    return;
  const char *why =
      wire->examine ? wire->examine (wire->examine_state, msg) : NULL;
  if (why) {
    wire_refuse (wire, msg, why);
    return;
  }
  if (msg->kind == WIRE_CREDIT)
    take_credit (wire, msg);
  else
    hand_out (wire, msg);
}

static struct wire_message message_of (const struct letter *letter) {
  return (struct wire_message){.from = letter->from,
                               .kind = letter->kind,
                               .round = letter->round,
                               .data = (const uint8_t *)letter->data,
                               .bytes = letter->bytes};
}

// Messages whose handler is still missing are held once more.
static bool deliver_held (struct wire *wire) {
  struct queue taken = wire->held;
  bool moved = false;
  wire->held = (struct queue){NULL, NULL};
  while (taken.first) {
    struct letter *letter = dequeue (&taken);
    const struct wire_message msg = message_of (letter);
    moved |= wire->handlers[letter->kind].handler != NULL;
    hand_out (wire, &msg);
    mem_free (letter);
  }
  return moved;
}

// Messages to the own rank go round the transport.  Only those queued when
// the poll began, so that a handler that answers itself cannot hang it.
static bool deliver_own (struct wire *wire) {
  struct peer *self = find_peer (wire, wire_rank (wire));
  if (!self || !pending (self))
    return false;
  for (unsigned class = 0; class < CLASSES; class ++) {
    struct queue taken = self->queues[class];
    self->queues[class] = (struct queue){NULL, NULL};
    while (taken.first) {
      struct letter *letter = dequeue (&taken);
      const struct wire_message msg = message_of (letter);
      deliver (wire, &msg);
      mem_free (letter);
    }
  }
  return true;
}

/*------------------------------------------------------------------------*/
// Receiving.

// Puts a frame's payload behind what its message already has, and delivers
// the message when it is whole.
static void assemble (struct wire *wire, struct peer *peer,
                      const struct frame_head *head, const uint8_t *payload) {
  const enum class class = kinds[head->kind].class;
  struct wire_message msg = {.from = peer->rank,
                             .kind = head->kind,
                             .round = head->round,
                             .data = payload,
                             .bytes = head->length};
  const size_t before = peer->partial[class].size;
  if (before || head->more) {
    bytes_append (&peer->partial[class], payload, head->length);
    msg.data = peer->partial[class].data;
    msg.bytes = peer->partial[class].size;
  }
  if (head->more)
    return;
  deliver (wire, &msg);
  if (msg.bytes > 4 * TRANSPORT_FRAME_BYTES)
    vec_fini (&peer->partial[class]); // do not hoard after a rare big one
  else
    vec_clear (&peer->partial[class]);
}

static void receive (struct wire *wire, int from, const uint64_t *frame,
                     size_t bytes) {
  struct frame_head head;
  if (!frame_open (frame, bytes, &head) || head.kind >= WIRE_KINDS ||
      !kinds[head.kind].name) {
    refuse (wire, 0, from, "a broken frame");
    return;
  }
  struct peer *peer = get_peer (wire, from);
  peer->heard_s = wire_now_s (wire);
  peer->suspected = false;
  if (kinds[head.kind].class == VIEW ||
      (head.generation == wire->generation && !wire->renewed))
    assemble (wire, peer, &head, (const uint8_t *)(frame + FRAME_HEAD_WORDS));
  else if (frame_newer (wire->generation, head.generation))
    wire->stats.stale++;
  else
    enqueue (&wire->early, new_letter (from, head.kind, 0, frame, bytes));
}

// Frames that came before their generation, in their order.
static bool receive_early (struct wire *wire) {
  struct queue taken = wire->early;
  const bool moved = taken.first;
  if (!wire->renewed)
    return false;
  wire->renewed = false;
  wire->early = (struct queue){NULL, NULL};
  while (taken.first) {
    struct letter *letter = dequeue (&taken);
    receive (wire, letter->from, letter->data, letter->bytes);
    mem_free (letter);
  }
  return moved;
}

static bool receive_all (struct wire *wire) {
  const struct transport *transport = &wire->transport;
  unsigned count = 0;
  for (; count < BURST; count++) {
    int from;
    const uint64_t *frame;
    const size_t bytes =
        transport->calls->receive (transport->state, &from, &frame);
    if (!bytes)
      break;
    receive (wire, from, frame, bytes);
  }
  return count;
}

/*------------------------------------------------------------------------*/
// Sending.

static struct queue *first_queue (struct peer *peer) {
  struct queue *queue = peer->queues;
  while (!queue->first)
    queue++;
  return queue;
}

// Builds the next frame, of the first class that has something.
static size_t fill_frame (struct wire *wire, struct peer *peer,
                          uint64_t *frame) {
  struct queue *queue = first_queue (peer);
  struct letter *letter = queue->first;
  const size_t left = letter->bytes - letter->sent;
  const size_t length = left < FRAME_PAYLOAD_BYTES ? left : FRAME_PAYLOAD_BYTES;
  if (length)
    memcpy (frame + FRAME_HEAD_WORDS, (uint8_t *)letter->data + letter->sent,
            length);
  const struct frame_head head = {.length = length,
                                  .more = length < left,
                                  .kind = letter->kind,
                                  .round = letter->round,
                                  .generation = wire->generation};
  letter->sent += length;
  if (length == left)
    mem_free (dequeue (queue));
  return frame_seal (frame, &head);
}

// Returns true if a frame was sent.
static bool send_some (struct wire *wire, struct peer *peer) {
  const struct transport *transport = &wire->transport;
  bool moved = false;
  for (unsigned count = 0; count < BURST && pending (peer); count++) {
    uint64_t *frame = transport->calls->frame (transport->state, peer->rank);
    if (!frame)
      break;
    const size_t bytes = fill_frame (wire, peer, frame);
    transport->calls->send (transport->state, peer->rank, bytes);
    peer->spoke_s = wire_now_s (wire);
    wire->stats.frames_sent++;
    wire->stats.bytes_sent += bytes;
    moved = true;
  }
  return moved;
}

static bool send_all (struct wire *wire) {
  bool moved = false;
  size_t kept = 0;
  for (size_t i = 0; i < wire->active.size; i++) {
    struct peer *peer = wire->active.data[i];
    if (!is_self (wire, peer)) {
      moved |= send_some (wire, peer);
      if (pending (peer)) {
        wire->active.data[kept++] = peer;
        continue;
      }
    }
    peer->listed = false;
  }
  wire->active.size = kept;
  return moved;
}

/*------------------------------------------------------------------------*/
// Heartbeats.

static void suspect (struct wire *wire, struct peer *peer) {
  if (peer->suspected)
    return;
  peer->suspected = true;
  wire->stats.suspicions++;
}

static void look_after (struct wire *wire, struct peer *peer, double now_s) {
  if (1e3 * (now_s - peer->heard_s) > wire->options.suspect_ms ||
      wire_gone (wire, peer->rank))
    suspect (wire, peer);
  if (1e3 * (now_s - peer->spoke_s) < wire->options.heartbeat_ms)
    return;
  if (!pending (peer))
    wire_send (wire, peer->rank, WIRE_HEARTBEAT, 0, NULL, 0);
}

// After a pause of our own (stopped, suspended, a long call) the others get
// the benefit of the doubt: nobody was listening.
static void forgive (struct wire *wire, double now_s) {
  for_vec (const peer_ref, peer, &wire->watched)
    (*peer)->heard_s = now_s;
}

static void beat (struct wire *wire) {
  const double now_s = wire_now_s (wire);
  const double pause_ms = 1e3 * (now_s - wire->looked_s);
  if (4 * pause_ms < wire->options.heartbeat_ms)
    return;
  if (2 * pause_ms > wire->options.suspect_ms) {
    forgive (wire, now_s);
    wire->away = true;
  }
  wire->looked_s = now_s;
  for_vec (const peer_ref, peer, &wire->watched)
    look_after (wire, *peer, now_s);
}

bool wire_was_away (const struct wire *wire) {
  return wire->away;
}

void wire_is_back (struct wire *wire) {
  wire->away = false;
}

void wire_watch (struct wire *wire, int rank) {
  struct peer *peer = get_peer (wire, rank);
  if (peer->watched || is_self (wire, peer))
    return;
  peer->watched = true;
  peer->suspected = false;
  peer->heard_s = wire_now_s (wire);
  vec_push (&wire->watched, peer);
}

void wire_watch_nobody (struct wire *wire) {
  for_vec (const peer_ref, peer, &wire->watched)
    (*peer)->watched = (*peer)->suspected = false;
  vec_clear (&wire->watched);
}

int wire_first_suspected (const struct wire *wire) {
  int first = -1;
  for_vec (const peer_ref, peer, &wire->watched)
    if ((*peer)->suspected && (first < 0 || (*peer)->rank < first))
      first = (*peer)->rank;
  return first;
}

bool wire_poll (struct wire *wire) {
  bool moved = deliver_held (wire);
  moved |= deliver_own (wire);
  moved |= receive_early (wire);
  moved |= receive_all (wire);
  beat (wire);
  moved |= send_all (wire);
  return moved;
}

/*------------------------------------------------------------------------*/
// Generations.

static void forget (struct peer *peer) {
  for (unsigned class = URGENT; class < CLASSES; class ++) {
    empty (&peer->queues[class]);
    vec_clear (&peer->partial[class]);
  }
  memset (peer->flows, 0, sizeof peer->flows);
}

void wire_set_generation (struct wire *wire, uint32_t generation) {
  size_t position = 0;
  struct hash_slot entry;
  assert (frame_newer (generation, wire->generation));
  while (hash_map_next (&wire->peers, &position, &entry))
    forget ((struct peer *)(uintptr_t)entry.value);
  empty (&wire->held);
  wire->generation = generation;
  wire->frozen = false;
  wire->renewed = true;
}

uint32_t wire_generation (const struct wire *wire) {
  return wire->generation;
}

void wire_freeze (struct wire *wire) {
  wire->frozen = true;
}

/*------------------------------------------------------------------------*/
// Start and end.

struct wire *wire_new (const struct transport *transport,
                       const struct wire_options *options) {
  struct wire *wire = mem_calloc (1, sizeof *wire);
  wire->transport = *transport;
  wire_configure (wire, options ? options : &wire_defaults);
  wire->looked_s = wire_now_s (wire);
  return wire;
}

void wire_configure (struct wire *wire, const struct wire_options *options) {
  wire->options = *options;
}

static void free_peer (struct peer *peer) {
  for (unsigned class = 0; class < CLASSES; class ++) {
    empty (&peer->queues[class]);
    vec_fini (&peer->partial[class]);
  }
  mem_free (peer);
}

static void free_peers (struct wire *wire) {
  size_t position = 0;
  struct hash_slot entry;
  while (hash_map_next (&wire->peers, &position, &entry))
    free_peer ((struct peer *)(uintptr_t)entry.value);
  hash_map_fini (&wire->peers);
}

// Sends what is queued; what is for the dead never goes.
static void flush (struct wire *wire, double seconds) {
  const double limit_s = wire_now_s (wire) + seconds;
  while (wire->active.size && wire_now_s (wire) < limit_s)
    wire_poll (wire);
}

void wire_free (struct wire *wire, bool orderly) {
  memset (wire->handlers, 0, sizeof wire->handlers);
  vec_clear (&wire->watched);
  if (orderly)
    flush (wire, 1e-3 * wire->options.suspect_ms);
  wire->transport.calls->close (wire->transport.state, orderly);
  empty (&wire->held);
  empty (&wire->early);
  free_peers (wire);
  vec_fini (&wire->active);
  vec_fini (&wire->watched);
  mem_free (wire);
}
