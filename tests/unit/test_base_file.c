// Files: every compression read back through files, pipes and memory; what is
// truncated, corrupt, missing or full is reported; no child is left behind.
#define _GNU_SOURCE
#include "suite.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/rng.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TEXT_BYTES = 1500000 };

static uint64_t seed;
static char folder[] = "/tmp/tutti-test-file-XXXXXX";
static char *text; // TEXT_BYTES digits and newlines
static char error[FILE_ERROR_BYTES];

static char *path_of (const char *name) {
  static char path[256];
  snprintf (path, sizeof path, "%s/%s", folder, name);
  return path;
}

static void make_text (void) {
  struct rng rng;
  rng_init (&rng, seed);
  text = mem_alloc (TEXT_BYTES);
  for (size_t i = 0; i < TEXT_BYTES; i++)
    text[i] = "0123456789 \n"[rng_below (&rng, 12)];
}

static void write_file (const char *name, const void *data, size_t bytes) {
  FILE *file = fopen (path_of (name), "wb");
  ck_assert_ptr_nonnull (file);
  ck_assert_uint_eq (fwrite (data, 1, bytes, file), bytes);
  fclose (file);
}

static size_t file_bytes (const char *name) {
  struct stat info;
  ck_assert_int_eq (stat (path_of (name), &info), 0);
  return (size_t)info.st_size;
}

// Reads all, in pieces of random size, and returns the length.
static size_t read_all (struct file_in *in, char *buffer, size_t room) {
  struct rng rng;
  rng_init (&rng, seed);
  size_t have = 0, n;
  do {
    size_t want = 1 + rng_below (&rng, 1 << rng_below (&rng, 20));
    if (want > room - have)
      want = room - have;
    n = want ? file_in_read (in, buffer + have, want) : 0;
    ck_assert_uint_le (n, want);
    have += n;
  } while (n);
  return have;
}

static void expect_no_child (void) {
  ck_assert_int_eq (waitpid (-1, NULL, WNOHANG), -1);
  ck_assert_int_eq (errno, ECHILD);
}

static void expect_text (struct file_in *in, size_t bytes) {
  ck_assert_msg (in != NULL, "%s", error);
  char *buffer = mem_alloc (TEXT_BYTES + 1);
  const size_t n = read_all (in, buffer, TEXT_BYTES + 1);
  ck_assert_msg (!file_in_error (in), "%s", file_in_error (in));
  ck_assert_uint_eq (n, bytes);
  ck_assert (!memcmp (buffer, text, n));
  ck_assert_uint_eq (file_in_read (in, buffer, 1), 0); // stays at the end
  file_in_close (in);
  mem_free (buffer);
  expect_no_child ();
}

static const struct format {
  const char *name, *tool;
} formats[] = {{"plain", "cat"},    {"gzip", "gzip"},
               {"xz", "xz"},        {"bzip2", "bzip2"},
               {"zstd", "zstd -q"}, {"lzma", "xz --format=lzma"}};

enum { FORMATS = sizeof formats / sizeof *formats };

static bool is_installed (int i) {
  char command[256];
  snprintf (command, sizeof command, "command -v %.*s >/dev/null",
            (int)strcspn (formats[i].tool, " "), formats[i].tool);
  return !system (command);
}

// Writes the first 'bytes' of the text, compressed, under the format's name.
static bool compress (int i, size_t bytes) {
  char command[1024];
  if (!is_installed (i)) {
    printf ("skipped: no %s\n", formats[i].tool);
    return false;
  }
  write_file ("text", text, bytes);
  snprintf (command, sizeof command, "%s -c <%s/text >%s/%s", formats[i].tool,
            folder, folder, formats[i].name);
  if (i == 0)
    snprintf (command, sizeof command, "cp %s/text %s/plain", folder, folder);
  ck_assert_int_eq (system (command), 0);
  return true;
}

START_TEST (reads_files) {
  static const size_t sizes[] = {0, 1, 5, 6, 7, 300000, TEXT_BYTES};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
    if (compress (_i, sizes[i]))
      expect_text (file_in_open (path_of (formats[_i].name), error), sizes[i]);
}
END_TEST

// Opens a pipe as stdin that another process fills in small pieces.
static pid_t feed_stdin (const char *name) {
  int fds[2];
  ck_assert_int_eq (pipe (fds), 0);
  const pid_t pid = fork ();
  if (!pid) {
    char buffer[5000];
    close (fds[0]);
    const int fd = open (path_of (name), O_RDONLY);
    for (ssize_t n = 1, i = 0; n > 0; i++) {
      n = read (fd, buffer, i < 10 ? 1 : sizeof buffer);
      if (n > 0 && write (fds[1], buffer, (size_t)n) != n)
        break;
    }
    _exit (0);
  }
  dup2 (fds[0], STDIN_FILENO);
  close (fds[0]);
  close (fds[1]);
  return pid;
}

// The kept copy is the file in the pipe.
START_TEST (reads_pipes) {
  if (!compress (_i, TEXT_BYTES))
    return;
  const pid_t pid = feed_stdin (formats[_i].name);
  struct file_in *in = file_in_open ("-", error);
  ck_assert_str_eq (file_in_name (in), "<stdin>");
  const int kept = open (path_of ("kept"), O_RDWR | O_CREAT | O_TRUNC, 0600);
  file_in_keep (in, kept);
  char *buffer = mem_alloc (TEXT_BYTES + 1);
  const size_t n = read_all (in, buffer, TEXT_BYTES + 1);
  ck_assert_uint_eq (n, TEXT_BYTES);
  ck_assert (!memcmp (buffer, text, n));
  file_in_close (in);
  mem_free (buffer);
  ck_assert_int_eq (waitpid (pid, NULL, 0), pid);
  expect_no_child ();
  ck_assert_uint_eq (file_bytes ("kept"), file_bytes (formats[_i].name));
  expect_text (file_in_reopen (kept, "kept", error), TEXT_BYTES);
  close (kept);
}
END_TEST

START_TEST (reports_full_copy) {
  if (access ("/dev/full", W_OK))
    return;
  write_file ("text", text, TEXT_BYTES);
  char *buffer = mem_alloc (TEXT_BYTES);
  struct file_in *in = file_in_open (path_of ("text"), error);
  const int full = open ("/dev/full", O_WRONLY);
  file_in_keep (in, full);
  read_all (in, buffer, TEXT_BYTES);
  ck_assert_str_eq (file_in_error (in),
                    "cannot keep a copy: No space left on device");
  file_in_close (in);
  close (full);
  mem_free (buffer);
}
END_TEST

// Cuts a compressed file, or changes a byte of it, at several places.
START_TEST (reports_damage) {
  if (!_i || !compress (_i, 300000))
    return;
  const size_t bytes = file_bytes (formats[_i].name);
  char *whole = mem_alloc (bytes), *buffer = mem_alloc (TEXT_BYTES);
  FILE *file = fopen (path_of (formats[_i].name), "rb");
  ck_assert_uint_eq (fread (whole, 1, bytes, file), bytes);
  fclose (file);
  for (int cut = 0; cut < 6; cut++) {
    const size_t left = cut == 5 ? bytes : bytes - 1 - cut * (bytes / 6);
    if (cut == 5)
      whole[bytes / 2] ^= 0x10;
    write_file ("damaged", whole, left);
    struct file_in *in = file_in_open (path_of ("damaged"), error);
    ck_assert_ptr_nonnull (in);
    read_all (in, buffer, TEXT_BYTES);
    if (strcmp (formats[_i].name, "lzma") || cut < 5) // lzma has no checksum
      ck_assert_ptr_nonnull (file_in_error (in));
    file_in_close (in);
    expect_no_child ();
  }
  mem_free (whole);
  mem_free (buffer);
}
END_TEST

START_TEST (closes_early) {
  if (!compress (_i, TEXT_BYTES))
    return;
  char buffer[10];
  struct file_in *in = file_in_open (path_of (formats[_i].name), error);
  ck_assert_uint_ge (file_in_read (in, buffer, 10), 1);
  file_in_close (in);
  expect_no_child ();
}
END_TEST

START_TEST (names_what_is_missing) {
  ck_assert_ptr_null (file_in_open (path_of ("nothing"), error));
  ck_assert_ptr_nonnull (strstr (error, "nothing: No such file"));
  ck_assert_ptr_null (file_in_open (folder, error));
  ck_assert_ptr_nonnull (strstr (error, "Is a directory"));
  if (!compress (2, 100))
    return;
  setenv ("PATH", "/nowhere", 1);
  ck_assert_ptr_null (file_in_open (path_of ("xz"), error));
  ck_assert_ptr_nonnull (strstr (error, "'xz', which is not installed"));
  expect_no_child ();
}
END_TEST

START_TEST (members_and_padding_of_gzip) {
  write_file ("a", text, 1000);
  write_file ("b", text + 1000, 500);
  char command[1024];
  snprintf (command, sizeof command,
            "cd %s && (gzip -c a; gzip -c b; head -c 600 /dev/zero) >ab.gz &&"
            "(gzip -c a; echo garbage) >bad.gz",
            folder);
  ck_assert_int_eq (system (command), 0);
  expect_text (file_in_open (path_of ("ab.gz"), error), 1500);
  struct file_in *in = file_in_open (path_of ("bad.gz"), error);
  char buffer[2000];
  ck_assert_uint_eq (read_all (in, buffer, sizeof buffer), 1000);
  ck_assert_str_eq (file_in_error (in),
                    "corrupt gzip data (incorrect header check)");
  file_in_close (in);
}
END_TEST

START_TEST (memory_reads) {
  expect_text (file_in_memory (text, 777, "memory"), 777);
  expect_text (file_in_memory (text, 0, "memory"), 0);
  expect_text (file_in_memory ("", 0, "memory"), 0);
  if (!compress (1, TEXT_BYTES))
    return;
  const size_t bytes = file_bytes ("gzip");
  char *packed = mem_alloc (bytes);
  FILE *file = fopen (path_of ("gzip"), "rb");
  ck_assert_uint_eq (fread (packed, 1, bytes, file), bytes);
  fclose (file);
  expect_text (file_in_memory (packed, bytes, "memory"), TEXT_BYTES);
  mem_free (packed);
}
END_TEST

START_TEST (writes) {
  const char *name = _i ? "out.gz" : "out";
  struct file_out *out =
      file_out_open (&(struct file_target){.path = path_of (name)}, error);
  struct rng rng;
  rng_init (&rng, seed);
  for (size_t done = 0; done < TEXT_BYTES;) {
    size_t n = 1 + rng_below (&rng, 1 << rng_below (&rng, 21));
    if (n > TEXT_BYTES - done)
      n = TEXT_BYTES - done;
    ck_assert (file_out_write (out, text + done, n));
    done += n;
  }
  ck_assert (file_out_close (out, error));
  expect_text (file_in_open (path_of (name), error), TEXT_BYTES);
  if (_i)
    ck_assert_uint_lt (file_bytes (name), TEXT_BYTES);
}
END_TEST

START_TEST (prints) {
  struct file_out *out =
      file_out_open (&(struct file_target){.path = path_of ("printed")}, error);
  ck_assert (file_out_printf (out, "%d %s\n", 7, "seven"));
  ck_assert (file_out_close (out, NULL));
  ck_assert_uint_eq (file_bytes ("printed"), 8);
}
END_TEST

START_TEST (reports_full_disk) {
  if (access ("/dev/full", W_OK))
    return;
  char *link = path_of (_i ? "full.gz" : "full");
  ck_assert_int_eq (symlink ("/dev/full", link), 0);
  struct file_out *out =
      file_out_open (&(struct file_target){.path = link}, error);
  ck_assert_ptr_nonnull (out);
  for (int i = 0; i < 4; i++)
    file_out_write (out, text, TEXT_BYTES);
  ck_assert (!file_out_write (out, text, TEXT_BYTES));
  ck_assert (!file_out_close (out, error));
  ck_assert_msg (strstr (error, "No space left"), "%s", error);
  out = file_out_open (&(struct file_target){.path = link},
                       error); // a little text fails as well
  file_out_write (out, "x", 1);
  ck_assert (!file_out_close (out, error));
  ck_assert_ptr_null (
      file_out_open (&(struct file_target){.path = "/nowhere/file"}, error));
  ck_assert_str_eq (error, "/nowhere/file: No such file or directory");
}
END_TEST

int main (void) {
  seed = suite_seed ();
  if (!mkdtemp (folder))
    return 1;
  make_text ();
  Suite *suite = suite_create ("base file");
  TCase *tcase = tcase_create ("file");
  tcase_add_loop_test (tcase, reads_files, 0, FORMATS);
  tcase_add_loop_test (tcase, reads_pipes, 0, FORMATS);
  tcase_add_test (tcase, reports_full_copy);
  tcase_add_loop_test (tcase, reports_damage, 0, FORMATS);
  tcase_add_loop_test (tcase, closes_early, 0, FORMATS);
  tcase_add_test (tcase, names_what_is_missing);
  tcase_add_test (tcase, members_and_padding_of_gzip);
  tcase_add_test (tcase, memory_reads);
  tcase_add_loop_test (tcase, writes, 0, 2);
  tcase_add_test (tcase, prints);
  tcase_add_loop_test (tcase, reports_full_disk, 0, 2);
  suite_add_tcase (suite, tcase);
  const int failed = suite_run (suite);
  mem_free (text);
  char command[300];
  snprintf (command, sizeof command, "rm -rf %s", folder);
  return system (command) || failed;
}
