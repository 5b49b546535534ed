// Which word somebody meant.
#include "suite.h"

#include "base/nearest.h"

#include <string.h>

static const char *const words[] = {"time",  "memory",    "share_period_ms",
                                    "proof", "proof-dir", "eliminate",
                                    "otfs",  "witness"};

static const char *meant (const char *word) {
  struct nearest nearest;
  nearest_init (&nearest, word, strlen (word));
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    nearest_offer (&nearest, words[i]);
  return nearest.best;
}

START_TEST (finds) {
  static const struct {
    const char *word, *meant;
  } cases[] = {{"time", "time"},
               {"tiem", "time"}, // exchanged
               {"tme", "time"},  // one less
               {"timee", "time"},
               {"tine", "time"},
               {"memroy", "memory"},
               {"share-period", "share_period_ms"}, // begins it
               {"share-perod-ms", "share_period_ms"},
               {"proof-dri", "proof-dir"},
               {"elim", "eliminate"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *found = meant (cases[i].word);
    ck_assert_msg (found, "%s", cases[i].word);
    ck_assert_str_eq (found, cases[i].meant);
  }
}
END_TEST

START_TEST (finds_nothing) {
  static const char *const far[] = {
      "",
      "x",
      "ti",
      "seed",
      "completely-different",
      "p",
      "a-word-that-is-much-longer-than-any-option-there-is"};
  for (size_t i = 0; i < sizeof far / sizeof *far; i++)
    ck_assert_msg (!meant (far[i]), "%s: %s", far[i], meant (far[i]));
}
END_TEST

int main (void) {
  Suite *suite = suite_create ("base nearest");
  TCase *tcase = tcase_create ("nearest");
  tcase_add_test (tcase, finds);
  tcase_add_test (tcase, finds_nothing);
  suite_add_tcase (suite, tcase);
  return suite_run (suite);
}
