// wire.c - messages in small frames, one outstanding send per peer.
//
// Idea     frames of at most 32 KiB are sent eagerly: a send completes without
//          its receiver, so a dead or busy rank never holds up a living one
// Differs  no collective call and no blocking call between start and end
// Memory   per rank talked to: one 32 KiB frame plus what is queued; 16 posted
//          receives for all
// Format   docs/wire.md, "frame"
#include "mpi/wire.h"

#include "base/clock.h"
#include "base/fatal.h"
#include "base/rng.h"
#include "base/vec.h"
#include "mpi/launcher.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef TUTTI_MPI
#include <mpi.h>
#endif

enum {
  FRAME_BYTES = 32768,
  HEAD_BYTES = 8,
  PAYLOAD_BYTES = FRAME_BYTES - HEAD_BYTES,
  POSTED = 16, // receives waiting at any time: 512 KiB
  BURST = 32,  // frames moved per peer and poll, so that polls stay short
};

enum urgency { URGENT, BULK, URGENCIES };

struct letter { // a queued message
  struct letter *next;
  size_t bytes, sent;
  uint32_t round;
  int from; // of a message that is held
  uint8_t kind;
  uint64_t data[];
};

struct queue {
  struct letter *first, *last;
  size_t bytes; // not yet handed to MPI
};

struct flow { // one BULK kind between this rank and a peer, totals in bytes
  uint64_t sent, granted;       // to the peer; the peer's last credit
  uint64_t consumed, announced; // from the peer; our last credit
};

struct peer {
  struct queue queues[URGENCIES];
  VEC (uint8_t) partial[URGENCIES]; // a message that is still arriving
  struct flow flows[WIRE_KINDS];
  bool listed;  // in wire->active
  bool sending; // 'frame' belongs to MPI
  bool watched, suspected;
  double heard, spoke; // wall-clock seconds of the last frame
#ifdef TUTTI_MPI
  MPI_Request request;
#endif
  uint64_t frame[FRAME_BYTES / 8];
};

struct slot { // a posted receive
#ifdef TUTTI_MPI
  MPI_Request request;
#endif
  uint64_t frame[FRAME_BYTES / 8];
};

struct wire {
  int rank, size;
  bool connected; // MPI runs
  struct wire_options options;
  struct wire_stats stats;
  uint64_t *hosts;
  struct wire_card *cards;
  struct peer **peers; // null until talked to
  VEC (int) active;    // ranks with something to send
  VEC (int) watched;
  struct slot *slots; // ring; 'head' is matched first
  unsigned head;
  double looked; // last time the heartbeats were looked after
  struct {
    wire_handler handler;
    void *state;
    bool hold;
  } handlers[WIRE_KINDS];
  struct queue held; // arrived before their handlers
};

const struct wire_options wire_defaults = {
    .heartbeat_ms = 1000, .suspect_ms = 10000, .window_bytes = 1 << 20};

static const struct {
  const char *name;
  enum urgency urgency;
} kinds[WIRE_KINDS] = {
#define TAG(NAME, NUMBER, CLASS, DIRECTION, PAYLOAD) [NUMBER] = {#NAME, CLASS},
#include "mpi/tags.def"
#undef TAG
};

const char *wire_kind_name (enum wire_kind kind) {
  if ((unsigned)kind >= WIRE_KINDS || !kinds[kind].name)
    return "?";
  return kinds[kind].name;
}

int wire_rank (const struct wire *wire) {
  return wire->rank;
}
int wire_size (const struct wire *wire) {
  return wire->size;
}
const uint64_t *wire_hosts (const struct wire *wire) {
  return wire->hosts;
}

const struct wire_card *wire_cards (const struct wire *wire) {
  return wire->cards;
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

static struct peer *get_peer (struct wire *wire, int rank) {
  assert (0 <= rank && rank < wire->size);
  if (!wire->peers[rank]) {
    struct peer *peer = mem_calloc (1, sizeof *peer);
    peer->heard = peer->spoke = clock_wall_s ();
    wire->peers[rank] = peer;
  }
  return wire->peers[rank];
}

static void enqueue (struct queue *queue, struct letter *letter) {
  letter->next = NULL;
  if (queue->last)
    queue->last->next = letter;
  else
    queue->first = letter;
  queue->last = letter;
  queue->bytes += letter->bytes;
}

static struct letter *dequeue (struct queue *queue) {
  struct letter *letter = queue->first;
  queue->first = letter->next;
  if (!queue->first)
    queue->last = NULL;
  return letter;
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

static void activate (struct wire *wire, int rank) {
  struct peer *peer = wire->peers[rank];
  if (peer->listed)
    return;
  peer->listed = true;
  vec_push (&wire->active, rank);
}

void wire_send (struct wire *wire, int to, enum wire_kind kind, uint32_t round,
                const void *data, size_t bytes) {
  struct peer *peer = get_peer (wire, to);
  const enum urgency urgency = kinds[kind].urgency;
  if (urgency == BULK) {
    assert (bytes <= wire_room (wire, to, kind));
    peer->flows[kind].sent += bytes;
  }
  enqueue (
      &peer->queues[urgency],
      new_letter (wire->rank, kind, round & (WIRE_ROUNDS - 1), data, bytes));
  activate (wire, to);
  wire->stats.messages_sent++;
}

size_t wire_window (const struct wire *wire) {
  return wire->options.window_bytes;
}

size_t wire_room (const struct wire *wire, int to, enum wire_kind kind) {
  const struct peer *peer = wire->peers[to];
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
  if (from == wire->rank)
    flow->granted = flow->consumed;
  else if (flow->consumed - flow->announced >= wire_window (wire) / 4) {
    flow->announced = flow->consumed;
    wire_send (wire, from, WIRE_CREDIT, kind, &flow->consumed,
               sizeof flow->consumed);
  }
}

size_t wire_queued (const struct wire *wire, int to) {
  const struct peer *peer = wire->peers[to];
  return peer ? peer->queues[URGENT].bytes + peer->queues[BULK].bytes : 0;
}

size_t wire_queued_all (const struct wire *wire) {
  size_t sum = 0;
  for_vec (const int, rank, &wire->active)
    sum += wire_queued (wire, *rank);
  return sum;
}

/*------------------------------------------------------------------------*/
// Delivery.

static void take_credit (struct wire *wire, const struct wire_message *msg) {
  uint64_t consumed;
  if (msg->bytes != sizeof consumed || msg->round >= WIRE_KINDS)
    fatal ("rank %d: broken credit from rank %d", wire->rank, msg->from);
  memcpy (&consumed, msg->data, sizeof consumed);
  get_peer (wire, msg->from)->flows[msg->round].granted = consumed;
}

static void hand_out (struct wire *wire, const struct wire_message *msg) {
  const enum wire_kind kind = msg->kind;
  if (wire->handlers[kind].handler)
    wire->handlers[kind].handler (wire->handlers[kind].state, msg);
  else if (wire->handlers[kind].hold)
    enqueue (&wire->held,
             new_letter (msg->from, kind, msg->round, msg->data, msg->bytes));
  else if (kinds[kind].urgency == BULK)
    wire_release (wire, msg->from, kind, msg->bytes);
}

static void deliver (struct wire *wire, const struct wire_message *msg) {
  wire->stats.messages_received++;
  wire->stats.bytes_received += msg->bytes;
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
  wire->held = (struct queue){NULL, NULL, 0};
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
  struct peer *self = wire->peers[wire->rank];
  if (!self || !(self->queues[URGENT].first || self->queues[BULK].first))
    return false;
  for (unsigned urgency = 0; urgency < URGENCIES; urgency++) {
    struct queue taken = self->queues[urgency];
    self->queues[urgency] = (struct queue){NULL, NULL, 0};
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
#ifdef TUTTI_MPI

// Frames: a 64-bit head, then payload.

struct head {
  unsigned length;
  bool more; // the message goes on in the next frame of its class
  uint32_t round;
  uint8_t kind;
};

// 16 bits over head and payload.  One multiplication per 8 bytes: 3 GB/s and
// more, beside copying nothing.
static uint16_t checksum (uint64_t head, const uint64_t *payload,
                          size_t bytes) {
  const uint64_t factor = 0x9e3779b97f4a7c15ull;
  uint64_t sum = rng_mix (head);
  size_t words = bytes / 8;
  for (size_t i = 0; i < words; i++) {
    sum = (sum ^ payload[i]) * factor;
    sum ^= sum >> 32;
  }
  if (bytes % 8) {
    uint64_t tail = 0;
    memcpy (&tail, payload + words, bytes % 8);
    sum = (sum ^ tail) * factor;
  }
  return rng_mix (sum) >> 48;
}

static uint64_t pack_head (struct head head) {
  return (uint64_t)head.length | (uint64_t)head.more << 15 |
         (uint64_t)head.round << 16 | (uint64_t)head.kind << 40;
}

static struct head unpack_head (uint64_t word) {
  return (struct head){.length = word & 0x7fff,
                       .more = word >> 15 & 1,
                       .round = word >> 16 & (WIRE_ROUNDS - 1),
                       .kind = word >> 40 & 0xff};
}

static void seal (uint64_t *frame, struct head head) {
  const uint64_t word = pack_head (head);
  frame[0] = word | (uint64_t)checksum (word, frame + 1, head.length) << 48;
}

// Checks a frame that arrived; a wrong one means broken memory or a foreign
// program in our job, which nobody can recover from.
static struct head unseal (const struct wire *wire, int from,
                           const uint64_t *frame, size_t bytes) {
  const uint64_t word = frame[0] & ~(0xffffull << 48);
  const struct head head = unpack_head (word);
  if (bytes < HEAD_BYTES || bytes - HEAD_BYTES != head.length ||
      head.kind >= WIRE_KINDS || !kinds[head.kind].name ||
      checksum (word, frame + 1, head.length) != frame[0] >> 48)
    fatal ("rank %d: broken frame of %zu bytes from rank %d", wire->rank, bytes,
           from);
  return head;
}

// Puts a frame's payload behind what its message already has, and delivers
// the message when it is whole.
static void assemble (struct wire *wire, int from, struct head head,
                      const uint8_t *payload) {
  struct peer *peer = get_peer (wire, from);
  const enum urgency urgency = kinds[head.kind].urgency;
  struct wire_message msg = {.from = from,
                             .kind = head.kind,
                             .round = head.round,
                             .data = payload,
                             .bytes = head.length};
  const size_t before = peer->partial[urgency].size;
  if (before || head.more) {
    vec_reserve (&peer->partial[urgency], before + head.length);
    memcpy (peer->partial[urgency].data + before, payload, head.length);
    peer->partial[urgency].size += head.length;
    msg.data = peer->partial[urgency].data;
    msg.bytes = peer->partial[urgency].size;
  }
  if (head.more)
    return;
  deliver (wire, &msg);
  if (msg.bytes > 4 * FRAME_BYTES)
    vec_fini (&peer->partial[urgency]); // do not hoard after a rare big one
  else
    vec_clear (&peer->partial[urgency]);
}

static void receive (struct wire *wire, int from, const uint64_t *frame,
                     size_t bytes) {
  const struct head head = unseal (wire, from, frame, bytes);
  struct peer *peer = get_peer (wire, from);
  peer->heard = clock_wall_s ();
  peer->suspected = false;
  wire->stats.frames_received++;
  assemble (wire, from, head, (const uint8_t *)(frame + 1));
}

static void post (struct slot *slot) {
  MPI_Irecv (slot->frame, FRAME_BYTES, MPI_BYTE, MPI_ANY_SOURCE, 0,
             MPI_COMM_WORLD, &slot->request);
}

// Receives match in the order they were posted, so testing only the oldest
// keeps the order of each sender.
static bool receive_all (struct wire *wire) {
  unsigned count = 0;
  for (int done = 1; count < BURST; count++) {
    struct slot *slot = &wire->slots[wire->head];
    MPI_Status status;
    MPI_Test (&slot->request, &done, &status);
    if (!done)
      break;
    int bytes;
    MPI_Get_count (&status, MPI_BYTE, &bytes);
    receive (wire, status.MPI_SOURCE, slot->frame, bytes);
    post (slot);
    wire->head = (wire->head + 1) % POSTED;
  }
  return count;
}

// Builds the next frame: of an urgent message if there is any.
static size_t fill_frame (struct peer *peer) {
  struct queue *queue =
      &peer->queues[peer->queues[URGENT].first ? URGENT : BULK];
  struct letter *letter = queue->first;
  const size_t left = letter->bytes - letter->sent;
  const size_t length = left < PAYLOAD_BYTES ? left : PAYLOAD_BYTES;
  memcpy (peer->frame + 1, (uint8_t *)letter->data + letter->sent, length);
  seal (peer->frame, (struct head){.length = length,
                                   .more = length < left,
                                   .round = letter->round,
                                   .kind = letter->kind});
  letter->sent += length;
  queue->bytes -= length;
  if (length == left)
    mem_free (dequeue (queue));
  return HEAD_BYTES + length;
}

static bool pending (const struct peer *peer) {
  return peer->queues[URGENT].first || peer->queues[BULK].first;
}

static void send_frame (struct wire *wire, int rank) {
  struct peer *peer = wire->peers[rank];
  const size_t bytes = fill_frame (peer);
  MPI_Isend (peer->frame, bytes, MPI_BYTE, rank, 0, MPI_COMM_WORLD,
             &peer->request);
  peer->sending = true;
  peer->spoke = clock_wall_s ();
  wire->stats.frames_sent++;
  wire->stats.bytes_sent += bytes;
}

// Returns true if a frame was sent or a send completed.
static bool send_some (struct wire *wire, int rank) {
  struct peer *peer = wire->peers[rank];
  bool moved = false;
  for (unsigned count = 0; count < BURST; count++) {
    if (peer->sending) {
      int done;
      MPI_Test (&peer->request, &done, MPI_STATUS_IGNORE);
      if (!done)
        break;
      peer->sending = false;
      moved = true;
    }
    if (!pending (peer))
      break;
    send_frame (wire, rank);
    moved = true;
  }
  return moved;
}

static bool send_all (struct wire *wire) {
  bool moved = false;
  size_t kept = 0;
  for (size_t i = 0; i < wire->active.size; i++) {
    const int rank = wire->active.data[i];
    struct peer *peer = wire->peers[rank];
    if (rank != wire->rank)
      moved |= send_some (wire, rank);
    if (peer->sending || (pending (peer) && rank != wire->rank))
      wire->active.data[kept++] = rank;
    else
      peer->listed = false;
  }
  wire->active.size = kept;
  return moved;
}

/*------------------------------------------------------------------------*/
// Heartbeats.

static void look_after (struct wire *wire, int rank, double now) {
  struct peer *peer = wire->peers[rank];
  const double silence = now - peer->heard;
  if (!peer->suspected && silence * 1e3 > wire->options.suspect_ms) {
    peer->suspected = true;
    wire->stats.suspicions++;
  }
  if ((now - peer->spoke) * 1e3 < wire->options.heartbeat_ms)
    return;
  if (!peer->sending && !pending (peer))
    wire_send (wire, rank, WIRE_HEARTBEAT, 0, NULL, 0);
}

// After a pause of our own (stopped, suspended, a long call) the others get
// the benefit of the doubt: nobody was listening.
static void forgive (struct wire *wire, double now) {
  for_vec (const int, rank, &wire->watched)
    wire->peers[*rank]->heard = now;
}

static void beat (struct wire *wire) {
  const double now = clock_wall_s ();
  const double pause_ms = 1e3 * (now - wire->looked);
  if (4 * pause_ms < wire->options.heartbeat_ms)
    return;
  if (2 * pause_ms > wire->options.suspect_ms)
    forgive (wire, now);
  wire->looked = now;
  for_vec (const int, rank, &wire->watched)
    look_after (wire, *rank, now);
}

bool wire_poll (struct wire *wire) {
  bool moved = deliver_held (wire);
  moved |= deliver_own (wire);
  if (wire->connected) {
    moved |= receive_all (wire);
    beat (wire);
    moved |= send_all (wire);
  }
  return moved;
}

#else

bool wire_poll (struct wire *wire) {
  for_vec (const int, rank, &wire->active)
    wire->peers[*rank]->listed = false;
  vec_clear (&wire->active);
  const bool moved = deliver_held (wire);
  return deliver_own (wire) || moved;
}

#endif

void wire_watch (struct wire *wire, int rank) {
  struct peer *peer = get_peer (wire, rank);
  if (peer->watched || rank == wire->rank)
    return;
  peer->watched = true;
  peer->heard = clock_wall_s ();
  vec_push (&wire->watched, rank);
}

bool wire_suspected (const struct wire *wire, int rank) {
  return wire->peers[rank] && wire->peers[rank]->suspected;
}

int wire_first_suspected (const struct wire *wire) {
  int first = -1;
  for_vec (const int, rank, &wire->watched)
    if (wire_suspected (wire, *rank) && (first < 0 || *rank < first))
      first = *rank;
  return first;
}

/*------------------------------------------------------------------------*/
// Start and end.

#ifdef TUTTI_MPI

static uint64_t hash_name (const char *name) {
  uint64_t hash = 0;
  for (; *name; name++)
    hash = rng_mix (hash ^ (uint8_t)*name);
  return hash;
}

static uint64_t host_number (const struct wire *wire) {
  char name[MPI_MAX_PROCESSOR_NAME + 1] = "";
  int length;
  if (wire->options.host)
    return hash_name (wire->options.host);
  MPI_Get_processor_name (name, &length);
  return hash_name (name);
}

// Open MPI's shared-memory transport sends eagerly up to 4 KiB only.  What the
// user set stays.
static void keep_frames_eager (void) {
  setenv ("OMPI_MCA_btl_vader_eager_limit", "33024", 0);
}

static void connect (struct wire *wire, int *argc, char ***argv) {
  keep_frames_eager ();
  int provided;
  MPI_Init_thread (argc, argv, MPI_THREAD_FUNNELED, &provided);
  MPI_Comm_rank (MPI_COMM_WORLD, &wire->rank);
  MPI_Comm_size (MPI_COMM_WORLD, &wire->size);
  if (provided < MPI_THREAD_FUNNELED)
    fatal ("rank %d: MPI without thread support", wire->rank);
  wire->connected = true;
}

// The only collective communication.
static void introduce (struct wire *wire) {
  struct {
    uint64_t host;
    struct wire_card card;
  } own = {host_number (wire), wire->options.card}, *all;
  const int words = sizeof own / 8;
  all = mem_calloc (wire->size, sizeof *all);
  MPI_Allgather (&own, words, MPI_UINT64_T, all, words, MPI_UINT64_T,
                 MPI_COMM_WORLD);
  for (int rank = 0; rank < wire->size; rank++) {
    wire->hosts[rank] = all[rank].host;
    wire->cards[rank] = all[rank].card;
  }
  mem_free (all);
}

static void post_all (struct wire *wire) {
  wire->slots = mem_alloc (POSTED * sizeof *wire->slots);
  for (unsigned i = 0; i < POSTED; i++)
    post (&wire->slots[i]);
}

static void disconnect (struct wire *wire) {
  const double limit = clock_wall_s () + 1e-3 * wire->options.suspect_ms;
  while (wire->active.size && clock_wall_s () < limit)
    wire_poll (wire);
  for (unsigned i = 0; i < POSTED; i++) {
    MPI_Cancel (&wire->slots[i].request);
    MPI_Request_free (&wire->slots[i].request);
  }
  MPI_Finalize ();
}

void wire_abort (int status) {
  fatal_clean ();
  int running = 0, over = 0;
  MPI_Initialized (&running);
  MPI_Finalized (&over);
  if (running && !over)
    MPI_Abort (MPI_COMM_WORLD, status);
  _exit (status);
}

#else

void wire_abort (int status) {
  fatal_clean ();
  _exit (status);
}

#endif

static void start (struct wire *wire, int *argc, char ***argv) {
#ifdef TUTTI_MPI
  const struct launcher launcher = launcher_find ();
  if (launcher_connects (&launcher))
    connect (wire, argc, argv);
#else
  (void)argc, (void)argv;
#endif
  wire->hosts = mem_calloc (wire->size, sizeof *wire->hosts);
  wire->cards = mem_calloc (wire->size, sizeof *wire->cards);
  wire->cards[0] = wire->options.card;
  wire->peers = mem_calloc (wire->size, sizeof *wire->peers);
#ifdef TUTTI_MPI
  if (wire->connected) {
    introduce (wire);
    post_all (wire);
  }
#endif
}

struct wire *wire_new (int *argc, char ***argv,
                       const struct wire_options *options) {
  struct wire *wire = mem_calloc (1, sizeof *wire);
  wire->size = 1;
  wire_configure (wire, options ? options : &wire_defaults);
  start (wire, argc, argv);
  wire->looked = clock_wall_s ();
  return wire;
}

void wire_configure (struct wire *wire, const struct wire_options *options) {
  wire->options = *options;
}

static void free_peer (struct peer *peer) {
  if (!peer)
    return;
  for (unsigned urgency = 0; urgency < URGENCIES; urgency++) {
    while (peer->queues[urgency].first)
      mem_free (dequeue (&peer->queues[urgency]));
    vec_fini (&peer->partial[urgency]);
  }
  mem_free (peer);
}

void wire_free (struct wire *wire) {
  memset (wire->handlers, 0, sizeof wire->handlers);
  vec_clear (&wire->watched);
#ifdef TUTTI_MPI
  if (wire->connected)
    disconnect (wire);
#endif
  while (wire->held.first)
    mem_free (dequeue (&wire->held));
  for (int rank = 0; rank < wire->size; rank++)
    free_peer (wire->peers[rank]);
  vec_fini (&wire->active);
  vec_fini (&wire->watched);
  mem_free (wire->slots);
  mem_free (wire->peers);
  mem_free (wire->cards);
  mem_free (wire->hosts);
  mem_free (wire);
}
