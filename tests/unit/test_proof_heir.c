// Partial proofs of processes that were killed, stopped, or ended, taken over
// by another one: every line that was added is there, and nothing else.
#define _GNU_SOURCE
#include "suite.h"

#include "proof/block.h"
#include "proof/heir.h"
#include "proof/kept.h"

#include "base/rng.h"
#include "base/varint.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static uint64_t seed;

enum {
  LANE = 3,
  STRIDE = 5,
  ORIGINALS = 10,
  LINES = 200, // of most runs
  MAX_LINES = 1000,
  MAX_LITS = 18000, // 5 bytes each: longer than a block
  MAX_HINTS = 9000,
};

/*------------------------------------------------------------------------*/
// Line number i of a run.

struct run {
  uint64_t seed;
  bool planned; // few short lines and one that is, by its bound, long
};

enum { PLANNED = 8, LONG = 4 };

struct line {
  bool definition;
  unsigned n, num_hints;
  int lits[MAX_LITS];
  uint64_t hints[MAX_HINTS];
};

static unsigned random_size (struct rng *rng, unsigned most) {
  const unsigned kind = rng_below (rng, 100);
  return rng_below (rng, !kind ? most : kind < 6 ? most / 20 : 25);
}

static uint64_t seed_of (const struct run *run, unsigned i) {
  return rng_mix (run->seed ^ rng_mix (i));
}

static uint64_t next_id (const struct run *run, unsigned i, uint64_t previous) {
  struct proof_clock clock = {previous, LANE, STRIDE};
  const uint64_t line_seed = seed_of (run, i);
  if (!run->planned && !(line_seed & 7))
    proof_see_id (&clock, previous + (line_seed >> 40));
  return proof_next_id (&clock);
}

static void make_line (struct line *line, const struct run *run, unsigned i,
                       uint64_t id) {
  struct rng rng;
  rng_init (&rng, seed_of (run, i));
  line->n = run->planned ? 10 * (i % LONG) : random_size (&rng, MAX_LITS);
  line->num_hints = !run->planned ? random_size (&rng, MAX_HINTS)
                    : i == LONG   ? 6600
                                  : i;
  line->definition = line->n && !rng_below (&rng, 9);
  for (unsigned k = 0; k < line->n; k++)
    line->lits[k] =
        run->planned || rng_bool (&rng) ? -1 - (int)k : INT32_MAX - (int)k;
  for (unsigned k = 0; k < line->num_hints; k++)
    line->hints[k] = 1 + rng_next64 (&rng) % (id - 1);
}

static void check_line (const struct partial_line *got,
                        const struct line *line) {
  const uint8_t *p = got->body;
  uint64_t number;
  ck_assert_int_eq (partial_defines (got), line->definition);
  p += line->definition;
  for (unsigned k = 0; k < line->n; k++) {
    p = varint_get (p, &number);
    ck_assert_uint_eq (number, varint_from_lit (line->lits[k]));
  }
  ck_assert_uint_eq (*p++, 0);
  for (unsigned k = 0; k < line->num_hints; k++) {
    p = varint_get (p, &number);
    ck_assert_uint_eq (got->id - number, line->hints[k]);
  }
  ck_assert_uint_eq (*p++, 0);
  ck_assert_ptr_eq (p, got->body + got->bytes);
}

// The proof has the first lines of that run and no other.
static void check_once (struct partial *partial, const struct run *run) {
  static struct line line;
  static uint64_t ids[MAX_LINES + 1];
  struct partial_line got;
  const uint64_t n = partial_lines (partial);
  ck_assert_uint_eq (partial_lane (partial), LANE);
  ck_assert_uint_le (n, MAX_LINES);
  ids[0] = ORIGINALS;
  for (unsigned i = 0; i < n; i++)
    ids[i + 1] = next_id (run, i, ids[i]);
  for (unsigned i = n; i--;) {
    ck_assert (partial_previous (partial, &got));
    ck_assert_uint_eq (got.id, ids[i + 1]);
    make_line (&line, run, i, got.id);
    check_line (&got, &line);
  }
  ck_assert (!partial_previous (partial, &got));
}

// So it has for who starts again, in the middle or at the start of the file.
static void check_lines (struct partial *partial, const struct run *run) {
  struct partial_line line;
  for (unsigned i = 0; i < 5 && partial_previous (partial, &line); i++)
    ;
  for (unsigned i = 0; i < 2; i++) {
    partial_finish (partial);
    check_once (partial, run);
  }
}

/*------------------------------------------------------------------------*/
// The owner of a proof: in a process of its own, mostly.

// What the two processes see.
struct common {
  _Atomic bool ready; // the address is there
  struct partial_address address;
  _Atomic unsigned lines; // that were added
  _Atomic unsigned limit; // lines before it waits
};

static void nap (void) {
  nanosleep (&(struct timespec){0, 20000}, NULL);
}

static struct common *common_new (void) {
  void *common = mmap (NULL, sizeof (struct common), PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ck_assert (common != MAP_FAILED);
  return common;
}

static void common_free (struct common *common) {
  munmap (common, sizeof *common);
}

struct owner {
  struct common *common;
  struct partial *partial;
  struct run run;
  uint64_t id;
  struct line line;
};

static void owner_begin (struct owner *owner, struct common *common,
                         const char *dir, const struct run *run) {
  memset (owner, 0, sizeof *owner);
  owner->common = common;
  owner->run = *run;
  owner->id = ORIGINALS;
  owner->partial = partial_new (dir, LANE, STRIDE, ORIGINALS);
  if (!partial_address (owner->partial, &common->address))
    abort ();
  atomic_store (&common->ready, true);
}

static void owner_make (struct owner *owner) {
  const unsigned i = atomic_load (&owner->common->lines);
  owner->id = next_id (&owner->run, i, owner->id);
  make_line (&owner->line, &owner->run, i, owner->id);
}

static void owner_add (struct owner *owner) {
  const struct line *line = &owner->line;
  const struct proof_sink sink = partial_sink (owner->partial);
  (line->definition ? sink.define : sink.add) (
      sink.state, owner->id, line->lits, line->n, line->hints, line->num_hints);
  atomic_fetch_add (&owner->common->lines, 1);
}

static void owner_log (struct owner *owner) {
  owner_make (owner);
  owner_add (owner);
}

// Until it is killed.
static void log_on (struct owner *owner) {
  struct common *common = owner->common;
  for (;;)
    if (atomic_load (&common->lines) < atomic_load (&common->limit))
      owner_log (owner);
    else
      nap ();
}

//   act        what the process does with its proof before it ends
static pid_t fork_owner (struct common *common, const char *dir,
                         const struct run *run, void (*act) (struct owner *)) {
  static struct owner owner;
  memset (common, 0, sizeof *common);
  const pid_t pid = fork ();
  ck_assert_int_ge (pid, 0);
  if (!pid) {
    owner_begin (&owner, common, dir, run);
    act (&owner);
    _exit (0);
  }
  while (!atomic_load (&common->ready))
    nap ();
  return pid;
}

static void await_lines (const struct common *common, unsigned lines) {
  while (atomic_load (&common->lines) < lines)
    nap ();
}

// Few lines are as likely as many; then any moment of the next ones.
static void await_moment (struct rng *rng, struct common *common) {
  const unsigned lines = rng_below (rng, 4 << rng_below (rng, 7));
  atomic_store (&common->limit, 3 * lines + 30);
  await_lines (common, lines);
  for (volatile unsigned i = rng_below (rng, 20000); i; i--)
    ;
}

static void kill_owner (pid_t pid) {
  kill (pid, SIGKILL);
  ck_assert_int_eq (waitpid (pid, NULL, 0), pid);
}

// One line more than announced may be there.
static struct partial *adopt (struct heir *heir, const struct common *common) {
  char error[PARTIAL_ERROR_BYTES] = "";
  struct partial *partial = heir_adopt (heir, LANE, error);
  ck_assert_msg (partial != NULL, "not adopted: %s", error);
  const unsigned lines = atomic_load (&common->lines);
  ck_assert_uint_ge (partial_lines (partial), lines);
  ck_assert_uint_le (partial_lines (partial), lines + 1);
  return partial;
}

// On disk and in the kernel's memory file system, which may not be there.
static const char *folder (unsigned i) {
  static const char *const folders[] = {"/tmp", "/dev/shm"};
  return folders[i % 2 && !access (folders[1], W_OK)];
}

/*------------------------------------------------------------------------*/
// Death at random.

START_TEST (killed) {
  enum { KILLS = 600 };
  unsigned busy = 0, flushed = 0, unannounced = 0;
  struct rng rng;
  struct heir *heir = heir_new ();
  struct common *common = common_new ();
  rng_init (&rng, seed);
  for (unsigned i = 0; i < KILLS; i++) {
    const struct run run = {seed + i, false};
    const pid_t pid = fork_owner (common, folder (i), &run, log_on);
    ck_assert (heir_hold (heir, &common->address));
    await_moment (&rng, common);
    kill_owner (pid);
    struct partial *partial = adopt (heir, common);
    busy += common->lines < common->limit;
    flushed += partial_bytes (partial) > BLOCK_BYTES;
    unannounced += partial_lines (partial) > common->lines;
    check_lines (partial, &run);
    partial_free (partial);
  }
  printf ("%d kills, %u at work: %u with blocks in the file, %u with a line "
          "that was not announced\n",
          KILLS, busy, flushed, unannounced);
  ck_assert_uint_gt (flushed, KILLS / 20);
  ck_assert_uint_lt (flushed, KILLS);
  heir_free (heir);
  common_free (common);
}
END_TEST

// One that was only asleep does not disturb its heir when it goes on.
START_TEST (asleep) {
  struct rng rng;
  struct heir *heir = heir_new ();
  struct common *common = common_new ();
  rng_init (&rng, seed);
  for (unsigned i = 0; i < 40; i++) {
    const struct run run = {seed + i, false};
    const pid_t pid = fork_owner (common, folder (i), &run, log_on);
    ck_assert (heir_hold (heir, &common->address));
    await_moment (&rng, common);
    kill (pid, SIGSTOP);
    ck_assert_int_eq (waitpid (pid, NULL, WUNTRACED), pid);
    struct partial *partial = adopt (heir, common);
    atomic_fetch_add (&common->limit, 200);
    kill (pid, SIGCONT);
    await_lines (common, partial_lines (partial) + 100);
    check_lines (partial, &run);
    partial_free (partial);
    kill_owner (pid);
  }
  heir_free (heir);
  common_free (common);
}
END_TEST

// One that others took for dead may be at work.  Blocks of another time would
// hardly be lines.
START_TEST (alive) {
  char error[PARTIAL_ERROR_BYTES];
  unsigned adopted = 0, refused = 0;
  struct heir *heir = heir_new ();
  struct common *common = common_new ();
  for (unsigned i = 0; i < 40; i++) {
    const struct run run = {seed + i, false};
    const pid_t pid = fork_owner (common, folder (i), &run, log_on);
    atomic_store (&common->limit, LINES);
    while (common->lines < common->limit) {
      const unsigned before = common->lines;
      ck_assert (heir_hold (heir, &common->address));
      struct partial *partial = heir_adopt (heir, LANE, error);
      ck_assert (partial || strstr (error, "goes on writing"));
      ck_assert (!partial || (before <= partial_lines (partial) &&
                              partial_lines (partial) <= common->lines + 1));
      partial_free (partial);
      adopted += partial != NULL;
      refused += !partial;
    }
    kill_owner (pid);
  }
  printf ("%u adopted at work, %u refused\n", adopted, refused);
  heir_free (heir);
  common_free (common);
}
END_TEST

/*------------------------------------------------------------------------*/
// Death at each instruction: the owner is traced, and whenever an
// instruction has changed what an heir would see its proof is taken over.

enum { VIEW_BYTES = 1 << 18, STEPS = 30000 };

// All that an heir reads: not what lies behind 'used'.
struct view {
  uint64_t main_bytes, used;
  uint8_t state[TAIL_STATE_BYTES], lines[VIEW_BYTES];
};

static bool same_view (const struct view *view, uint64_t main_bytes,
                       const struct tail_state *state) {
  const uint8_t *lines = (const uint8_t *)(state + 1) + BLOCK_HEAD_BYTES;
  return view->main_bytes == main_bytes &&
         !memcmp (view->state, state, sizeof *state) &&
         !memcmp (view->lines, lines, view->used);
}

static void take_view (struct view *view, uint64_t main_bytes,
                       const struct tail_state *state) {
  const uint8_t *lines = (const uint8_t *)(state + 1) + BLOCK_HEAD_BYTES;
  view->main_bytes = main_bytes;
  view->used = state->used;
  ck_assert_uint_le (view->used, VIEW_BYTES);
  memcpy (view->state, state, sizeof *state);
  memcpy (view->lines, lines, view->used);
}

// Signals to itself surround what is traced.
static void be_traced (struct owner *owner) {
  if (ptrace (PTRACE_TRACEME, 0, NULL, NULL))
    _exit (1);
  for (unsigned i = 0; i < PLANNED; i++) {
    owner_make (owner);
    raise (SIGUSR1);
    owner_add (owner);
    raise (SIGUSR2);
  }
  raise (SIGUSR1);
  partial_finish (owner->partial);
}

struct tracer {
  struct common *common;
  struct run run;
  struct heir *heir;
  int main_fd;
  const struct tail_state *state;
  struct view view;
  unsigned steps, views, flushes;
};

static int open_of (pid_t pid, const struct partial_file *file) {
  char path[64];
  snprintf (path, sizeof path, "/proc/%d/fd/%d", (int)pid, (int)file->fd);
  return open (path, O_RDONLY);
}

static void tracer_open (struct tracer *tracer, pid_t pid) {
  const struct partial_address *address = &tracer->common->address;
  const int fd = open_of (pid, &address->tail);
  tracer->main_fd = open_of (pid, &address->main);
  tracer->state = mmap (NULL, VIEW_BYTES, PROT_READ, MAP_SHARED, fd, 0);
  ck_assert (tracer->main_fd >= 0 && tracer->state != MAP_FAILED);
  close (fd);
}

static void after_step (struct tracer *tracer) {
  struct stat status;
  ck_assert_int_eq (fstat (tracer->main_fd, &status), 0);
  tracer->steps++;
  if (same_view (&tracer->view, status.st_size, tracer->state))
    return;
  if (tracer->views)
    tracer->flushes += tracer->view.main_bytes < (uint64_t)status.st_size;
  take_view (&tracer->view, status.st_size, tracer->state);
  tracer->views++;
  ck_assert (heir_hold (tracer->heir, &tracer->common->address));
  struct partial *partial = adopt (tracer->heir, tracer->common);
  check_lines (partial, &tracer->run);
  partial_free (partial);
}

// Instruction by instruction; what takes too many of them goes on from system
// call to system call.
//
//   returns    the status with which it ended
static int trace (struct tracer *tracer, pid_t pid) {
  int status, budget = 0;
  bool traced = false;
  for (;;) {
    ck_assert_int_eq (waitpid (pid, &status, 0), pid);
    if (!WIFSTOPPED (status))
      return status;
    if (WSTOPSIG (status) != SIGTRAP) {
      traced = WSTOPSIG (status) == SIGUSR1;
      budget = STEPS;
    }
    if (traced)
      after_step (tracer);
    ptrace (!traced        ? PTRACE_CONT
            : budget-- > 0 ? PTRACE_SINGLESTEP
                           : PTRACE_SYSCALL,
            pid, NULL, NULL);
  }
}

START_TEST (each_instruction) {
  static struct tracer tracer;
  tracer.run = (struct run){seed, true};
  tracer.common = common_new ();
  tracer.heir = heir_new ();
  const pid_t pid =
      fork_owner (tracer.common, folder (0), &tracer.run, be_traced);
  tracer_open (&tracer, pid);
  const int status = trace (&tracer, pid);
  printf ("%u steps, %u states\n", tracer.steps, tracer.views);
  if (WIFEXITED (status) && WEXITSTATUS (status) == 1)
    printf ("skipped: no process may be traced here\n");
  else
    ck_assert_int_eq (status, 0);
  ck_assert_uint_eq (tracer.flushes, 2);
  munmap ((void *)tracer.state, VIEW_BYTES);
  close (tracer.main_fd);
  heir_free (tracer.heir);
  common_free (tracer.common);
}
END_TEST

/*------------------------------------------------------------------------*/
// No death: an owner that has finished, and one that has ended.

static void end_well (struct owner *owner) {
  for (unsigned i = 0; i < LINES; i++)
    owner_log (owner);
  partial_finish (owner->partial);
  while (!atomic_load (&owner->common->limit))
    nap ();
  partial_free (owner->partial);
}

START_TEST (ended) {
  const struct run run = {seed, false};
  struct heir *heir = heir_new ();
  struct common *common = common_new ();
  for (unsigned late = 0; late < 2; late++) {
    const pid_t pid = fork_owner (common, folder (late), &run, end_well);
    if (late)
      await_lines (common, LINES);
    ck_assert (heir_hold (heir, &common->address));
    atomic_store (&common->limit, 1);
    ck_assert_int_eq (waitpid (pid, NULL, 0), pid);
    struct partial *partial = adopt (heir, common);
    ck_assert_uint_eq (partial_lines (partial), LINES);
    check_lines (partial, &run);
    partial_free (partial);
    ck_assert (!heir_hold (heir, &common->address));
  }
  heir_free (heir);
  common_free (common);
}
END_TEST

/*------------------------------------------------------------------------*/
// Files that are not what they should be.

struct copy {
  uint8_t *data;
  size_t bytes;
};

static struct copy copy_of (const struct partial_file *file) {
  struct stat status;
  ck_assert_int_eq (fstat (file->fd, &status), 0);
  struct copy copy = {malloc (status.st_size), status.st_size};
  ck_assert_int_eq (pread (file->fd, copy.data, copy.bytes, 0), copy.bytes);
  return copy;
}

static int file_with (const void *data, size_t bytes) {
  const int fd = memfd_create ("test", 0);
  ck_assert_int_ge (fd, 0);
  ck_assert_int_eq (write (fd, data, bytes), bytes);
  return fd;
}

static struct partial *adopt_copies (struct copy main, struct copy tail,
                                     char *error) {
  return partial_adopt (file_with (main.data, main.bytes),
                        file_with (tail.data, tail.bytes), error);
}

// Blocks in the file, and a last one of several lines.
static void prepare (struct owner *owner, struct common *common,
                     const struct run *run, struct copy copies[2]) {
  owner_begin (owner, common, folder (0), run);
  while (partial_bytes (owner->partial) < BLOCK_BYTES)
    owner_log (owner);
  for (unsigned i = 0; i < 15; i++)
    owner_log (owner);
  copies[0] = copy_of (&common->address.main);
  copies[1] = copy_of (&common->address.tail);
}

static void walk (struct partial *partial) {
  for (struct partial_line line; partial_previous (partial, &line);) {
    const uint8_t *p = kept_hints (&line);
    for (uint64_t delta; p = varint_get (p, &delta), delta;)
      ck_assert_uint_lt (delta, line.id);
  }
}

static void flip (struct copy copy, size_t bit) {
  copy.data[bit / 8] ^= 1 << bit % 8;
}

// What is behind the lines does not count; all before it does.
static void damage_main (struct rng *rng, struct copy *copies) {
  char error[PARTIAL_ERROR_BYTES];
  struct copy shorter = copies[0];
  const size_t bit = rng_next64 (rng) % (8 * copies[0].bytes);
  flip (copies[0], bit);
  ck_assert (!adopt_copies (copies[0], copies[1], error));
  flip (copies[0], bit);
  shorter.bytes = rng_next64 (rng) % shorter.bytes;
  ck_assert (!adopt_copies (shorter, copies[1], error));
}

// Lines of the last block have no checksum: others may come out, but nothing
// that a reader could stumble over.
static void damage_tail (struct rng *rng, struct copy *copies, size_t used) {
  char error[PARTIAL_ERROR_BYTES];
  struct copy shorter = copies[1];
  const size_t all = TAIL_STATE_BYTES + BLOCK_HEAD_BYTES + used,
               bit = rng_below (rng, 8 * (rng_bool (rng) ? 72 : all));
  flip (copies[1], bit);
  struct partial *partial = adopt_copies (copies[0], copies[1], error);
  flip (copies[1], bit);
  ck_assert (!partial || bit >= 8 * TAIL_NAME_BYTES);
  if (partial)
    walk (partial);
  partial_free (partial);
  shorter.bytes = rng_below (rng, all);
  ck_assert (!adopt_copies (copies[0], shorter, error));
}

START_TEST (damaged) {
  static struct owner owner;
  const struct run run = {seed, false};
  char error[PARTIAL_ERROR_BYTES];
  struct rng rng;
  struct copy copies[2];
  struct common *common = common_new ();
  prepare (&owner, common, &run, copies);
  const size_t used =
      tail_used (&(struct tail){.state = (void *)copies[1].data});
  ck_assert_uint_gt (used, 0);
  rng_init (&rng, seed);
  for (int i = 0; i < 300; i++) {
    damage_main (&rng, copies);
    damage_tail (&rng, copies, used);
  }
  struct copy longer = {calloc (copies[0].bytes + 500, 1),
                        copies[0].bytes + 500};
  memcpy (longer.data, copies[0].data, copies[0].bytes);
  struct partial *partial = adopt_copies (longer, copies[1], error);
  ck_assert_uint_eq (partial_lines (partial), common->lines);
  check_lines (partial, &run);
  partial_free (partial);
  free (longer.data);
  free (copies[0].data);
  free (copies[1].data);
  partial_free (owner.partial);
  common_free (common);
}
END_TEST

// One byte of the last block is another.
START_TEST (bad_lines) {
  enum { LINE = TAIL_STATE_BYTES + BLOCK_HEAD_BYTES, BASE = 48, FIRST = 64 };
  static const uint8_t good[] = {0, 2, 0, 1, 0, 5}; // 13: literal 1, hint 12
  static const struct {
    unsigned place;
    uint8_t byte;
  } bad[] = {
      {FIRST, 14},      // of another lane
      {FIRST, 8},       // of an original clause
      {LINE, 1},        // differs from a line that is not there
      {LINE + 1, 0},    // no literals, but something behind the hints
      {LINE + 1, 0x81}, // goes on where there is a 0
      {LINE + 3, 13},   // hint 0
      {LINE + 3, 0x8c}, // goes on where there is a 0
      {LINE + 4, 1},    // no end of the hints
      {LINE + 5, 4},    // too short
      {LINE + 5, 6},    // too long
      {LINE + 5, 0x85}, // so is the length
  };
  const uint64_t hint = 12;
  char error[PARTIAL_ERROR_BYTES];
  struct partial_address address;
  struct partial *partial = partial_new ("/tmp", LANE, STRIDE, ORIGINALS);
  const struct proof_sink sink = partial_sink (partial);
  sink.add (sink.state, 13, (int[]){1}, 1, &hint, 1);
  ck_assert (partial_address (partial, &address));
  struct copy main = copy_of (&address.main), tail = copy_of (&address.tail);
  ck_assert_mem_eq (tail.data + LINE, good, sizeof good);
  for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
    const uint8_t byte = tail.data[bad[i].place];
    tail.data[bad[i].place] = bad[i].byte;
    ck_assert_msg (!adopt_copies (main, tail, error), "line %u", i);
    tail.data[bad[i].place] = byte;
  }
  tail.data[BASE]++; // the block is in the file already
  struct partial *adopted = adopt_copies (main, tail, error);
  ck_assert (adopted && !partial_lines (adopted));
  partial_free (adopted);
  partial_free (partial);
  free (main.data);
  free (tail.data);
}
END_TEST

// Files of others.
START_TEST (strangers) {
  char error[PARTIAL_ERROR_BYTES];
  struct partial *a = partial_new ("/tmp", 1, 3, 10),
                 *b = partial_new ("/tmp", 2, 3, 10);
  struct partial_address first, second, wrong;
  struct heir *heir = heir_new ();
  ck_assert (partial_address (a, &first) && partial_address (b, &second));
  ck_assert (!partial_adopt (dup (first.tail.fd), dup (first.main.fd), error));
  ck_assert (!partial_adopt (dup (first.main.fd), dup (first.main.fd), error));
  ck_assert (!partial_adopt (dup (first.main.fd), dup (second.tail.fd), error));
  wrong = first;
  wrong.main.fd = second.main.fd; // taken by another file in the meantime
  ck_assert (!heir_hold (heir, &wrong));
  wrong = first;
  wrong.process = INT32_MAX; // no process has that number
  ck_assert (!heir_hold (heir, &wrong));
  ck_assert (heir_hold (heir, &first));
  ck_assert (heir_hold (heir, &second));
  ck_assert (heir_hold (heir, &first));
  ck_assert (!heir_adopt (heir, 0, error));
  struct partial *adopted = heir_adopt (heir, 1, error);
  ck_assert (adopted && !partial_lines (adopted));
  ck_assert (!heir_adopt (heir, 1, error));
  partial_free (adopted);
  partial_free (a);
  partial_free (b);
  heir_free (heir);
}
END_TEST

// Where memory cannot be shared, lines go the old way.
START_TEST (on_the_heap) {
  const struct rlimit limit = {BLOCK_BYTES, BLOCK_BYTES};
  const uint64_t hint = 1;
  struct partial_address address;
  struct partial_line line;
  signal (SIGXFSZ, SIG_IGN);
  ck_assert_int_eq (setrlimit (RLIMIT_FSIZE, &limit), 0);
  struct partial *partial = partial_new ("/tmp", LANE, STRIDE, ORIGINALS);
  const struct proof_sink sink = partial_sink (partial);
  ck_assert (!partial_address (partial, &address));
  sink.add (sink.state, 13, NULL, 0, &hint, 1);
  partial_finish (partial);
  ck_assert (partial_previous (partial, &line));
  ck_assert_uint_eq (line.id, 13);
  ck_assert (!partial_previous (partial, &line));
  partial_free (partial);
}
END_TEST

int main (void) {
  seed = suite_seed ();
  Suite *suite = suite_create ("proof");
  TCase *tcase = tcase_create ("heir");
  tcase_add_test (tcase, killed);
  tcase_add_test (tcase, asleep);
  tcase_add_test (tcase, alive);
  tcase_add_test (tcase, each_instruction);
  tcase_add_test (tcase, ended);
  tcase_add_test (tcase, damaged);
  tcase_add_test (tcase, bad_lines);
  tcase_add_test (tcase, strangers);
  tcase_add_test (tcase, on_the_heap);
  suite_add_tcase (suite, tcase);
  return suite_run (suite);
}
