// Messages arrive whole and in order, urgent ones first, streams stay within
// their window, and silence is noticed.
#include "base/vec.h"
#include "ranks.h"

/*------------------------------------------------------------------------*/
// Random messages between all pairs.  Message i from a to b has a size and a
// content that both can compute.

enum { MESSAGES = 60 };

struct traffic {
  struct ranks *ranks;
  unsigned *received; // by sender
  unsigned total;
};

static void message_rng (struct rng *rng, const struct ranks *ranks, int from,
                         int to, unsigned i) {
  rng_init (rng, ranks->seed ^ rng_mix (((uint64_t)from << 40) +
                                        ((uint64_t)to << 20) + i));
}

static size_t message_size (struct rng *rng) {
  const unsigned borders[] = {0, 1, 7, 8, 9, 32759, 32760, 32761, 65520};
  if (rng_bool (rng))
    return borders[rng_below (rng, 9)];
  return rng_below (rng, rng_bool (rng) ? 100 : 100000);
}

static void send_one (struct ranks *ranks, int to, unsigned i) {
  struct rng rng;
  message_rng (&rng, ranks, ranks->rank, to, i);
  const size_t bytes = message_size (&rng);
  uint8_t *data = malloc (bytes + 1);
  for (size_t k = 0; k < bytes; k++)
    data[k] = rng_next32 (&rng);
  wire_send (ranks->wire, to, WIRE_TEST, i, data, bytes);
  free (data);
}

static void receive_one (void *state, const struct wire_message *msg) {
  struct traffic *traffic = state;
  struct ranks *ranks = traffic->ranks;
  const unsigned i = traffic->received[msg->from]++;
  EXPECT (msg->round == i);
  EXPECT ((uintptr_t)msg->data % 8 == 0);
  struct rng rng;
  message_rng (&rng, ranks, msg->from, ranks->rank, i);
  EXPECT (msg->bytes == message_size (&rng));
  for (size_t k = 0; k < msg->bytes; k++)
    EXPECT (msg->data[k] == (uint8_t)rng_next32 (&rng));
  traffic->total++;
}

static void test_all_pairs (struct ranks *ranks) {
  struct traffic traffic = {.ranks = ranks};
  traffic.received = calloc (ranks->size, sizeof *traffic.received);
  wire_handle (ranks->wire, WIRE_TEST, receive_one, &traffic);
  ranks_meet (ranks);
  for (unsigned i = 0; i < MESSAGES; i++) {
    for (int to = 0; to < ranks->size; to++)
      send_one (ranks, to, i);
    if (i % 7 == (unsigned)ranks->rank)
      ranks_poll (ranks);
  }
  POLL_UNTIL (ranks, traffic.total == MESSAGES * (unsigned)ranks->size);
  ranks_meet (ranks);
  wire_handle (ranks->wire, WIRE_TEST, NULL, NULL);
  free (traffic.received);
}

/*------------------------------------------------------------------------*/
// Messages that come before their handler wait for it, in order.

static void count_up (void *state, const struct wire_message *msg) {
  unsigned *count = state;
  EXPECT (msg->round == *count);
  ++*count;
}

static void test_hold (struct ranks *ranks) {
  const int to = (ranks->rank + 1) % ranks->size;
  unsigned count = 0;
  wire_hold (ranks->wire, WIRE_TEST);
  ranks_meet (ranks);
  for (unsigned i = 0; i < 10; i++)
    wire_send (ranks->wire, to, WIRE_TEST, i, &i, sizeof i);
  ranks_meet (ranks);
  const double start = ranks_now_s (ranks);
  POLL_UNTIL (ranks, ranks_now_s (ranks) > start + 0.1);
  wire_handle (ranks->wire, WIRE_TEST, count_up, &count);
  EXPECT (!count);
  wire_poll (ranks->wire);
  EXPECT (count);
  POLL_UNTIL (ranks, count == 10);
  ranks_meet (ranks);
}

/*------------------------------------------------------------------------*/
// Urgent messages overtake a stream.

struct race {
  unsigned bulk, urgent;
  unsigned bulk_before_urgent;
};

static void race_bulk (void *state, const struct wire_message *msg) {
  struct race *race = state;
  race->bulk++;
  (void)msg;
}

static void race_urgent (void *state, const struct wire_message *msg) {
  struct race *race = state;
  (void)msg;
  race->urgent++;
  race->bulk_before_urgent = race->bulk;
}

static void test_urgent (struct ranks *ranks) {
  struct race race = {0};
  wire_handle (ranks->wire, WIRE_TEST_BULK, race_bulk, &race);
  wire_handle (ranks->wire, WIRE_TEST, race_urgent, &race);
  ranks_meet (ranks);
  const int to = (ranks->rank + 1) % ranks->size;
  static const uint8_t data[100000];
  wire_send (ranks->wire, to, WIRE_TEST_BULK, 0, data, sizeof data);
  wire_send (ranks->wire, to, WIRE_TEST, 0, data, sizeof data);
  POLL_UNTIL (ranks, race.bulk && race.urgent);
  EXPECT (race.bulk_before_urgent == 0);
  const int from = (ranks->rank + ranks->size - 1) % ranks->size;
  wire_release (ranks->wire, from, WIRE_TEST_BULK, sizeof data);
  ranks_meet (ranks);
}

/*------------------------------------------------------------------------*/
// Streams to a slow receiver: what it has not released stays in the window.

enum { STREAM_BYTES = 3 << 20 };

struct reader {
  struct ranks *ranks;
  size_t *open;  // by sender: received, not released
  size_t *total; // by sender
  struct rng rng;
  int complete;
  double next_s; // when it releases again
};

static void read_stream (void *state, const struct wire_message *msg) {
  struct reader *reader = state;
  for (size_t i = 0; i < msg->bytes; i++)
    EXPECT (msg->data[i] == (uint8_t)(reader->total[msg->from] + i));
  reader->open[msg->from] += msg->bytes;
  reader->total[msg->from] += msg->bytes;
  EXPECT (reader->open[msg->from] <= wire_window (reader->ranks->wire));
  if (reader->total[msg->from] == STREAM_BYTES)
    reader->complete++;
}

// Slow enough for the senders to run into the window.
static void release_some (struct reader *reader) {
  struct wire *wire = reader->ranks->wire;
  const double now_s = wire_now_s (wire);
  if (now_s < reader->next_s)
    return;
  reader->next_s = now_s + 0.02;
  for (int from = 0; from < reader->ranks->size; from++) {
    if (!reader->open[from])
      continue;
    const size_t bytes = 1 + rng_below (&reader->rng, reader->open[from]);
    wire_release (wire, from, WIRE_TEST_BULK, bytes);
    reader->open[from] -= bytes;
  }
}

static size_t write_some (struct ranks *ranks, struct rng *rng, size_t sent) {
  static _Thread_local uint8_t data[60000];
  const size_t room = wire_room (ranks->wire, 0, WIRE_TEST_BULK);
  size_t bytes = 1 + rng_below (rng, sizeof data);
  if (bytes > STREAM_BYTES - sent)
    bytes = STREAM_BYTES - sent;
  if (bytes > room)
    return 0;
  for (size_t i = 0; i < bytes; i++)
    data[i] = sent + i;
  wire_send (ranks->wire, 0, WIRE_TEST_BULK, 0, data, bytes);
  return bytes;
}

static void test_streams (struct ranks *ranks) {
  struct reader reader = {.ranks = ranks};
  reader.open = calloc (ranks->size, sizeof *reader.open);
  reader.total = calloc (ranks->size, sizeof *reader.total);
  rng_init (&reader.rng, ranks->seed + ranks->rank);
  wire_handle (ranks->wire, WIRE_TEST_BULK, read_stream, &reader);
  ranks_meet (ranks);
  const double start = ranks_now_s (ranks);
  for (size_t sent = 0; sent < STREAM_BYTES ||
                        (!ranks->rank && reader.complete < ranks->size);) {
    if (sent < STREAM_BYTES)
      sent += write_some (ranks, &reader.rng, sent);
    ranks_poll (ranks);
    release_some (&reader);
    EXPECT (ranks_now_s (ranks) - start < RANKS_PATIENCE_S);
  }
  ranks_meet (ranks);
  free (reader.open);
  free (reader.total);
}

/*------------------------------------------------------------------------*/
// Heartbeats: the last rank falls silent for a while, and only it is
// suspected.

static void poll_for (struct ranks *ranks, double seconds) {
  const double start = ranks_now_s (ranks);
  while (ranks_now_s (ranks) - start < seconds) {
    ranks_poll (ranks);
    ranks_pause (ranks, 1e-3);
  }
}

static void test_silence (struct ranks *ranks) {
  // generous, since test machines may be overloaded
  struct wire_options options = wire_defaults;
  options.heartbeat_ms = 20;
  options.suspect_ms = 2000;
  wire_configure (ranks->wire, &options);
  for (int peer = 0; peer < ranks->size; peer++)
    if (peer != ranks->rank)
      wire_watch (ranks->wire, peer);
  ranks_meet (ranks);
  poll_for (ranks, 0.5);
  EXPECT (wire_first_suspected (ranks->wire) < 0);
  ranks_meet (ranks);
  const int last = ranks->size - 1;
  if (ranks->rank == last)
    ranks_pause (ranks, 4);
  else {
    POLL_UNTIL (ranks, wire_first_suspected (ranks->wire) == last);
    EXPECT (wire_stats (ranks->wire)->suspicions == 1);
  }
  ranks_meet (ranks);
  POLL_UNTIL (ranks, wire_first_suspected (ranks->wire) < 0);
  EXPECT (wire_was_away (ranks->wire) == (ranks->rank == last));
  wire_is_back (ranks->wire);
  ranks_meet (ranks);
  wire_watch_nobody (ranks->wire);
}

/*------------------------------------------------------------------------*/
// Generations: ranks install one after the other; what each sends right after
// is delivered to the others when they have, what it sent before and they had
// not taken never is.

enum { GENERATIONS = 5 };

struct era {
  struct ranks *ranks;
  uint32_t generation;
  unsigned received; // in this generation
};

static void check_era (void *state, const struct wire_message *msg) {
  struct era *era = state;
  uint32_t sent;
  EXPECT (msg->bytes >= sizeof sent);
  memcpy (&sent, msg->data, sizeof sent);
  EXPECT (sent == era->generation);
  era->received++;
  if (msg->kind == WIRE_TEST_BULK)
    wire_release (era->ranks->wire, msg->from, msg->kind, msg->bytes);
}

// One urgent message, and a stream that fills the window.
static void send_era (struct era *era, int to) {
  static _Thread_local uint32_t data[TRANSPORT_FRAME_BYTES];
  struct wire *wire = era->ranks->wire;
  data[0] = era->generation;
  wire_send (wire, to, WIRE_TEST, 0, data, sizeof data);
  EXPECT (wire_room (wire, to, WIRE_TEST_BULK) == wire_window (wire));
  for (size_t room; (room = wire_room (wire, to, WIRE_TEST_BULK));)
    wire_send (wire, to, WIRE_TEST_BULK, 0, data,
               room < sizeof data ? room : sizeof data);
}

static void begin_era (struct era *era, uint32_t generation) {
  era->generation = generation;
  era->received = 0;
  wire_set_generation (era->ranks->wire, generation);
  for (int to = 0; to < era->ranks->size; to++)
    send_era (era, to);
}

static unsigned messages_of_era (const struct ranks *ranks) {
  const size_t bytes = 4 * TRANSPORT_FRAME_BYTES;
  return ranks->size * (1 + (wire_window (ranks->wire) + bytes - 1) / bytes);
}

static void test_generations (struct ranks *ranks) {
  struct era era = {.ranks = ranks};
  struct rng rng;
  rng_init (&rng, ranks->seed + ranks->rank);
  wire_handle (ranks->wire, WIRE_TEST, check_era, &era);
  wire_handle (ranks->wire, WIRE_TEST_BULK, check_era, &era);
  ranks_meet (ranks);
  for (uint32_t generation = 1; generation <= GENERATIONS; generation++) {
    poll_for (ranks, 2e-3 * rng_below (&rng, 10));
    begin_era (&era, generation);
    if (generation % 2 == 0) // the others end in the middle
      continue;
    POLL_UNTIL (ranks, era.received == messages_of_era (ranks));
    ranks_meet (ranks);
  }
  EXPECT (wire_generation (ranks->wire) == GENERATIONS);
  EXPECT (!wire_stats (ranks->wire)->refused);
}

static void test_numbers (void) {
  EXPECT (wire_newer (1, 0) && !wire_newer (0, 1) && !wire_newer (5, 5));
  EXPECT (wire_newer (0, WIRE_ROUNDS - 1));
}

static void body (struct ranks *ranks) {
  test_numbers ();
  test_all_pairs (ranks);
  test_hold (ranks);
  test_urgent (ranks);
  test_streams (ranks);
  test_silence (ranks);
  test_generations (ranks);
}

int main (int argc, char **argv) {
  return ranks_main (argc, argv, body);
}
