// Every rank gets the formula that the root reads, clause by clause, also when
// the tree changes meanwhile, again and again, and ranks are left out; an error
// at the root ends all of them alike.
#include "dist/stream.h"

#include "base/hash.h"
#include "ranks.h"

enum { LONGEST = 500000, CHANGES = 8 };

// A formula of 'clauses' clauses of up to 'longest' literals, put in chunks of
// about 'chunk' integers.
struct plan {
  unsigned clauses, longest, chunk;
  bool broken, changes;
};

// What the root says in a VIEW message, which no change of the tree stops; in
// the round field.  The others say with OVER that their formula is complete.
enum { CHANGE, OVER };

struct change {
  uint64_t seed; // of the tree
  uint32_t generation;
  bool excluded[RANKS_MOST];
};

struct scene {
  struct ranks *ranks;
  struct plan plan;
  struct rng rng;
  struct tree tree;
  struct formula formula;
  struct stream *stream;
  struct change change;
  uint64_t print; // of what the root has put, or has been told of
  unsigned put;
  bool told, over;
  bool complete[RANKS_MOST]; // root: who has told
};

/*------------------------------------------------------------------------*/
// Fingerprints.

static uint64_t add_clause (uint64_t print, const int *lits, size_t size) {
  return hash_bytes (lits, size * sizeof *lits, rng_mix (print + size));
}

static uint64_t fingerprint (const struct formula *formula) {
  struct formula_cursor cursor = {0};
  const int *lits;
  size_t size;
  uint64_t print = 0;
  while (formula_next (formula, &cursor, &lits, &size))
    print = add_clause (print, lits, size);
  return rng_mix (print + formula->num_vars);
}

/*------------------------------------------------------------------------*/
// Changes.

// The root stays, and leaves more and more ranks out.
static void choose_change (struct scene *scene) {
  struct change *change = &scene->change;
  change->seed = rng_next64 (&scene->rng);
  change->generation++;
  if (rng_bool (&scene->rng) && scene->ranks->size > 1)
    change->excluded[1 + rng_below (&scene->rng, scene->ranks->size - 1)] =
        true;
}

static void view_of (const struct scene *scene, struct view *view) {
  view->number = scene->change.generation;
  for (int rank = 0; rank < scene->ranks->size; rank++)
    if (scene->change.excluded[rank])
      vec_push (&view->excluded, rank);
}

static void make_tree (struct scene *scene) {
  struct transport_card cards[RANKS_MOST] = {{0}};
  struct view view = {0};
  struct rng rng;
  rng_init (&rng, scene->change.seed);
  for (int rank = 0; rank < scene->ranks->size; rank++)
    cards[rank].host = rng_below (&rng, 4);
  view_of (scene, &view);
  if (!scene->change.excluded[scene->ranks->rank])
    tree_init (&scene->tree, scene->ranks->rank, scene->ranks->size, cards,
               &view);
  view_fini (&view);
}

static void install (struct scene *scene) {
  wire_set_generation (scene->ranks->wire, scene->change.generation);
  make_tree (scene);
  stream_restart (scene->stream);
}

static void change_tree (struct scene *scene) {
  choose_change (scene);
  for (int rank = 1; rank < scene->ranks->size; rank++)
    wire_send (scene->ranks->wire, rank, WIRE_TEST_VIEW, CHANGE, &scene->change,
               sizeof scene->change);
  install (scene);
}

static void on_word (void *state, const struct wire_message *msg) {
  struct scene *scene = state;
  if (msg->round == CHANGE) {
    EXPECT (msg->bytes == sizeof scene->change);
    memcpy (&scene->change, msg->data, sizeof scene->change);
    install (scene);
  } else if (!scene->ranks->rank)
    scene->complete[msg->from] = true;
  else {
    memcpy (&scene->print, msg->data, sizeof scene->print);
    scene->over = true;
  }
}

/*------------------------------------------------------------------------*/
// The root puts.

static size_t make_clause (struct scene *scene, int *lits) {
  const unsigned size = rng_below (&scene->rng, scene->plan.longest + 1);
  for (unsigned i = 0; i < size; i++) {
    const int var = 1 + rng_below (&scene->rng, 100000);
    lits[i] = rng_bool (&scene->rng) ? var : -var;
  }
  lits[size] = 0;
  scene->print = add_clause (scene->print, lits, size);
  return size + 1;
}

static void put_chunk (struct scene *scene) {
  static _Thread_local int lits[2 * LONGEST + 2];
  size_t size = 0;
  do {
    size += make_clause (scene, lits + size);
    scene->put++;
  } while (size < scene->plan.chunk && scene->put < scene->plan.clauses);
  stream_put (scene->stream, lits, size);
}

static void read_on (struct scene *scene) {
  const struct plan *plan = &scene->plan;
  if (rng_bool (&scene->rng) || stream_status (scene->stream) != STREAM_OPEN)
    return;
  if (scene->put == plan->clauses) {
    stream_end (scene->stream, plan->broken ? STREAM_FAILED : STREAM_COMPLETE,
                123456);
    scene->print = rng_mix (scene->print + 123456);
  } else if (plan->broken && scene->put && !rng_below (&scene->rng, 10))
    stream_end (scene->stream, STREAM_FAILED, 0);
  else
    put_chunk (scene);
}

static bool all_complete (const struct scene *scene) {
  for (int rank = 0; rank < scene->ranks->size; rank++)
    if (!scene->complete[rank] && !scene->change.excluded[rank])
      return false;
  return true;
}

// Changes come at any moment, the last one after the end as well.
static void lead (struct scene *scene) {
  struct ranks *ranks = scene->ranks;
  read_on (scene);
  if (scene->plan.changes && scene->change.generation % CHANGES &&
      !rng_below (&scene->rng, 20))
    change_tree (scene);
  if (!all_complete (scene))
    return;
  for (int rank = 1; rank < ranks->size; rank++)
    wire_send (ranks->wire, rank, WIRE_TEST_VIEW, OVER, &scene->print,
               sizeof scene->print);
  scene->over = true;
}

/*------------------------------------------------------------------------*/

static void tell_complete (struct scene *scene) {
  const struct ranks *ranks = scene->ranks;
  if (scene->told || stream_status (scene->stream) == STREAM_OPEN)
    return;
  scene->told = scene->complete[0] = true;
  if (ranks->rank)
    wire_send (ranks->wire, 0, WIRE_TEST_VIEW, OVER, NULL, 0);
}

static void run (struct scene *scene) {
  struct ranks *ranks = scene->ranks;
  const double start_s = ranks_now_s (ranks);
  while (!scene->over) {
    ranks_poll (ranks);
    if (scene->change.excluded[ranks->rank])
      continue;
    stream_step (scene->stream);
    tell_complete (scene);
    if (!ranks->rank)
      lead (scene);
    EXPECT (ranks_now_s (ranks) - start_s < RANKS_PATIENCE_S);
  }
}

static void judge (const struct scene *scene) {
  const enum stream_status status = stream_status (scene->stream);
  if (scene->change.excluded[scene->ranks->rank])
    return;
  if (scene->plan.broken) {
    EXPECT (status == STREAM_FAILED);
    return;
  }
  EXPECT (status == STREAM_COMPLETE);
  EXPECT (scene->formula.num_clauses == scene->plan.clauses);
  EXPECT (scene->formula.num_vars == 123456);
  EXPECT (fingerprint (&scene->formula) == scene->print);
}

// The first change makes the tree, too, so that generations begin at 1 modulo
// CHANGES with each formula.
static void send_formula (struct ranks *ranks, struct plan plan) {
  struct scene scene = {.ranks = ranks, .plan = plan};
  const uint32_t before = wire_generation (ranks->wire);
  rng_init (&scene.rng, ranks->seed + before);
  scene.change.generation = before + CHANGES - before % CHANGES + 1;
  scene.change.seed = ranks->seed;
  wire_set_generation (ranks->wire, scene.change.generation);
  make_tree (&scene);
  scene.stream = stream_new (ranks->wire, &scene.tree, &scene.formula);
  wire_handle (ranks->wire, WIRE_TEST_VIEW, on_word, &scene);
  ranks_meet (ranks);
  run (&scene);
  judge (&scene);
  wire_handle (ranks->wire, WIRE_TEST_VIEW, NULL, NULL);
  ranks_meet (ranks);
  stream_free (scene.stream);
  formula_fini (&scene.formula);
}

static void body (struct ranks *ranks) {
  send_formula (ranks, (struct plan){0, 0, 1, false, false});
  send_formula (ranks, (struct plan){1, 0, 1, false, false});
  send_formula (ranks, (struct plan){3000, 5, 16, false, false});
  send_formula (ranks, (struct plan){50000, 10, 1 << 16, false, false});
  send_formula (ranks, (struct plan){3, LONGEST, 1, false, false});
  send_formula (ranks, (struct plan){0, 0, 1, true, false});
  send_formula (ranks, (struct plan){3000, 5, 16, true, false});
  for (unsigned i = 0; i < 5; i++) {
    send_formula (ranks, (struct plan){3000, 5, 100, false, true});
    send_formula (ranks, (struct plan){10, LONGEST / 5, 1, false, true});
  }
  send_formula (ranks, (struct plan){3000, 5, 16, true, true});
}

int main (int argc, char **argv) {
  return ranks_main (argc, argv, body);
}
