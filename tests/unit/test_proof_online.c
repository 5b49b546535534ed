// The online checker lets right clauses pass and stops at wrong ones.
#include "suite.h"

#include "proof/online.h"

#include "base/fatal.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static jmp_buf caught;
static char message[512];

static _Noreturn void catch (const char *text) {
  snprintf (message, sizeof message, "%s", text);
  longjmp (caught, 1);
}

enum kind { ADD, REMOVE, DEFINE };

struct event {
  enum kind kind;
  uint64_t id;
  int lits[4]; // up to a 0
  uint64_t hints[5];
};

// The square formula: 1 2, -1 2, 1 -2, -1 -2.
static struct online *square (void) {
  static const int lits[][2] = {{1, 2}, {-1, 2}, {1, -2}, {-1, -2}};
  struct online *online = online_new (NULL);
  for (int i = 0; i < 4; i++)
    online_trust (online, i + 1, lits[i], 2);
  return online;
}

static void apply (struct online *online, const struct event *event) {
  const struct proof_sink sink = online_sink (online);
  unsigned n = 0, num_hints = 0;
  while (event->lits[n])
    n++;
  while (event->hints[num_hints])
    num_hints++;
  if (event->kind == REMOVE)
    sink.remove (sink.state, event->id);
  else if (event->kind == DEFINE)
    sink.define (sink.state, event->id, event->lits, n, event->hints,
                 num_hints);
  else
    sink.add (sink.state, event->id, event->lits, n, event->hints, num_hints);
}

static const struct {
  struct event events[3]; // the last one with an id
  const char *message;    // of the fatal error; null for none
} cases[] = {
    {{{0, 5, {2}, {1, 2}}, {0, 9, {0}, {5, 3, 4}}}, NULL},
    {{{0, 5, {2, 2}, {1, 2}}, {0, 9, {0}, {5, 3, 4}}}, NULL},
    {{{0, 5, {3, -3}, {0}}}, NULL},
    {{{0, 5, {2}, {1, 2}}, {1, 1, {0}, {0}}, {0, 6, {0}, {5, 3, 4}}}, NULL},
    {{{0, 5, {2}, {1}}}, "clause 5 of size 1: 2 0: 1 hints lead to no conf"},
    {{{0, 5, {0}, {1}}}, "hint 1 of 1, 1, is not unit"},
    {{{0, 5, {2}, {1, 2, 3}}}, "hint 3 of 3, 3, follows the conflict"},
    {{{0, 5, {2}, {1, 7}}}, "hint 2 of 2, 7, is not below its id"},
    {{{0, 9, {2}, {1, 7}}}, "hint 2 of 2, 7, is unknown or was removed"},
    {{{1, 2, {0}, {0}}, {0, 9, {2}, {1, 2}}}, "2, is unknown or was removed"},
    {{{0, 4, {2}, {1, 2}}}, "id is in use"},
    {{{1, 8, {0}, {0}}}, "removed, but unknown"},
    {{{2, 5, {3, 1}, {0}}, {2, 6, {3, 2}, {0}}, {2, 7, {-3, -1, -2}, {5, 6}}},
     NULL},
    {{{2, 5, {-3, -1, -2}, {0}}, {2, 6, {3, 1}, {5}}, {2, 7, {3, 2}, {5}}},
     NULL},
    {{{2, 5, {3, 1}, {0}}, {1, 5, {0}, {0}}, {2, 7, {-3, -1, -2}, {0}}}, NULL},
    {{{2, 5, {3, 1}, {0}}, {2, 6, {3, 2}, {0}}, {2, 7, {-3, -1}, {5, 6}}},
     "candidate 6"},
    {{{2, 5, {3, 1}, {0}}, {2, 6, {3, 2}, {0}}, {2, 7, {-3, -1, -2}, {6}}},
     "1 of 2"},
    {{{2, 5, {3, 1}, {0}}, {2, 6, {-3, -1}, {0}}}, "0 of 1 candidates for -3"},
    {{{2, 5, {3, 1}, {0}}, {1, 5, {0}, {0}}, {2, 6, {-3, -1}, {5}}},
     "5 is unknown"},
    {{{2, 5, {3, 1}, {0}}, {2, 6, {3, 1}, {0}}, {2, 7, {-3, -1}, {6, 5}}},
     "5 is out of"},
    {{{2, 5, {-3, -1}, {6}}}, "6 is out of order"},
    {{{2, 5, {1, -2}, {2}}}, "1 of 2 candidates for 1"},
    {{{2, 5, {3, 1}, {0}}, {2, 6, {-3, 3}, {5}}},
     "6 of size 2: -3 3 0: resolvent"},
    {{{2, 5, {0}, {0}}}, "the empty clause defines nothing"},
    {{{2, 4, {3, 1}, {0}}}, "id is in use"},
};

START_TEST (verdicts) {
  struct online *volatile online = square ();
  fatal_set_handler (catch);
  message[0] = 0;
  if (!setjmp (caught))
    for (int i = 0; i < 3 && cases[_i].events[i].id; i++)
      apply (online, cases[_i].events + i);
  if (cases[_i].message)
    ck_assert_msg (strstr (message, cases[_i].message) != NULL, "case %d: %s",
                   _i, message);
  else
    ck_assert_msg (!message[0], "case %d: %s", _i, message);
  online_free (online);
}
END_TEST

static void count (void *state, uint64_t id, const int *lits, unsigned n,
                   const uint64_t *hints, unsigned num_hints) {
  ck_assert (id == 5 && n == 1 && *lits == 2 && num_hints == 2);
  ck_assert (hints[0] == 1 && hints[1] == 2);
  ++*(int *)state;
}

static void count_define (void *state, uint64_t id, const int *lits, unsigned n,
                          const uint64_t *candidates, unsigned num_candidates) {
  ck_assert (id == 6 && n == 2 && *lits == 3 && !candidates[0]);
  ck_assert_uint_eq (num_candidates, 0);
  ++*(int *)state;
}

// What the next sink cannot take is not offered to the engine.
START_TEST (forwards_definitions) {
  int calls = 0;
  struct proof_sink next = {.state = &calls, .add = count};
  struct online *online = online_new (&next);
  ck_assert (!online_sink (online).define);
  online_free (online);
  next.define = count_define;
  online = online_new (&next);
  apply (online, &(struct event){DEFINE, 6, {3, 1}, {0}});
  ck_assert_int_eq (calls, 1);
  ck_assert_uint_eq (online_checked (online), 1);
  online_free (online);
}
END_TEST

START_TEST (forwards) {
  static const int lits[][2] = {{1, 2}, {-1, 2}};
  int calls = 0;
  const struct proof_sink next = {.state = &calls, .add = count};
  struct online *online = online_new (&next);
  online_trust (online, 1, lits[0], 2);
  online_trust (online, 2, lits[1], 2);
  apply (online, &(struct event){0, 5, {2}, {1, 2}});
  apply (online, &(struct event){1, 1, {0}, {0}});
  ck_assert_int_eq (calls, 1);
  ck_assert_uint_eq (online_checked (online), 1);
  online_free (online);
}
END_TEST

int main (void) {
  Suite *suite = suite_create ("proof");
  TCase *tcase = tcase_create ("online");
  tcase_add_loop_test (tcase, verdicts, 0, sizeof cases / sizeof *cases);
  tcase_add_test (tcase, forwards);
  tcase_add_test (tcase, forwards_definitions);
  suite_add_tcase (suite, tcase);
  return suite_run (suite);
}
