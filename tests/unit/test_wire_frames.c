// One wire over a transport that this test plays: frames that are wrong or of
// another generation, credit, freezing, heartbeats by a clock of its own.
#include "base/rng.h"
#include "base/vec.h"
#include "suite.h"
#include "wire/frame.h"
#include "wire/wire.h"

#include <string.h>

enum { SIZE = 1 << 20, PEER = 77777, OTHER = 5, WINDOW = 1 << 16 };

struct parcel {
  int rank; // of the other side
  size_t bytes;
  uint64_t *frame;
};

typedef VEC (struct parcel) parcels;

struct net {
  struct wire *wire;
  double now_s;
  bool busy; // no frame leaves
  int gone;  // rank, or -1
  parcels in, out;
  size_t taken; // of 'in'
  uint64_t room[TRANSPORT_FRAME_BYTES / 8];
  parcels got; // messages: kind in the first word, round, then data
};

/*------------------------------------------------------------------------*/
// The transport.

static uint64_t *get_frame (void *state, int to) {
  struct net *net = state;
  (void)to;
  return net->busy ? NULL : net->room;
}

static void push (parcels *parcels, int rank, const uint64_t *frame,
                  size_t bytes) {
  struct parcel parcel = {rank, bytes, mem_alloc (bytes + 8)};
  memcpy (parcel.frame, frame, bytes);
  vec_push (parcels, parcel);
}

static void send_frame (void *state, int to, size_t bytes) {
  struct net *net = state;
  push (&net->out, to, net->room, bytes);
}

static size_t receive (void *state, int *from, const uint64_t **frame) {
  struct net *net = state;
  if (net->taken == net->in.size)
    return 0;
  const struct parcel *parcel = &net->in.data[net->taken++];
  *from = parcel->rank;
  *frame = parcel->frame;
  return parcel->bytes;
}

static double now_s (void *state) {
  return ((struct net *)state)->now_s;
}

static bool gone (void *state, int rank) {
  return ((struct net *)state)->gone == rank;
}

static void end_rank (void *state, int rank) {
  ((struct net *)state)->gone = rank;
}

static void close_rank (void *state, bool orderly) {
  (void)state, (void)orderly;
}

static const struct transport_calls calls = {.frame = get_frame,
                                             .send = send_frame,
                                             .receive = receive,
                                             .now_s = now_s,
                                             .gone = gone,
                                             .end = end_rank,
                                             .close = close_rank};

static void take (void *state, const struct wire_message *msg) {
  struct net *net = state;
  uint64_t *frame = mem_alloc (16 + msg->bytes + 8);
  frame[0] = msg->kind;
  frame[1] = msg->round;
  memcpy (frame + 2, msg->data, msg->bytes);
  vec_push (&net->got, ((struct parcel){msg->from, msg->bytes, frame}));
}

static struct net *net_new (void) {
  static const struct wire_options options = {
      .heartbeat_ms = 100, .suspect_ms = 1000, .window_bytes = WINDOW};
  struct net *net = mem_calloc (1, sizeof *net);
  const struct transport transport = {
      .rank = 0, .size = SIZE, .calls = &calls, .state = net};
  net->gone = -1;
  net->wire = wire_new (&transport, &options);
  wire_set_generation (net->wire, 1);
  wire_handle (net->wire, WIRE_TEST, take, net);
  wire_handle (net->wire, WIRE_TEST_BULK, take, net);
  wire_handle (net->wire, WIRE_TEST_VIEW, take, net);
  return net;
}

static void free_parcels (parcels *parcels) {
  for_vec (struct parcel, parcel, parcels)
    mem_free (parcel->frame);
  vec_fini (parcels);
}

static void net_free (struct net *net) {
  wire_free (net->wire, true);
  free_parcels (&net->in);
  free_parcels (&net->out);
  free_parcels (&net->got);
  mem_free (net);
}

/*------------------------------------------------------------------------*/
// Frames.

static size_t make (uint64_t *frame, uint16_t generation, unsigned kind,
                    unsigned round, bool more, const char *text) {
  const struct frame_head head = {.length = strlen (text),
                                  .more = more,
                                  .kind = kind,
                                  .round = round,
                                  .generation = generation};
  memcpy (frame + FRAME_HEAD_WORDS, text, strlen (text));
  return frame_seal (frame, &head);
}

static void inject (struct net *net, uint16_t generation, unsigned kind,
                    unsigned round, const char *text) {
  uint64_t frame[16];
  push (&net->in, PEER, frame, make (frame, generation, kind, round, 0, text));
}

static void inject_part (struct net *net, uint16_t generation, unsigned kind,
                         const char *text) {
  uint64_t frame[16];
  push (&net->in, PEER, frame, make (frame, generation, kind, 0, true, text));
}

static void inject_credit (struct net *net, uint16_t generation, unsigned kind,
                           uint64_t consumed) {
  uint64_t frame[3] = {0, 0, consumed};
  const struct frame_head head = {.length = 8,
                                  .kind = WIRE_CREDIT,
                                  .round = kind,
                                  .generation = generation};
  push (&net->in, PEER, frame, frame_seal (frame, &head));
}

static bool got (const struct net *net, size_t i, const char *text) {
  return i < net->got.size && net->got.data[i].bytes == strlen (text) &&
         !memcmp (net->got.data[i].frame + 2, text, strlen (text));
}

static uint64_t refused (const struct net *net) {
  return wire_stats (net->wire)->refused;
}

static void poll_all (struct net *net) {
  while (wire_poll (net->wire))
    ;
}

/*------------------------------------------------------------------------*/

START_TEST (wrong_frames) {
  struct net *net = net_new ();
  uint64_t frame[16] = {0};
  const size_t bytes = make (frame, 1, WIRE_TEST, 9, false, "hello");
  push (&net->in, PEER, frame, 0 + 8);     // no head
  push (&net->in, PEER, frame, bytes - 1); // cut off
  push (&net->in, PEER, frame, bytes + 1); // too long
  for (size_t bit = 0; bit < 8 * bytes; bit++) {
    push (&net->in, PEER, frame, bytes);
    vec_top (&net->in).frame[bit / 64] ^= 1ull << bit % 64;
  }
  const size_t wrong = net->in.size;
  inject (net, 1, 0, 0, "no such kind");
  inject (net, 1, WIRE_KINDS, 0, "out of range");
  inject (net, 1, 255, 0, "out of range");
  inject (net, 1, WIRE_TEST, 9, "hello");
  poll_all (net);
  ck_assert_uint_eq (refused (net), wrong + 3);
  ck_assert_uint_eq (net->got.size, 1);
  ck_assert (got (net, 0, "hello"));
  ck_assert_uint_eq (net->got.data[0].frame[1], 9);
  net_free (net);
}
END_TEST

START_TEST (wrong_credit) {
  static const char data[WINDOW];
  struct net *net = net_new ();
  wire_send (net->wire, PEER, WIRE_TEST_BULK, 0, data, 1000);
  inject_credit (net, 1, WIRE_TEST_BULK, 1001); // more than was sent
  inject_credit (net, 1, WIRE_KINDS, 0);
  inject_credit (net, 1, 0xffffff, 0);
  inject (net, 1, WIRE_CREDIT, WIRE_TEST_BULK, "short");
  poll_all (net);
  ck_assert_uint_eq (refused (net), 4);
  ck_assert_uint_eq (wire_room (net->wire, PEER, WIRE_TEST_BULK),
                     WINDOW - 1000);
  inject_credit (net, 1, WIRE_TEST_BULK, 600);
  inject_credit (net, 1, WIRE_TEST_BULK, 500); // less than before
  poll_all (net);
  ck_assert_uint_eq (refused (net), 5);
  ck_assert_uint_eq (wire_room (net->wire, PEER, WIRE_TEST_BULK), WINDOW - 400);
  net_free (net);
}
END_TEST

START_TEST (other_generations) {
  struct net *net = net_new ();
  inject (net, 3, WIRE_TEST, 0, "third");
  inject (net, 2, WIRE_TEST, 0, "second a");
  inject (net, 0, WIRE_TEST, 0, "old");
  inject (net, 1, WIRE_TEST, 0, "first");
  inject (net, 2, WIRE_TEST, 0, "second b");
  poll_all (net);
  ck_assert (net->got.size == 1 && got (net, 0, "first"));
  ck_assert_uint_eq (wire_stats (net->wire)->stale, 1);
  wire_set_generation (net->wire, 2);
  ck_assert_uint_eq (net->got.size, 1); // not before the next poll
  poll_all (net);
  ck_assert (net->got.size == 3 && got (net, 1, "second a"));
  ck_assert (got (net, 2, "second b"));
  wire_set_generation (net->wire, 3);
  poll_all (net);
  ck_assert (net->got.size == 4 && got (net, 3, "third"));
  inject (net, 2, WIRE_TEST, 0, "late");
  poll_all (net);
  ck_assert_uint_eq (net->got.size, 4);
  ck_assert_uint_eq (wire_stats (net->wire)->stale, 2);
  ck_assert_uint_eq (refused (net), 0);
  net_free (net);
}
END_TEST

// Those that were passed over while they waited are dropped.
START_TEST (skipped_generation) {
  struct net *net = net_new ();
  inject (net, 2, WIRE_TEST, 0, "second");
  inject (net, 3, WIRE_TEST, 0, "third");
  poll_all (net);
  wire_set_generation (net->wire, 3);
  poll_all (net);
  ck_assert (net->got.size == 1 && got (net, 0, "third"));
  inject (net, 4, WIRE_TEST, 0, "freed with the wire");
  poll_all (net);
  net_free (net);
}
END_TEST

static void renew (void *state, const struct wire_message *msg) {
  struct net *net = state;
  (void)msg;
  wire_set_generation (net->wire, 2);
}

// A generation begins between two frames: the ones that waited go first.
START_TEST (waiting_first) {
  struct net *net = net_new ();
  wire_handle (net->wire, WIRE_TEST_VIEW, renew, net);
  inject_part (net, 2, WIRE_TEST, "first ");
  inject (net, 2, WIRE_TEST_BULK, 0, "before");
  poll_all (net);
  inject (net, 1, WIRE_TEST_VIEW, 0, "");
  inject (net, 2, WIRE_TEST, 0, "second");
  inject (net, 2, WIRE_TEST_BULK, 0, "after");
  poll_all (net);
  ck_assert_uint_eq (net->got.size, 3);
  ck_assert (got (net, 0, "before") && got (net, 1, "first second"));
  ck_assert (got (net, 2, "after"));
  net_free (net);
}
END_TEST

// Numbers of generations wrap around in frames.
START_TEST (wrapped_generation) {
  struct net *net = net_new ();
  for (uint32_t generation = 30000; generation <= 120000; generation += 30000)
    wire_set_generation (net->wire, generation);
  inject (net, 120000 & 0xffff, WIRE_TEST, 0, "now");
  inject (net, 119999 & 0xffff, WIRE_TEST, 0, "before");
  inject (net, 140000 & 0xffff, WIRE_TEST, 0, "later");
  poll_all (net);
  ck_assert (net->got.size == 1 && got (net, 0, "now"));
  wire_set_generation (net->wire, 140000);
  poll_all (net);
  ck_assert (net->got.size == 2 && got (net, 1, "later"));
  net_free (net);
}
END_TEST

// Half a message of one generation never becomes a whole one of the next;
// VIEW messages know no generation.
START_TEST (half_messages) {
  struct net *net = net_new ();
  inject_part (net, 1, WIRE_TEST, "half");
  inject_part (net, 1, WIRE_TEST_BULK, "half");
  inject_part (net, 1, WIRE_TEST_VIEW, "view ");
  poll_all (net);
  wire_set_generation (net->wire, 2);
  inject (net, 1, WIRE_TEST, 0, "the other half");
  inject (net, 2, WIRE_TEST, 0, "urgent");
  inject (net, 2, WIRE_TEST_BULK, 0, "bulk");
  inject (net, 1, WIRE_TEST_VIEW, 0, "whole");
  inject (net, 7, WIRE_TEST_VIEW, 0, "of any time");
  poll_all (net);
  ck_assert_uint_eq (net->got.size, 4);
  ck_assert (got (net, 0, "urgent") && got (net, 1, "bulk"));
  ck_assert (got (net, 2, "view whole") && got (net, 3, "of any time"));
  net_free (net);
}
END_TEST

// Queued messages end with their generation, in the middle if need be; but
// VIEW ones are sent.
START_TEST (queued_messages) {
  static const char data[3 * FRAME_PAYLOAD_BYTES];
  struct net *net = net_new ();
  struct frame_head head;
  net->busy = true;
  wire_send (net->wire, PEER, WIRE_TEST, 0, data, sizeof data);
  wire_send (net->wire, PEER, WIRE_TEST_VIEW, 0, data, sizeof data);
  wire_poll (net->wire);
  ck_assert_uint_eq (net->out.size, 0);
  wire_set_generation (net->wire, 2);
  wire_send (net->wire, PEER, WIRE_TEST, 5, "new", 3);
  net->busy = false;
  poll_all (net);
  ck_assert_uint_eq (net->out.size, 4);
  for (size_t i = 0; i < 4; i++) {
    const struct parcel *parcel = &net->out.data[i];
    ck_assert (frame_open (parcel->frame, parcel->bytes, &head));
    ck_assert_int_eq (head.kind, i < 3 ? WIRE_TEST_VIEW : WIRE_TEST);
    ck_assert_int_eq (head.more, i < 2);
    ck_assert_uint_eq (head.generation, 2);
  }
  ck_assert_uint_eq (head.length, 3);
  ck_assert_uint_eq (head.round, 5);
  net_free (net);
}
END_TEST

// Credit begins again with each generation, on both sides.
START_TEST (credit_again) {
  static const char data[WINDOW];
  struct net *net = net_new ();
  struct wire *wire = net->wire;
  wire_send (wire, PEER, WIRE_TEST_BULK, 0, data, WINDOW);
  ck_assert_uint_eq (wire_room (wire, PEER, WIRE_TEST_BULK), 0);
  inject (net, 1, WIRE_TEST_BULK, 0, "consumed later");
  poll_all (net);
  wire_set_generation (wire, 2);
  ck_assert_uint_eq (wire_room (wire, PEER, WIRE_TEST_BULK), WINDOW);
  inject_credit (net, 1, WIRE_TEST_BULK, WINDOW); // of the one before
  poll_all (net);
  wire_send (wire, PEER, WIRE_TEST_BULK, 0, data, 100);
  ck_assert_uint_eq (wire_room (wire, PEER, WIRE_TEST_BULK), WINDOW - 100);
  ck_assert_uint_eq (refused (net), 0);
  net_free (net);
}
END_TEST

START_TEST (frozen) {
  struct net *net = net_new ();
  wire_freeze (net->wire);
  inject (net, 1, WIRE_TEST, 0, "too late");
  inject (net, 2, WIRE_TEST, 0, "too early");
  inject (net, 1, WIRE_TEST_VIEW, 0, "view");
  poll_all (net);
  ck_assert (net->got.size == 1 && got (net, 0, "view"));
  wire_set_generation (net->wire, 2);
  poll_all (net);
  ck_assert (net->got.size == 2 && got (net, 1, "too early"));
  net_free (net);
}
END_TEST

// Messages that wait for their handler end with their generation as well.
START_TEST (held) {
  struct net *net = net_new ();
  wire_handle (net->wire, WIRE_TEST, NULL, NULL);
  wire_hold (net->wire, WIRE_TEST);
  inject (net, 1, WIRE_TEST, 0, "first");
  poll_all (net);
  wire_set_generation (net->wire, 2);
  inject (net, 2, WIRE_TEST, 0, "second");
  poll_all (net);
  ck_assert_uint_eq (net->got.size, 0);
  wire_handle (net->wire, WIRE_TEST, take, net);
  poll_all (net);
  ck_assert (net->got.size == 1 && got (net, 0, "second"));
  net_free (net);
}
END_TEST

/*------------------------------------------------------------------------*/
// Heartbeats.

static void pass (struct net *net, unsigned ms) {
  for (; ms; ms--) {
    net->now_s += 1e-3;
    wire_poll (net->wire);
  }
}

START_TEST (silence) {
  struct net *net = net_new ();
  wire_watch (net->wire, PEER);
  wire_watch (net->wire, OTHER);
  for (unsigned i = 0; i < 10; i++) {
    inject (net, 1, WIRE_HEARTBEAT, 0, "");
    pass (net, 95);
  }
  ck_assert_int_eq (wire_first_suspected (net->wire), -1);
  pass (net, 90); // PEER was heard of, OTHER never
  ck_assert_int_eq (wire_first_suspected (net->wire), OTHER);
  ck_assert_uint_eq (wire_stats (net->wire)->suspicions, 1);
  ck_assert_uint_ge (net->out.size, 16); // a sign of life each 100 to 125 ms
  ck_assert_uint_le (net->out.size, 20);
  wire_watch_nobody (net->wire);
  ck_assert_int_eq (wire_first_suspected (net->wire), -1);
  net_free (net);
}
END_TEST

START_TEST (certain_death) {
  struct net *net = net_new ();
  wire_watch (net->wire, PEER);
  pass (net, 50);
  wire_end_rank (net->wire, PEER);
  ck_assert (wire_gone (net->wire, PEER) && !wire_gone (net->wire, OTHER));
  pass (net, 50);
  ck_assert_int_eq (wire_first_suspected (net->wire), PEER);
  net_free (net);
}
END_TEST

// Who was away himself does not suspect the others.
START_TEST (away) {
  struct net *net = net_new ();
  wire_watch (net->wire, PEER);
  pass (net, 50);
  net->now_s += 3;
  pass (net, 50);
  ck_assert_int_eq (wire_first_suspected (net->wire), -1);
  ck_assert (wire_was_away (net->wire));
  wire_is_back (net->wire);
  ck_assert (!wire_was_away (net->wire));
  pass (net, 1100);
  ck_assert_int_eq (wire_first_suspected (net->wire), PEER);
  net_free (net);
}
END_TEST

/*------------------------------------------------------------------------*/
// Random frames of all kinds and generations, some of them broken.

START_TEST (random_frames) {
  struct net *net = net_new ();
  struct rng rng;
  uint64_t frame[16];
  rng_init (&rng, suite_seed ());
  for (unsigned i = 0; i < 100000; i++) {
    char text[100] = {0};
    memset (text, 'x', rng_below (&rng, 100));
    size_t bytes = make (
        frame, rng_below (&rng, 4) + wire_generation (net->wire) - 2,
        rng_below (&rng, 80), rng_below (&rng, 80), rng_bool (&rng), text);
    if (!rng_below (&rng, 10))
      frame[rng_below (&rng, 3)] ^= 1ull << rng_below (&rng, 64);
    if (!rng_below (&rng, 10))
      bytes = rng_below (&rng, sizeof frame);
    push (&net->in, rng_below (&rng, 8), frame, bytes + !bytes);
    if (!rng_below (&rng, 100))
      wire_set_generation (net->wire, wire_generation (net->wire) + 1);
    if (!rng_below (&rng, 1000))
      wire_freeze (net->wire);
    wire_poll (net->wire);
  }
  ck_assert_uint_gt (refused (net), 1000);
  ck_assert_uint_gt (net->got.size, 500);
  net_free (net);
}
END_TEST

int main (void) {
  Suite *suite = suite_create ("frames");
  TCase *tests = tcase_create ("frames");
  tcase_add_test (tests, wrong_frames);
  tcase_add_test (tests, wrong_credit);
  tcase_add_test (tests, other_generations);
  tcase_add_test (tests, skipped_generation);
  tcase_add_test (tests, waiting_first);
  tcase_add_test (tests, wrapped_generation);
  tcase_add_test (tests, half_messages);
  tcase_add_test (tests, queued_messages);
  tcase_add_test (tests, credit_again);
  tcase_add_test (tests, frozen);
  tcase_add_test (tests, held);
  tcase_add_test (tests, silence);
  tcase_add_test (tests, certain_death);
  tcase_add_test (tests, away);
  tcase_add_test (tests, random_frames);
  suite_add_tcase (suite, tests);
  return suite_run (suite);
}
