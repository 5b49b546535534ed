// From synthetic engines to the final proof: their partial files are pruned,
// merged and written for several numbers of processes.  The outcome is compared
// with a naive pruner and replayed through the online checker.
#include "suite.h"

#include "proof/final.h"
#include "proof/online.h"
#include "proof/partial.h"
#include "proof/prune.h"
#include "base/varint.h"

#include "../proof_world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static uint64_t seed;

// --- pruning by several processes, one after the other in each window --------

struct process {
  struct partial *partials[MAX_LANES];
  unsigned n;
  struct kept_file *file;
  struct prune *prune;
};

// A process that is alone prunes into 'alone'.
static void start_processes (struct world *world, struct process *processes,
                             unsigned num, struct kept_sink alone) {
  for (unsigned p = 0; p < num; p++) {
    struct process *process = processes + p;
    process->n = 0;
    for (unsigned l = 0; l < world->lanes; l++)
      if (l * num / world->lanes == p)
        process->partials[process->n++] = world->lane[l].partial;
    process->file = kept_file_new ("/tmp");
    process->prune = prune_new (&(struct prune_config){
        .dir = "/tmp",
        .partials = process->partials,
        .n = process->n,
        .lanes = world->lanes,
        .originals = world->originals,
        .empty_id = world->empty_id,
        .sink = num > 1 ? kept_file_sink (process->file) : alone});
  }
}

static void window (struct process *processes, unsigned num, uint64_t low,
                    uint64_t high) {
  struct ids ids = {0};
  for (unsigned p = 0; p < num; p++)
    prune_requests (processes[p].prune, low, high, &ids);
  for_vec (uint64_t, id, &ids)
    ck_assert (low < *id && *id <= high);
  for (unsigned p = 0; p < num; p++) {
    prune_need (processes[p].prune, ids.data, ids.size);
    while (!prune_step (processes[p].prune, low, 7))
      ;
  }
  vec_fini (&ids);
}

static void prune_all (struct world *world, struct process *processes,
                       unsigned num) {
  uint64_t high = world->empty_id;
  if (num > 1)
    for (unsigned r = world->rounds; r--;)
      if (world->epochs[r] < high && world->epochs[r] > world->originals) {
        window (processes, num, world->epochs[r], high);
        high = world->epochs[r];
      }
  window (processes, num, world->originals, high);
}

// Feeds pieces of odd sizes and merges into the sink.
static void merge_all (struct world *world, struct process *processes,
                       unsigned num, struct kept_sink sink) {
  struct kept_input inputs[MAX_LANES], pieces[MAX_LANES];
  struct kept_input *pointers[MAX_LANES];
  unsigned chosen;
  for (unsigned p = 0; p < num; p++) {
    kept_input_init (pointers[p] = inputs + p);
    kept_input_init (pieces + p);
    prune_finish (processes[p].prune);
    kept_file_finish (processes[p].file);
    while (kept_file_read (processes[p].file, pieces + p))
      ;
  }
  for (enum kept_status status;
       (status = kept_merge (pointers, num, &chosen)) != KEPT_END;)
    if (status == KEPT_LINE) {
      sink.line (sink.state, &inputs[chosen].line, NULL, 0);
      kept_pop (inputs + chosen);
    } else {
      struct kept_input *from = pieces + chosen;
      size_t n = 1 + rng_below (&world->rng, 40);
      if (n > from->bytes.size - from->position)
        n = from->bytes.size - from->position;
      ck_assert_uint_gt (n, 0);
      kept_push (inputs + chosen, from->bytes.data + from->position, n);
      from->position += n;
    }
  for (unsigned p = 0; p < num; p++) {
    ck_assert_uint_eq (inputs[p].pushed, inputs[p].popped);
    kept_input_fini (inputs + p);
    kept_input_fini (pieces + p);
    kept_file_free (processes[p].file);
    prune_free (processes[p].prune);
  }
}

// --- reading the final proof back ------------------------------------------

struct replay {
  FILE *file;
  bool text;
  struct online *online;
  uint64_t next_id, added, live;
  bool empty;
};

static int64_t read_number (struct replay *replay) {
  if (replay->text) {
    int64_t number;
    ck_assert_int_eq (fscanf (replay->file, "%" SCNd64, &number), 1);
    return number;
  }
  uint64_t sum = 0;
  for (unsigned shift = 0;; shift += 7) {
    const int ch = getc (replay->file);
    ck_assert_int_ne (ch, EOF);
    sum |= (uint64_t)(ch & 127) << shift;
    if (!(ch & 128))
      return sum & 1 ? -(int64_t)(sum >> 1) : (int64_t)(sum >> 1);
  }
}

// Returns 'a', 'd' or EOF and the line's id.
static int read_start (struct replay *replay, uint64_t *id) {
  int ch;
  if (!replay->text) {
    ch = getc (replay->file);
    *id = ch == 'a' ? (uint64_t)read_number (replay) : 0;
    return ch;
  }
  if (fscanf (replay->file, "%" SCNu64, id) != 1)
    return EOF;
  ck_assert_int_eq (getc (replay->file), ' ');
  ch = getc (replay->file);
  if (ch == 'd')
    return ch;
  ungetc (ch, replay->file);
  return 'a';
}

static void replay_line (struct replay *replay, int type, uint64_t id) {
  const struct proof_sink sink = online_sink (replay->online);
  VEC (int) lits = {0};
  VEC (uint64_t) ids = {0};
  if (type == 'a')
    for (int64_t lit; (lit = read_number (replay));)
      vec_push (&lits, lit);
  for (int64_t hint; (hint = read_number (replay));) {
    ck_assert_int_gt (hint, 0);
    vec_push (&ids, hint);
  }
  if (type == 'a') {
    ck_assert_uint_eq (id, ++replay->next_id);
    sink.add (sink.state, id, lits.data, lits.size, ids.data, ids.size);
    replay->added++, replay->live++;
    replay->empty = !lits.size;
  } else
    for_vec (uint64_t, dead, &ids)
      sink.remove (sink.state, *dead), replay->live--;
  vec_fini (&lits);
  vec_fini (&ids);
}

// Every line must check, ids have no gaps, and at the end nothing lives but
// the empty clause and its hints: all others were deleted at their last use.
static uint64_t replay (struct world *world, const char *path, bool text) {
  struct replay replay = {.file = fopen (path, "r"),
                          .text = text,
                          .online = online_new (NULL),
                          .next_id = world->originals,
                          .live = world->originals};
  uint64_t id;
  ck_assert (replay.file != NULL);
  for (size_t i = 0; i < world->originals; i++)
    online_trust (replay.online, i + 1, world->clauses.data[i].lits,
                  world->clauses.data[i].size);
  for (int type; (type = read_start (&replay, &id)) != EOF;)
    replay_line (&replay, type, id);
  ck_assert (replay.empty);
  ck_assert_uint_le (replay.live, 3);
  fclose (replay.file);
  online_free (replay.online);
  return replay.added;
}

static void temp_name (char *path) {
  strcpy (path, "/tmp/tutti-test-XXXXXX");
  const int fd = mkstemp (path);
  ck_assert_int_ge (fd, 0);
  close (fd);
}

static struct file_out *open_file (const char *path) {
  char error[FILE_ERROR_BYTES];
  struct file_out *file =
      file_out_open (&(struct file_target){.path = path}, error);
  ck_assert_msg (file != NULL, "%s", error);
  return file;
}

static void pipeline (uint64_t run_seed, unsigned lanes, unsigned num,
                      bool text) {
  struct world world;
  struct process processes[MAX_LANES];
  char path[64];
  temp_name (path);
  world_init (&world, run_seed, lanes, 0, lanes);
  world_run (&world);
  for (unsigned l = 0; l < lanes; l++)
    partial_finish (world.lane[l].partial);
  struct file_out *file = open_file (path);
  struct final *final = final_new (&(struct final_config){
      .file = file, .dir = "/tmp", .text = text, .originals = world.originals});
  start_processes (&world, processes, num, final_sink (final));
  prune_all (&world, processes, num);
  merge_all (&world, processes, num, final_sink (final));
  while (!final_step (final, 5))
    ;
  ck_assert (file_out_close (file, NULL));
  const uint64_t kept = naive_kept (&world);
  ck_assert_uint_eq (final_lines (final), kept);
  ck_assert_uint_eq (replay (&world, path, text), kept);
  final_free (final);
  unlink (path);
  world_fini (&world);
}

START_TEST (pipelines) {
  static const struct {
    unsigned lanes, processes;
  } shapes[] = {{1, 1}, {2, 1}, {2, 2}, {3, 3}, {5, 2}, {9, 1}, {9, 4}, {9, 9}};
  for (unsigned i = 0; i < 8; i++)
    pipeline (seed + 97 * i + _i, shapes[_i].lanes, shapes[_i].processes,
              i & 1);
}
END_TEST

// An original clause is empty: no lines at all, and an empty proof.
START_TEST (empty_original) {
  char path[64];
  temp_name (path);
  struct partial *partial = partial_new ("/tmp", 0, 1, 3);
  partial_finish (partial);
  struct prune *prune = prune_new (&(struct prune_config){.dir = "/tmp",
                                                          .partials = &partial,
                                                          .n = 1,
                                                          .lanes = 1,
                                                          .originals = 3,
                                                          .empty_id = 2});
  ck_assert (prune_step (prune, 3, 1));
  prune_finish (prune);
  prune_free (prune);
  partial_free (partial);
  struct file_out *file = open_file (path);
  struct final *final = final_new (
      &(struct final_config){.file = file, .dir = "/tmp", .originals = 3});
  ck_assert (final_step (final, 1));
  ck_assert_uint_eq (final_bytes (final), 0);
  final_free (final);
  ck_assert (file_out_close (file, NULL));
  unlink (path);
}
END_TEST

static void count_line (void *state, const struct partial_line *line,
                        const uint64_t *uses, size_t n) {
  (void)line, (void)uses, (void)n;
  ++*(unsigned *)state;
}

// Ids far apart: the bits of the needed ones live in a mapped file.
START_TEST (far_apart) {
  enum { LINES = 9, GAP = 50000000 };
  struct partial *partial = partial_new ("/tmp", 1, 3, 10);
  const struct proof_sink sink = partial_sink (partial);
  struct proof_clock clock = {10, 1, 3};
  unsigned kept = 0;
  uint64_t hints[2] = {1, 2};
  for (int i = 0; i < LINES; i++) {
    proof_see_id (&clock, clock.seen + GAP);
    const uint64_t id = proof_next_id (&clock);
    sink.add (sink.state, id, NULL, 0, hints, 2);
    hints[i & 1] = i % 3 ? id : 3; // some lines are used by nobody
  }
  partial_finish (partial);
  struct prune *prune = prune_new (
      &(struct prune_config){.dir = "/tmp",
                             .partials = &partial,
                             .n = 1,
                             .lanes = 3,
                             .originals = 10,
                             .empty_id = clock.seen,
                             .sink = {.state = &kept, .line = count_line}});
  while (!prune_step (prune, 10, 2))
    ;
  prune_finish (prune);
  ck_assert_uint_eq (prune_stats (prune)->lines, LINES);
  ck_assert_uint_eq (kept, 6); // 8 7 5 4 2 1
  prune_free (prune);
  partial_free (partial);
}
END_TEST

struct line {
  bool definition;
  uint64_t id;
  int lits[4]; // up to a 0
  uint64_t hints[4];
};

static void log_lines (struct partial *partial, const struct line *lines) {
  const struct proof_sink sink = partial_sink (partial);
  for (const struct line *line = lines; line->id; line++) {
    unsigned n = 0, hints = 0;
    while (line->lits[n])
      n++;
    while (hints < 4 && line->hints[hints])
      hints++;
    (line->definition ? sink.define : sink.add) (
        sink.state, line->id, line->lits, n, line->hints, hints);
  }
  partial_finish (partial);
}

// A file that fails ends the writing at once.
START_TEST (full_disk) {
  static const struct line lines[] = {{0, 2, {1}, {1}}, {0, 4, {0}, {2}}, {0}};
  struct partial *partial = partial_new ("/tmp", 0, 2, 1);
  log_lines (partial, lines);
  struct file_out *file = open_file ("/dev/full");
  while (file_out_write (file, "x", 1))
    ;
  struct final *final = final_new (
      &(struct final_config){.file = file, .dir = "/tmp", .originals = 1});
  struct prune *prune =
      prune_new (&(struct prune_config){.dir = "/tmp",
                                        .partials = &partial,
                                        .n = 1,
                                        .lanes = 2,
                                        .originals = 1,
                                        .empty_id = 4,
                                        .sink = final_sink (final)});
  while (!prune_step (prune, 1, 1))
    ;
  prune_finish (prune);
  ck_assert (final_step (final, 1));
  prune_free (prune);
  final_free (final);
  ck_assert (!file_out_close (file, NULL));
  partial_free (partial);
}
END_TEST

static void expect_text (const char *path, const char *expected) {
  char text[1024] = "";
  FILE *file = fopen (path, "r");
  ck_assert (file != NULL);
  text[fread (text, 1, sizeof text - 1, file)] = 0;
  fclose (file);
  ck_assert_str_eq (text, expected);
}

// (1 2 3) (1 2 -3) (1 -2 3) (1 -2 -3) and the same with -1, as ids 1 to 8.
// Lane 0 takes 3 and -3 out of (2 3) and (2 -3) by variable 4; its clauses 4 3
// and -4 -3 3 are needed, 4 -2 is not.  Lane 1 defines 5 and needs none of it.
START_TEST (definitions) {
  static const struct line lane0[] = {
      {0, 10, {2, 3}, {1, 5}},        {0, 12, {2, -3}, {2, 6}},
      {1, 14, {4, 3}, {0}},           {1, 16, {4, -2}, {0}},
      {1, 18, {-4, -3, 2}, {14, 16}}, {0, 20, {4, 2}, {14, 12}},
      {0, 22, {-4, 2}, {10, 18}},     {0, 24, {2}, {20, 22}},
      {0, 26, {0}, {24, 19}},         {0}};
  static const struct line lane1[] = {{1, 9, {5, 1}, {0}},
                                      {1, 11, {-5, -1}, {9}},
                                      {0, 13, {-2, 3}, {3, 7}},
                                      {0, 15, {-2, -3}, {4, 8}},
                                      {0, 17, {5, -2}, {9, 13, 15}},
                                      {0, 19, {-2}, {13, 15}},
                                      {0}};
  char path[64];
  temp_name (path);
  struct partial *partials[2];
  for (unsigned lane = 0; lane < 2; lane++) {
    partials[lane] = partial_new ("/tmp", lane, 2, 8);
    log_lines (partials[lane], lane ? lane1 : lane0);
  }
  struct file_out *file = open_file (path);
  struct final *final = final_new (&(struct final_config){
      .file = file, .dir = "/tmp", .text = true, .originals = 8});
  struct prune *prune =
      prune_new (&(struct prune_config){.dir = "/tmp",
                                        .partials = partials,
                                        .n = 2,
                                        .lanes = 2,
                                        .originals = 8,
                                        .empty_id = 26,
                                        .sink = final_sink (final)});
  while (!prune_step (prune, 8, 3))
    ;
  prune_finish (prune);
  while (!final_step (final, 3))
    ;
  ck_assert (file_out_close (file, NULL));
  expect_text (path, "9 2 3 0 1 5 0\n"
                     "9 d 1 5 0\n"
                     "10 2 -3 0 2 6 0\n"
                     "10 d 2 6 0\n"
                     "11 -2 3 0 3 7 0\n"
                     "11 d 3 7 0\n"
                     "12 4 3 0 0\n"
                     "13 -2 -3 0 4 8 0\n"
                     "13 d 4 8 0\n"
                     "14 -4 -3 2 0 -12 0\n"
                     "15 -2 0 11 13 0\n"
                     "15 d 11 13 0\n"
                     "16 4 2 0 12 10 0\n"
                     "16 d 12 10 0\n"
                     "17 -4 2 0 9 14 0\n"
                     "17 d 9 14 0\n"
                     "18 2 0 16 17 0\n"
                     "18 d 16 17 0\n"
                     "19 0 18 15 0\n");
  ck_assert_uint_eq (final_lines (final), 11);
  prune_free (prune);
  final_free (final);
  for (unsigned lane = 0; lane < 2; lane++)
    partial_free (partials[lane]);
  unlink (path);
}
END_TEST

// Random lines, some longer than a block, come back in reverse order.
START_TEST (backwards) {
  enum { LINES = 3000, STRIDE = 5, LANE = 3 };
  static uint64_t ids[LINES], seeds[LINES];
  static int lits[70000];
  static uint64_t hints[30000];
  struct rng rng;
  rng_init (&rng, seed);
  struct partial *partial = partial_new ("/tmp", LANE, STRIDE, 10);
  struct proof_sink sink = partial_sink (partial);
  struct proof_clock clock = {10, LANE, STRIDE};
  for (int i = 0; i < LINES; i++) {
    struct rng line;
    if (!rng_below (&rng, 9))
      proof_see_id (&clock, clock.seen + rng_below (&rng, 100000));
    ids[i] = proof_next_id (&clock);
    rng_init (&line, seeds[i] = rng_next64 (&rng));
    const unsigned max = rng_below (&line, 100) ? 20 : 70000;
    const unsigned n = rng_below (&line, max), h = rng_below (&line, max) / 3;
    for (unsigned k = 0; k < n; k++)
      lits[k] = rng_bool (&line) ? INT32_MAX - (int)k : (int)k - INT32_MAX;
    for (unsigned k = 0; k < h; k++)
      hints[k] = 1 + rng_next64 (&line) % (ids[i] - 1);
    sink.add (sink.state, ids[i], lits, n, hints, h);
  }
  partial_finish (partial);
  struct partial_line got;
  for (int i = LINES; i--;) {
    struct rng line;
    ck_assert (partial_previous (partial, &got));
    ck_assert_uint_eq (got.id, ids[i]);
    rng_init (&line, seeds[i]);
    const unsigned max = rng_below (&line, 100) ? 20 : 70000;
    const unsigned n = rng_below (&line, max), h = rng_below (&line, max) / 3;
    const uint8_t *p = got.body;
    uint64_t number;
    for (unsigned k = 0; k < n; k++) {
      const int lit =
          rng_bool (&line) ? INT32_MAX - (int)k : (int)k - INT32_MAX;
      p = varint_get (p, &number);
      ck_assert_uint_eq (number, varint_from_lit (lit));
    }
    ck_assert_uint_eq (*p++, 0);
    for (unsigned k = 0; k < h; k++) {
      p = varint_get (p, &number);
      ck_assert_uint_eq (ids[i] - number,
                         1 + rng_next64 (&line) % (ids[i] - 1));
    }
    ck_assert_uint_eq (*p++, 0);
    ck_assert_ptr_eq (p, got.body + got.bytes);
  }
  ck_assert (!partial_previous (partial, &got));
  partial_free (partial);
}
END_TEST

int main (void) {
  seed = suite_seed ();
  Suite *suite = suite_create ("proof");
  TCase *tcase = tcase_create ("pipeline");
  tcase_add_loop_test (tcase, pipelines, 0, 8);
  tcase_add_test (tcase, empty_original);
  tcase_add_test (tcase, far_apart);
  tcase_add_test (tcase, full_disk);
  tcase_add_test (tcase, definitions);
  tcase_add_test (tcase, backwards);
  suite_add_tcase (suite, tcase);
  return suite_run (suite);
}
