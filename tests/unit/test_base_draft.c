// Output files: whatever happens, there is the old file or the new one and
// nothing else; links, permissions and owners stay; pipes, devices and
// descriptors are written as they are; two names of one file are known.
#define _GNU_SOURCE
#include "suite.h"

#include "base/draft.h"
#include "base/fatal.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/streams.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/tutti-test-draft-XXXXXX";
static char error[FILE_ERROR_BYTES];

// A file system that knows no nameless files, and one where nothing can be
// replaced: these stand in front of the C library's functions.
static bool needs_names, keeps_names;

int open (const char *path, int flags, ...) {
  va_list ap;
  va_start (ap, flags);
  const int mode = va_arg (ap, int);
  va_end (ap);
  if (needs_names && (flags & O_TMPFILE) == O_TMPFILE) {
    errno = EOPNOTSUPP;
    return -1;
  }
  return (int)syscall (SYS_openat, AT_FDCWD, path, flags, mode);
}

int rename (const char *from, const char *to) {
  if (keeps_names) {
    errno = EBUSY;
    return -1;
  }
  return (int)syscall (SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

static const char *path_of (const char *name) {
  static char paths[4][256];
  static unsigned next;
  char *path = paths[next++ % 4];
  snprintf (path, 256, "%s/%s", folder, name);
  return path;
}

static void store (const char *name, const char *text, mode_t mode) {
  FILE *file = fopen (path_of (name), "w");
  ck_assert_ptr_nonnull (file);
  fputs (text, file);
  fclose (file);
  ck_assert_int_eq (chmod (path_of (name), mode), 0);
}

static void expect (const char *name, const char *text) {
  char found[256] = "";
  FILE *file = fopen (path_of (name), "r");
  ck_assert_msg (file != NULL, "no file '%s'", name);
  found[fread (found, 1, sizeof found - 1, file)] = 0;
  fclose (file);
  ck_assert_str_eq (found, text);
}

static void expect_files (int number) {
  int found = 0;
  DIR *dir = opendir (folder);
  for (struct dirent *entry; (entry = readdir (dir));)
    found += strcmp (entry->d_name, ".") && strcmp (entry->d_name, "..");
  closedir (dir);
  ck_assert_int_eq (found, number);
}

static struct stat status_of (const char *name) {
  struct stat status;
  ck_assert_int_eq (lstat (path_of (name), &status), 0);
  return status;
}

static struct file_out *begin (const char *name) {
  struct file_out *out =
      file_out_open (&(struct file_target){.path = path_of (name)}, error);
  ck_assert_msg (out != NULL, "%s", error);
  ck_assert (file_out_printf (out, "new"));
  return out;
}

static void finish (struct file_out *out) {
  ck_assert_msg (file_out_close (out, error), "%s", error);
}

static void setup (void) {
  strcpy (folder + strlen (folder) - 6, "XXXXXX");
  ck_assert_ptr_nonnull (mkdtemp (folder));
  needs_names = keeps_names = false;
  umask (027);
}

static void teardown (void) {
  char command[300];
  snprintf (command, sizeof command, "rm -rf %s", folder);
  ck_assert_int_eq (system (command), 0);
}

/*------------------------------------------------------------------------*/
// Old or new.

START_TEST (appears) {
  needs_names = _i;
  struct file_out *out = begin ("f");
  expect_files (_i);
  ck_assert_int_ne (access (path_of ("f"), F_OK), 0);
  finish (out);
  expect_files (1);
  expect ("f", "new");
  ck_assert_int_eq (status_of ("f").st_mode & 07777, 0640);
}
END_TEST

START_TEST (replaces) {
  needs_names = _i;
  store ("f", "old", 0604);
  struct file_out *out = begin ("f");
  expect ("f", "old");
  finish (out);
  expect ("f", "new");
  expect_files (1);
  ck_assert_int_eq (status_of ("f").st_mode & 07777, 0604);
}
END_TEST

START_TEST (is_discarded) {
  needs_names = _i & 1;
  if (_i & 2)
    store ("f", "old", 0600);
  struct file_out *out = begin (_i & 4 ? "f.gz" : "f");
  file_out_end (out);
  file_out_discard (out);
  file_out_discard (begin ("f"));
  expect_files (_i & 2 ? 1 : 0);
}
END_TEST

START_TEST (fails) {
  store ("f", "old", 0600);
  struct file_out *out = begin ("f");
  signal (SIGXFSZ, SIG_IGN);
  const struct rlimit limit = {2, 2};
  ck_assert_int_eq (setrlimit (RLIMIT_FSIZE, &limit), 0);
  ck_assert (!file_out_close (out, error));
  ck_assert_msg (strstr (error, "File too large"), "%s", error);
  expect ("f", "old");
  expect_files (1);
}
END_TEST

static void rest_in_peace (void (*end) (void), int number) {
  const pid_t pid = fork ();
  if (!pid) {
    struct file_out *out =
        file_out_open (&(struct file_target){.path = path_of ("f")}, error);
    char bytes[10000] = "";
    for (int i = 0; i < 100; i++)
      file_out_write (out, bytes, sizeof bytes);
    end ();
    _exit (0);
  }
  int status;
  ck_assert_int_eq (waitpid (pid, &status, 0), pid);
  ck_assert (WIFSIGNALED (status));
  ck_assert_int_eq (WTERMSIG (status), number);
}

static void kill_self (void) {
  kill (getpid (), SIGKILL);
}

static void die (void) {
  if (!freopen ("/dev/null", "w", stderr))
    _exit (0);
  fatal ("the end");
}

START_TEST (is_killed) {
  store ("f", "old", 0600);
  rest_in_peace (kill_self, SIGKILL);
  needs_names = _i;
  rest_in_peace (die, SIGABRT);
  expect ("f", "old");
  expect_files (1);
}
END_TEST

// What cannot be replaced is overwritten, and stays the same file.
START_TEST (stays) {
  keeps_names = true;
  needs_names = _i;
  store ("f", "old and longer", 0600);
  const ino_t inode = status_of ("f").st_ino;
  struct file_out *out = begin ("f");
  expect ("f", "old and longer");
  finish (out);
  expect ("f", "new");
  expect_files (1);
  ck_assert_uint_eq (status_of ("f").st_ino, inode);
}
END_TEST

/*------------------------------------------------------------------------*/
// Links, permissions, owners.

START_TEST (follows_links) {
  if (_i)
    store ("f", "old", 0600);
  ck_assert_int_eq (symlink ("b", path_of ("a")), 0);
  ck_assert_int_eq (symlink (path_of ("f"), path_of ("b")), 0);
  finish (begin ("a"));
  expect ("f", "new");
  ck_assert (S_ISLNK (status_of ("a").st_mode));
  ck_assert (S_ISLNK (status_of ("b").st_mode));
  expect_files (3);
  ck_assert_int_eq (symlink ("loop", path_of ("loop")), 0);
  ck_assert_ptr_null (
      file_out_open (&(struct file_target){.path = path_of ("loop")}, error));
  ck_assert_ptr_nonnull (strstr (error, "symbolic links"));
}
END_TEST

static bool become_nobody (void) {
  if (geteuid ())
    return true;
  ck_assert_int_eq (chown (folder, 65534, 65534), 0);
  return !setgid (65534) && !setuid (65534);
}

START_TEST (respects_permissions) {
  ck_assert (become_nobody ());
  store ("f", "old", 0444);
  mkdir (path_of ("sub"), 0700);
  store ("sub/f", "old", 0666);
  chmod (path_of ("sub"), 0555);
  ck_assert_ptr_null (
      file_out_open (&(struct file_target){.path = path_of ("f")}, error));
  ck_assert_ptr_nonnull (strstr (error, "Permission denied"));
  ck_assert_ptr_null (
      file_out_open (&(struct file_target){.path = path_of ("sub/g")}, error));
  ck_assert (!file_out_check (path_of ("f"), error));
  ck_assert (!file_out_check (path_of ("sub/g"), error));
  ck_assert (file_out_check (path_of ("sub/f"), error));
  const ino_t inode = status_of ("sub/f").st_ino;
  struct file_out *out = begin ("sub/f");
  expect ("sub/f", "old");
  finish (out);
  expect ("sub/f", "new");
  ck_assert_uint_eq (status_of ("sub/f").st_ino, inode);
  file_out_discard (begin ("sub/f"));
  expect ("sub/f", "new");
  chmod (path_of ("sub"), 0755);
}
END_TEST

START_TEST (keeps_owner) {
  if (geteuid ())
    return;
  store ("f", "old", 0660);
  ck_assert_int_eq (chown (path_of ("f"), 65534, 12345), 0);
  finish (begin ("f"));
  expect ("f", "new");
  ck_assert_int_eq (status_of ("f").st_uid, 65534);
  ck_assert_int_eq (status_of ("f").st_gid, 12345);
  ck_assert_int_eq (status_of ("f").st_mode & 07777, 0660);
  // a foreign group cannot be given: the file itself is kept
  ck_assert (become_nobody ());
  const ino_t inode = status_of ("f").st_ino;
  finish (begin ("f"));
  ck_assert_uint_eq (status_of ("f").st_ino, inode);
  ck_assert_int_eq (status_of ("f").st_gid, 12345);
}
END_TEST

/*------------------------------------------------------------------------*/
// Streams.

START_TEST (writes_descriptors) {
  store ("f", "old", 0600);
  char name[32];
  const int fd = open (path_of ("f"), O_WRONLY | O_APPEND);
  snprintf (name, sizeof name, "/dev/fd/%d", fd);
  struct file_out *out =
      file_out_open (&(struct file_target){.path = name}, error);
  ck_assert_msg (out != NULL, "%s", error);
  file_out_printf (out, "new");
  finish (out);
  expect ("f", "oldnew");
  out = file_out_open (&(struct file_target){.path = name, .spool = folder},
                       error);
  file_out_printf (out, "er");
  file_out_end (out);
  expect ("f", "oldnew");
  finish (out);
  expect ("f", "oldnewer");
  close (fd);
  ck_assert_ptr_null (
      file_out_open (&(struct file_target){.path = name}, error));
  const int input = open (path_of ("f"), O_RDONLY);
  snprintf (name, sizeof name, "/proc/self/fd/%d", input);
  ck_assert_ptr_null (
      file_out_open (&(struct file_target){.path = name}, error));
  ck_assert_ptr_nonnull (strstr (error, "Bad file descriptor"));
  close (input);
}
END_TEST

static bool hurry (void *calls) {
  return ++*(int *)calls > 3;
}

static struct file_out *open_pipe (int *calls, const char *spool) {
  const struct file_target target = {
      .path = path_of ("p"), .spool = spool, .hurry = hurry, .state = calls};
  return file_out_open (&target, error);
}

START_TEST (writes_pipes) {
  char found[8] = "";
  int calls = 0;
  ck_assert_int_eq (mkfifo (path_of ("p"), 0600), 0);
  ck_assert_ptr_null (open_pipe (&calls, NULL));
  ck_assert_int_eq (calls, 4);
  ck_assert_ptr_nonnull (strstr (error, "p: nobody reads this pipe"));
  const int fd = open (path_of ("p"), O_RDONLY | O_NONBLOCK);
  struct file_out *out = open_pipe (&calls, _i ? folder : NULL);
  ck_assert_ptr_nonnull (out);
  file_out_printf (out, "new");
  file_out_end (out);
  ck_assert_int_eq (read (fd, found, sizeof found), _i ? -1 : 3);
  finish (out);
  ck_assert_int_eq (read (fd, found, sizeof found), _i ? 3 : 0);
  ck_assert_str_eq (found, "new");
  expect_files (1);
  close (fd);
}
END_TEST

// The reader of a pipe is there but does not read, or does so later.
START_TEST (waits_for_readers) {
  enum { BYTES = 300000 };
  static char bytes[BYTES];
  int calls = 0;
  ck_assert_int_eq (mkfifo (path_of ("p"), 0600), 0);
  const int fd = open (path_of ("p"), O_RDONLY | O_NONBLOCK);
  struct file_out *out = open_pipe (&calls, _i ? folder : NULL);
  ck_assert_ptr_nonnull (out);
  file_out_write (out, bytes, BYTES);
  ck_assert (!file_out_close (out, error));
  ck_assert_int_ge (calls, 4);
  ck_assert_ptr_nonnull (strstr (error, "p: nobody reads this pipe"));
  close (fd);
  const pid_t pid = fork ();
  if (!pid) {
    ssize_t n, sum = 0;
    usleep (100000);
    const int later = open (path_of ("p"), O_RDONLY);
    while ((n = read (later, bytes, BYTES)) > 0)
      sum += n;
    _exit (sum == BYTES ? 0 : 1);
  }
  calls = -1000000;
  out = open_pipe (&calls, _i ? folder : NULL);
  ck_assert_ptr_nonnull (out);
  file_out_write (out, bytes, BYTES);
  finish (out);
  int status;
  ck_assert_int_eq (waitpid (pid, &status, 0), pid);
  ck_assert_int_eq (status, 0);
}
END_TEST

START_TEST (reads_again) {
  const char *name = _i ? "f.gz" : "f";
  struct file_out *out = file_out_open (
      &(struct file_target){.path = _i == 2 ? NULL : path_of (name),
                            .spool = folder},
      error);
  ck_assert_msg (out != NULL, "%s", error);
  file_out_printf (out, "once more");
  struct file_in *in = file_in_reopen (file_out_end (out), "again", error);
  ck_assert_msg (in != NULL, "%s", error);
  char found[32] = "";
  ck_assert_uint_eq (file_in_read (in, found, sizeof found), 9);
  ck_assert_str_eq (found, "once more");
  file_in_close (in);
  finish (out);
  expect_files (_i == 2 ? 0 : 1);
}
END_TEST

// A child starts without stdin, stdout and stderr: nothing that it opens takes
// their place.
START_TEST (fills_descriptors) {
  const pid_t pid = fork ();
  if (!pid) {
    char byte;
    for (int fd = 0; fd < 3; fd++)
      if (_i >> fd & 1)
        close (fd);
    streams_init ();
    bool fine = dup (0) > 2;
    if (_i & 1)
      fine &= read (0, &byte, 1) < 0 && errno == EBADF;
    for (int fd = 1; fd < 3; fd++)
      if (_i >> fd & 1)
        fine &= write (fd, "x", 1) < 0 && errno == EBADF;
    if (_i & 2)
      fine &= puts ("lost") < 0 || streams_finish () == EBADF;
    _exit (fine ? 0 : 1);
  }
  int status;
  ck_assert_int_eq (waitpid (pid, &status, 0), pid);
  ck_assert_int_eq (status, 0);
}
END_TEST

/*------------------------------------------------------------------------*/
// The same file.

static bool same (const char *a, const char *b) {
  struct place places[2];
  ck_assert_int_eq (place_find (&places[0], a), 0);
  ck_assert_int_eq (place_find (&places[1], b), 0);
  const bool res = place_same (&places[0], &places[1]);
  ck_assert_int_eq (res, place_same (&places[1], &places[0]));
  place_fini (&places[0]);
  place_fini (&places[1]);
  return res;
}

START_TEST (knows_same_files) {
  char name[32];
  store ("f", "", 0600);
  store ("g", "", 0600);
  ck_assert_int_eq (mkdir (path_of ("sub"), 0700), 0);
  ck_assert_int_eq (link (path_of ("f"), path_of ("hard")), 0);
  ck_assert_int_eq (symlink ("f", path_of ("soft")), 0);
  ck_assert_int_eq (symlink ("sub/new", path_of ("dangling")), 0);
  const int fd = open (path_of ("f"), O_RDONLY);
  snprintf (name, sizeof name, "/dev/fd/%d", fd);
  ck_assert (same (path_of ("f"), path_of ("sub/../f")));
  ck_assert (same (path_of ("f"), path_of ("hard")));
  ck_assert (same (path_of ("soft"), path_of ("hard")));
  ck_assert (same (path_of ("f"), name));
  ck_assert (!same (path_of ("f"), path_of ("g")));
  ck_assert (!same (path_of ("f"), path_of ("new")));
  ck_assert (same (path_of ("new"), path_of ("sub/../new")));
  ck_assert (!same (path_of ("new"), path_of ("sub/new")));
  ck_assert (same (path_of ("dangling"), path_of ("sub/new")));
  ck_assert (!same (path_of ("new"), path_of ("newer")));
  ck_assert (!same ("/dev/null", "/dev/null"));
  close (fd);
  struct place place;
  ck_assert_int_eq (place_find (&place, name), EBADF);
  ck_assert_int_eq (place_find (&place, path_of ("none/f")), ENOENT);
  ck_assert_int_eq (place_find (&place, path_of ("f/f")), ENOTDIR);
  ck_assert_int_eq (place_find (&place, folder), EISDIR);
}
END_TEST

int main (void) {
  Suite *suite = suite_create ("base draft");
  TCase *tcase = tcase_create ("draft");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, appears, 0, 2);
  tcase_add_loop_test (tcase, replaces, 0, 2);
  tcase_add_loop_test (tcase, is_discarded, 0, 8);
  tcase_add_test (tcase, fails);
  tcase_add_loop_test (tcase, is_killed, 0, 2);
  tcase_add_loop_test (tcase, stays, 0, 2);
  tcase_add_loop_test (tcase, follows_links, 0, 2);
  tcase_add_test (tcase, respects_permissions);
  tcase_add_test (tcase, keeps_owner);
  tcase_add_test (tcase, writes_descriptors);
  tcase_add_loop_test (tcase, writes_pipes, 0, 2);
  tcase_add_loop_test (tcase, waits_for_readers, 0, 2);
  tcase_add_loop_test (tcase, reads_again, 0, 3);
  tcase_add_loop_test (tcase, fills_descriptors, 0, 8);
  tcase_add_test (tcase, knows_same_files);
  suite_add_tcase (suite, tcase);
  return suite_run (suite);
}
