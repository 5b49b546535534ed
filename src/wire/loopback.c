// loopback.c - ranks as threads: an inbox behind a lock for each.
//
// Idea     frames are copied into the receiver's list at once, so the frame
//          before has always left
// Expect   tests; a library call has one rank, which sends itself nothing
#include "wire/loopback.h"

#include "base/clock.h"
#include "base/memory.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

struct parcel {
  struct parcel *next;
  int from;
  size_t bytes;
  uint64_t frame[];
};

struct inbox { // of a rank
  struct loopback *loopback;
  int rank;
  pthread_mutex_t lock;        // for 'first' and 'last'
  struct parcel *first, *last; // senders append, owner takes
  struct parcel *taken;        // owner: handed out by the last 'receive'
  uint64_t *room;              // owner: the frame being written
  _Atomic bool dead;           // anybody sets, all read, relaxed
};

struct loopback {
  int size;
  struct transport_card *cards;
  struct inbox *inboxes;
};

static bool dead (const struct loopback *loopback, int rank) {
  return atomic_load_explicit (&loopback->inboxes[rank].dead,
                               memory_order_relaxed);
}

static uint64_t *get_frame (void *state, int to) {
  struct inbox *own = state;
  (void)to;
  if (!own->room)
    own->room = mem_alloc (TRANSPORT_FRAME_BYTES);
  return own->room;
}

static void append (struct inbox *inbox, struct parcel *parcel) {
  pthread_mutex_lock (&inbox->lock);
  if (inbox->last)
    inbox->last->next = parcel;
  else
    inbox->first = parcel;
  inbox->last = parcel;
  pthread_mutex_unlock (&inbox->lock);
}

static void send_frame (void *state, int to, size_t bytes) {
  struct inbox *own = state;
  assert (bytes <= TRANSPORT_FRAME_BYTES);
  if (dead (own->loopback, to) || dead (own->loopback, own->rank))
    return;
  struct parcel *parcel = mem_alloc (sizeof *parcel + bytes);
  parcel->next = NULL;
  parcel->from = own->rank;
  parcel->bytes = bytes;
  memcpy (parcel->frame, own->room, bytes);
  append (&own->loopback->inboxes[to], parcel);
}

static struct parcel *take (struct inbox *inbox) {
  pthread_mutex_lock (&inbox->lock);
  struct parcel *parcel = inbox->first;
  if (parcel)
    inbox->first = parcel->next;
  if (!inbox->first)
    inbox->last = NULL;
  pthread_mutex_unlock (&inbox->lock);
  return parcel;
}

static size_t receive (void *state, int *from, const uint64_t **frame) {
  struct inbox *own = state;
  mem_free (own->taken);
  own->taken = take (own);
  if (!own->taken)
    return 0;
  *from = own->taken->from;
  *frame = own->taken->frame;
  return own->taken->bytes;
}

static double now_s (void *state) {
  (void)state;
  return clock_wall_s ();
}

static bool gone (void *state, int rank) {
  const struct inbox *own = state;
  return dead (own->loopback, rank);
}

static void end_rank (void *state, int rank) {
  const struct inbox *own = state;
  atomic_store_explicit (&own->loopback->inboxes[rank].dead, true,
                         memory_order_relaxed);
}

static void close_rank (void *state, bool orderly) {
  (void)state, (void)orderly;
}

struct transport loopback_transport (struct loopback *loopback, int rank) {
  static const struct transport_calls calls = {
      .frame = get_frame,
      .send = send_frame,
      .receive = receive,
      .now_s = now_s,
      .gone = gone,
      .end = end_rank,
      .close = close_rank,
  };
  return (struct transport){.rank = rank,
                            .size = loopback->size,
                            .cards = loopback->cards,
                            .calls = &calls,
                            .state = &loopback->inboxes[rank]};
}

struct loopback *loopback_new (int size, const struct transport_card *cards) {
  struct loopback *loopback = mem_calloc (1, sizeof *loopback);
  loopback->size = size;
  loopback->cards = mem_calloc (size, sizeof *loopback->cards);
  if (cards)
    memcpy (loopback->cards, cards, size * sizeof *cards);
  loopback->inboxes = mem_calloc (size, sizeof *loopback->inboxes);
  for (int rank = 0; rank < size; rank++) {
    struct inbox *inbox = &loopback->inboxes[rank];
    inbox->loopback = loopback;
    inbox->rank = rank;
    pthread_mutex_init (&inbox->lock, NULL);
  }
  return loopback;
}

static void free_inbox (struct inbox *inbox) {
  while (inbox->first)
    mem_free (take (inbox));
  mem_free (inbox->taken);
  mem_free (inbox->room);
  pthread_mutex_destroy (&inbox->lock);
}

void loopback_free (struct loopback *loopback) {
  for (int rank = 0; rank < loopback->size; rank++)
    free_inbox (&loopback->inboxes[rank]);
  mem_free (loopback->inboxes);
  mem_free (loopback->cards);
  mem_free (loopback);
}
