// What people and programs read: messages, statistics, JSON.
#include "suite.h"

#include "base/json.h"
#include "base/message.h"
#include "base/stats.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static char *text;
static size_t bytes;
static FILE *file;
static struct message message;

static void setup (void) {
  file = open_memstream (&text, &bytes);
  message_init (&message, file, MESSAGE_NORMAL);
}

static void teardown (void) {
  message_fini (&message);
  fclose (file);
  free (text);
}

static const char *written (void) {
  fflush (file);
  return text;
}

START_TEST (levels) {
  message_print (&message, MESSAGE_VERBOSE, "hidden");
  message_print (&message, MESSAGE_NORMAL, "shown %d", 1);
  message.level = MESSAGE_VERBOSE;
  message_print (&message, MESSAGE_VERBOSE, "shown %d", 2);
  message.level = MESSAGE_QUIET;
  message_print (&message, MESSAGE_NORMAL, "hidden");
  message_result (&message, "s %s", "UNKNOWN");
  ck_assert_str_eq (written (), "c shown 1\nc shown 2\ns UNKNOWN\n");
}
END_TEST

START_TEST (many_lines) {
  message_print (&message, 0, "one\n\ntwo\n");
  message_print (&message, 0, "%s", "");
  ck_assert_str_eq (written (), "c one\nc\nc two\nc\n");
}
END_TEST

START_TEST (long_line) {
  char *line = malloc (10001);
  memset (line, 'x', 10000);
  line[10000] = 0;
  message_print (&message, 0, "%s", line);
  ck_assert_uint_eq (strlen (written ()), 10003);
  free (line);
}
END_TEST

START_TEST (section) {
  message_section (&message, 0, "search");
  const char *line = strchr (written (), '\n') + 1;
  ck_assert_int_eq (strncmp (text, "c\nc ---- [ search ] ---", 21), 0);
  ck_assert_uint_eq (strcspn (line, "\n"), 78);
  ck_assert_str_eq (line + 78, "\nc\n");
}
END_TEST

START_TEST (no_file) {
  message.file = NULL;
  message_print (&message, 0, "nobody reads this");
  message_result (&message, "s UNKNOWN");
}
END_TEST

static void *talk (void *name) {
  for (int i = 0; i < 20000; i++)
    message_print (&message, 0, "%s\n%s", (char *)name, (char *)name);
  return NULL;
}

START_TEST (threads_write_whole_lines) {
  pthread_t threads[4];
  char *const names[] = {"aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb",
                         "cccccccccccccccc", "dddddddddddddddd"};
  for (int i = 0; i < 4; i++)
    ck_assert_int_eq (pthread_create (threads + i, NULL, talk, names[i]), 0);
  for (int i = 0; i < 4; i++)
    pthread_join (threads[i], NULL);
  const char *line = written ();
  for (int i = 0; i < 80000; i++, line += 2 * 19) {
    ck_assert_uint_eq (strcspn (line, "\n"), 18);
    ck_assert_int_eq (strncmp (line, line + 19, 19), 0);
    ck_assert_int_eq (strncmp (line + 2, names[line[2] - 'a'], 16), 0);
  }
  ck_assert_str_eq (line, "");
}
END_TEST

struct test_stats {
  STAT_FIELD (conflicts, "", RATE)
  STAT_FIELD (peak, "bytes", MAX)
  STAT_FIELD (least, "", MIN)
  STAT_REAL_FIELD (seconds, "s", SUM)
  STAT_REAL_FIELD (scale, "", MIN)
  STAT_FIELD (size, "bytes", SUM)
};

static const struct stat_row rows[] = {
    STAT_ROW (conflicts, "", RATE) STAT_ROW (peak, "bytes", MAX)
        STAT_ROW (least, "", MIN) STAT_REAL_ROW (seconds, "s", SUM)
            STAT_REAL_ROW (scale, "", MIN) STAT_ROW (size, "bytes", SUM)};

static const struct stat_table table = STAT_TABLE ("test", rows);

START_TEST (folds) {
  struct test_stats a = {(1ull << 60) + 1, 7, 7, 1.5, 3, 8},
                    b = {2, 9, 9, 0.25, -4, 9};
  ck_assert_uint_eq (sizeof a, 8 * table.num_rows);
  stats_fold (&table, &a, &b);
  ck_assert_uint_eq (a.conflicts, (1ull << 60) + 3); // exact, no double
  ck_assert_uint_eq (a.peak, 9);
  ck_assert_uint_eq (a.least, 7);
  ck_assert_double_eq (a.seconds, 1.75);
  ck_assert_double_eq (a.scale, -4);
  ck_assert_uint_eq (a.size, 17);
  ck_assert_double_eq (stats_get (&table, &a, 1), 9);
  ck_assert_double_eq (stats_get (&table, &a, 3), 1.75);
}
END_TEST

// What a row is measured in, and a rate where the row says that it has one.
START_TEST (prints_stats) {
  const struct test_stats stats = {100, 4096, 0, 2.5, 1, 30};
  stats_print (&table, &stats, 10, &message, MESSAGE_NORMAL);
  ck_assert_str_eq (
      strstr (written (), "c conflicts"),
      "c conflicts                             100                            "
      " 10.00 per second\n"
      "c peak                                 4096 bytes\n"
      "c least                                   0\n"
      "c seconds                             2.500 s\n"
      "c scale                               1.000\n"
      "c size                                   30 bytes\n");
  ck_assert_ptr_nonnull (strstr (text, "---- [ test ]"));
}
END_TEST

START_TEST (prints_stats_when_verbose) {
  const struct test_stats stats = {100, 0, 0, 0, 0, 0};
  stats_print (&table, &stats, 10, &message, MESSAGE_VERBOSE);
  ck_assert_str_eq (written (), "");
  stats_print (&table, &stats, 0, &message, MESSAGE_NORMAL);
  ck_assert_ptr_nonnull (strstr (written (), "conflicts"));
  ck_assert_ptr_null (strstr (text, "per second"));
}
END_TEST

START_TEST (writes_json) {
  struct json json;
  const struct test_stats stats = {100, 4096, 1, 2.5, 1, 6};
  json_init (&json, file);
  json_open_object (&json, NULL);
  json_string (&json, "text", "a\"b\\c\n\x01\xc3\xa9\xff\xed\xa0\x80");
  json_int (&json, "int", INT64_MIN);
  json_uint (&json, "uint", UINT64_MAX);
  json_real (&json, "nan", NAN);
  json_real (&json, "real", 0.125);
  json_string (&json, "none", NULL);
  json_open_object (&json, "list");
  json_int (&json, "one", 1);
  json_open_object (&json, "empty");
  json_close_object (&json);
  json_close_object (&json);
  stats_json (&table, &stats, &json);
  json_close_object (&json);
  json_finish (&json);
  ck_assert_str_eq (written (),
                    "{\n"
                    "  \"text\": \"a\\\"b\\\\c\\n\\u0001\xc3\xa9\\ufffd"
                    "\\ufffd\\ufffd\\ufffd\",\n"
                    "  \"int\": -9223372036854775808,\n"
                    "  \"uint\": 18446744073709551615,\n"
                    "  \"nan\": null,\n"
                    "  \"real\": 0.125,\n"
                    "  \"none\": null,\n"
                    "  \"list\": {\n"
                    "    \"one\": 1,\n"
                    "    \"empty\": {}\n"
                    "  },\n"
                    "  \"test\": {\n"
                    "    \"conflicts\": 100,\n"
                    "    \"peak\": 4096,\n"
                    "    \"least\": 1,\n"
                    "    \"seconds\": 2.5,\n"
                    "    \"scale\": 1,\n"
                    "    \"size\": 6\n"
                    "  }\n"
                    "}\n");
}
END_TEST

int main (void) {
  Suite *suite = suite_create ("base talk");
  TCase *tcase = tcase_create ("talk");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, levels);
  tcase_add_test (tcase, many_lines);
  tcase_add_test (tcase, long_line);
  tcase_add_test (tcase, section);
  tcase_add_test (tcase, no_file);
  tcase_add_test (tcase, threads_write_whole_lines);
  tcase_add_test (tcase, folds);
  tcase_add_test (tcase, prints_stats);
  tcase_add_test (tcase, prints_stats_when_verbose);
  tcase_add_test (tcase, writes_json);
  suite_add_tcase (suite, tcase);
  return suite_run (suite);
}
