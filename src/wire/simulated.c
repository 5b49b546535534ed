// simulated.c - a discrete event simulation of ranks and the fabric between.
//
// Idea     one heap of events by time: a rank's next step, a frame's arrival;
//          equal times go by the order of making, so a seed decides everything
// Source   discrete event simulation, [Lamport-CACM'78] for what may be
//          reordered: all but the frames of one pair
// Memory   frames as long as they are, a few hundred bytes a rank beside what
//          the rank's own code takes
#include "wire/simulated.h"

#include "base/hash.h"
#include "base/memory.h"
#include "base/rng.h"
#include "base/vec.h"

#include <assert.h>
#include <string.h>

const struct simulated_fabric simulated_fast = {.latency_s = 5e-6,
                                                .local_latency_s = 1e-6,
                                                .jitter_s = 2e-6,
                                                .bytes_per_s = 25e9 / 8,
                                                .frame_cpu_s = 1e-6,
                                                .step_cpu_s = 5e-6};

const struct simulated_fabric simulated_tcp = {.latency_s = 30e-6,
                                               .local_latency_s = 2e-6,
                                               .jitter_s = 20e-6,
                                               .bytes_per_s = 10e9 / 8,
                                               .frame_cpu_s = 5e-6,
                                               .step_cpu_s = 5e-6};

struct parcel {
  struct parcel *next; // in an inbox
  int from, to;
  size_t bytes;
  uint64_t frame[];
};

// A frame arrives, or ('parcel' null) a rank is to run.
struct event {
  double at_s;
  uint64_t number; // of making; decides between equal times
  int rank;
  struct parcel *parcel;
};

struct rank {
  struct simulated *machine;
  int number;
  simulated_step step;
  void *state;
  bool running, dead, told;
  double free_s;               // its link is busy until then
  double stalled_s;            // it does not run before
  double worked_s;             // virtual CPU time of the step that runs now
  struct parcel *first, *last; // arrived
  struct parcel *taken;        // handed out by the last 'receive'
};

struct simulated {
  int size, running;
  bool over; // frames vanish
  struct transport_card *cards;
  struct simulated_fabric fabric;
  struct rng rng;
  double now_s;
  uint64_t events; // made so far
  VEC (struct event) heap;
  struct rank *ranks;
  struct hash_map arrivals; // of pairs: bits of the last arrival's time
  struct hash_map severed;  // pairs whose sender died: nothing comes any more
  bool *side;               // of the cut
  double cut_s;             // it lasts until then
  uint64_t room[TRANSPORT_FRAME_BYTES / 8];
};

/*------------------------------------------------------------------------*/
// Events.

static bool before (const struct event *a, const struct event *b) {
  return a->at_s < b->at_s || (a->at_s == b->at_s && a->number < b->number);
}

static void swap (struct event *a, struct event *b) {
  const struct event tmp = *a;
  *a = *b;
  *b = tmp;
}

static void sift_up (struct event *events, size_t i) {
  for (; i && before (events + i, events + (i - 1) / 2); i = (i - 1) / 2)
    swap (events + i, events + (i - 1) / 2);
}

static void push_event (struct simulated *machine, double at_s, int rank,
                        struct parcel *parcel) {
  vec_push (&machine->heap,
            ((struct event){at_s, machine->events++, rank, parcel}));
  sift_up (machine->heap.data, machine->heap.size - 1);
}

static struct event pop_event (struct simulated *machine) {
  struct event *events = machine->heap.data;
  const struct event first = events[0];
  events[0] = vec_pop (&machine->heap);
  const size_t size = machine->heap.size;
  for (size_t i = 0, child; (child = 2 * i + 1) < size; i = child) {
    if (child + 1 < size && before (events + child + 1, events + child))
      child++;
    if (!before (events + child, events + i))
      break;
    swap (events + child, events + i);
  }
  return first;
}

/*------------------------------------------------------------------------*/
// Frames.

static uint64_t pair_of (const struct simulated *machine, int from, int to) {
  return (uint64_t)from * machine->size + to;
}

static double later (double a, double b) {
  return a > b ? a : b;
}

static bool severed_by_cut (const struct simulated *machine, int a, int b) {
  return machine->side && machine->side[a] != machine->side[b];
}

static double latency_s (struct simulated *machine, int from, int to) {
  const struct simulated_fabric *fabric = &machine->fabric;
  const bool local = machine->cards[from].host == machine->cards[to].host;
  return (local ? fabric->local_latency_s : fabric->latency_s) +
         fabric->jitter_s * rng_double (&machine->rng);
}

// When a frame arrives that leaves now: behind the one before of its pair, and
// not while the two are cut off from each other.
static double arrival_s (struct simulated *machine, int from, int to,
                         double leaves_s) {
  double at_s = leaves_s + latency_s (machine, from, to);
  if (severed_by_cut (machine, from, to))
    at_s = later (at_s, machine->cut_s);
  uint64_t *last =
      hash_map_insert (&machine->arrivals, pair_of (machine, from, to), NULL);
  double last_s;
  memcpy (&last_s, last, sizeof last_s);
  at_s = later (at_s, last_s);
  memcpy (last, &at_s, sizeof at_s);
  return at_s;
}

// The time inside a step: its work so far counts.
static double rank_now_s (const struct rank *rank) {
  return rank->machine->now_s + rank->worked_s;
}

// Frames to the dead never leave.
static uint64_t *get_frame (void *state, int to) {
  struct rank *rank = state;
  struct simulated *machine = rank->machine;
  const bool busy = rank->free_s > rank_now_s (rank) + 1e-3;
  if (machine->over)
    return machine->room;
  return busy || machine->ranks[to].dead ? NULL : machine->room;
}

static void send_frame (void *state, int to, size_t bytes) {
  struct rank *rank = state;
  struct simulated *machine = rank->machine;
  assert (bytes && bytes <= TRANSPORT_FRAME_BYTES);
  if (machine->over)
    return;
  struct parcel *parcel = mem_alloc (sizeof *parcel + bytes);
  *parcel = (struct parcel){.from = rank->number, .to = to, .bytes = bytes};
  memcpy (parcel->frame, machine->room, bytes);
  rank->worked_s += machine->fabric.frame_cpu_s;
  rank->free_s = later (rank->free_s, rank_now_s (rank)) +
                 (double)bytes / machine->fabric.bytes_per_s;
  push_event (machine, arrival_s (machine, rank->number, to, rank->free_s), to,
              parcel);
}

static size_t receive (void *state, int *from, const uint64_t **frame) {
  struct rank *rank = state;
  mem_free (rank->taken);
  rank->taken = rank->first;
  if (!rank->taken)
    return 0;
  rank->first = rank->taken->next;
  if (!rank->first)
    rank->last = NULL;
  rank->worked_s += rank->machine->fabric.frame_cpu_s;
  *from = rank->taken->from;
  *frame = rank->taken->frame;
  return rank->taken->bytes;
}

// A sender that died leaves a first part of what was under way.
static bool lost (struct simulated *machine, const struct parcel *parcel) {
  if (machine->ranks[parcel->to].dead)
    return true;
  if (!machine->ranks[parcel->from].dead)
    return false;
  const uint64_t pair = pair_of (machine, parcel->from, parcel->to);
  if (!hash_map_find (&machine->severed, pair) && rng_below (&machine->rng, 3))
    return false;
  hash_map_insert (&machine->severed, pair, NULL);
  return true;
}

static void arrive (struct simulated *machine, struct parcel *parcel) {
  struct rank *rank = &machine->ranks[parcel->to];
  if (lost (machine, parcel)) {
    mem_free (parcel);
    return;
  }
  if (rank->last)
    rank->last->next = parcel;
  else
    rank->first = parcel;
  rank->last = parcel;
}

/*------------------------------------------------------------------------*/
// Ranks.

static double now_s (void *state) {
  return rank_now_s (state);
}

static bool gone (void *state, int number) {
  const struct rank *own = state;
  const struct simulated *machine = own->machine;
  return machine->ranks[number].told &&
         machine->cards[number].host == machine->cards[own->number].host;
}

// Those of the host can.
static void end_rank (void *state, int number) {
  struct rank *own = state;
  struct simulated *machine = own->machine;
  if (machine->cards[number].host == machine->cards[own->number].host)
    simulated_kill (machine, number, true);
}

static void close_rank (void *state, bool orderly) {
  (void)state, (void)orderly;
}

struct transport simulated_transport (struct simulated *machine, int rank) {
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
                            .size = machine->size,
                            .cards = machine->cards,
                            .calls = &calls,
                            .state = &machine->ranks[rank]};
}

void simulated_start (struct simulated *machine, int number,
                      simulated_step step, void *state) {
  struct rank *rank = &machine->ranks[number];
  assert (!rank->running && !rank->dead);
  rank->step = step;
  rank->state = state;
  rank->running = true;
  machine->running++;
  push_event (machine, machine->now_s, number, NULL);
}

static void stop (struct rank *rank) {
  rank->machine->running -= rank->running;
  rank->running = false;
}

static void run_rank (struct simulated *machine, struct rank *rank) {
  if (!rank->running)
    return;
  if (rank->stalled_s > machine->now_s) {
    push_event (machine, rank->stalled_s, rank->number, NULL);
    return;
  }
  rank->worked_s = machine->fabric.step_cpu_s;
  const double pause_s = rank->step (rank->state);
  const double next_s = rank_now_s (rank) + later (pause_s, 0);
  rank->worked_s = 0;
  if (pause_s < 0)
    stop (rank);
  else if (rank->running)
    push_event (machine, next_s, rank->number, NULL);
}

bool simulated_run (struct simulated *machine, double until_s) {
  while (machine->running && machine->heap.size &&
         machine->heap.data[0].at_s <= until_s) {
    const struct event event = pop_event (machine);
    machine->now_s = event.at_s;
    if (event.parcel)
      arrive (machine, event.parcel);
    else
      run_rank (machine, &machine->ranks[event.rank]);
  }
  if (machine->running)
    machine->now_s = later (machine->now_s, until_s);
  return machine->running;
}

void simulated_end (struct simulated *machine) {
  machine->over = true;
}

double simulated_now_s (const struct simulated *machine) {
  return machine->now_s;
}

bool simulated_dead (const struct simulated *machine, int rank) {
  return machine->ranks[rank].dead;
}

bool simulated_ended (const struct simulated *machine, int rank) {
  return !machine->ranks[rank].running && !machine->ranks[rank].dead;
}

/*------------------------------------------------------------------------*/
// Faults.

void simulated_kill (struct simulated *machine, int number, bool told) {
  struct rank *rank = &machine->ranks[number];
  stop (rank);
  rank->dead = true;
  rank->told = told;
}

void simulated_stall (struct simulated *machine, int number, double seconds) {
  struct rank *rank = &machine->ranks[number];
  rank->stalled_s = later (rank->stalled_s, machine->now_s + seconds);
}

// Frames under way across the cut wait as well, in their order.  Their times
// only grow, so building the heap again from the front never breaks it.
static void delay_across (struct simulated *machine) {
  for (size_t i = 0; i < machine->heap.size; i++) {
    struct event *event = &machine->heap.data[i];
    const struct parcel *parcel = event->parcel;
    if (parcel && severed_by_cut (machine, parcel->from, parcel->to))
      event->at_s = later (event->at_s, machine->cut_s);
    sift_up (machine->heap.data, i);
  }
}

void simulated_cut (struct simulated *machine, const bool *side,
                    double seconds) {
  mem_free (machine->side);
  machine->side = mem_alloc (machine->size * sizeof *side);
  memcpy (machine->side, side, machine->size * sizeof *side);
  machine->cut_s = machine->now_s + seconds;
  delay_across (machine);
}

/*------------------------------------------------------------------------*/

struct simulated *simulated_new (int size, const struct transport_card *cards,
                                 const struct simulated_fabric *fabric,
                                 uint64_t seed) {
  struct simulated *machine = mem_calloc (1, sizeof *machine);
  machine->size = size;
  machine->fabric = *fabric;
  rng_init (&machine->rng, seed);
  machine->cards = mem_calloc (size, sizeof *machine->cards);
  if (cards)
    memcpy (machine->cards, cards, size * sizeof *cards);
  machine->ranks = mem_calloc (size, sizeof *machine->ranks);
  for (int rank = 0; rank < size; rank++) {
    machine->ranks[rank].machine = machine;
    machine->ranks[rank].number = rank;
  }
  return machine;
}

static void free_inbox (struct rank *rank) {
  while (rank->first) {
    struct parcel *parcel = rank->first;
    rank->first = parcel->next;
    mem_free (parcel);
  }
  mem_free (rank->taken);
}

void simulated_free (struct simulated *machine) {
  for (int rank = 0; rank < machine->size; rank++)
    free_inbox (&machine->ranks[rank]);
  for_vec (struct event, event, &machine->heap)
    mem_free (event->parcel);
  hash_map_fini (&machine->arrivals);
  hash_map_fini (&machine->severed);
  vec_fini (&machine->heap);
  mem_free (machine->side);
  mem_free (machine->ranks);
  mem_free (machine->cards);
  mem_free (machine);
}
