// place.c - where the name of an output leads.
#define _GNU_SOURCE
#include "base/place.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_LINKS = 40 }; // as Linux has it

char *place_folder (const char *path) {
  const char *slash = strrchr (path, '/');
  if (!slash)
    return mem_strdup (".");
  char *folder = mem_strdup (path);
  folder[slash == path ? 1 : slash - path] = 0;
  return folder;
}

static const char *last_part (const char *path) {
  const char *slash = strrchr (path, '/');
  return slash ? slash + 1 : path;
}

// The descriptor that a name stands for, or -1.  These are links, too, but
// what they lead to is open already, maybe at its end, and may have no name.
static int descriptor_of (const char *path) {
  static const char *const names[] = {"/dev/stdin", "/dev/stdout",
                                      "/dev/stderr"};
  static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
  for (int i = 0; i < 3; i++)
    if (!strcmp (path, names[i]))
      return i;
  for (int i = 0; i < 2; i++) {
    const size_t length = strlen (folders[i]);
    const char *digits = path + length;
    if (!strncmp (path, folders[i], length) && *digits && strlen (digits) < 9 &&
        strspn (digits, "0123456789") == strlen (digits))
      return atoi (digits);
  }
  return -1;
}

// Takes what a link says, seen from the link's folder.
static void step (struct place *place, const char *target) {
  char *folder = place_folder (place->path);
  const size_t bytes = strlen (folder) + strlen (target) + 2;
  char *path = mem_alloc (bytes);
  if (*target == '/')
    strcpy (path, target);
  else
    snprintf (path, bytes, "%s/%s", folder, target);
  mem_free (folder);
  mem_free (place->path);
  place->path = path;
}

static int follow (struct place *place) {
  char target[PATH_MAX];
  for (int i = 0; i < MAX_LINKS; i++) {
    place->descriptor = descriptor_of (place->path);
    if (place->descriptor >= 0)
      return 0;
    const ssize_t n = readlink (place->path, target, sizeof target - 1);
    if (n < 0)
      return 0; // no link, or nothing there
    target[n] = 0;
    step (place, target);
  }
  return ELOOP;
}

static int look_at_folder (struct place *place) {
  if (!*last_part (place->path))
    return EISDIR;
  char *folder = place_folder (place->path);
  const int failed = stat (folder, &place->status);
  mem_free (folder);
  return failed ? errno : S_ISDIR (place->status.st_mode) ? 0 : ENOTDIR;
}

static int look (struct place *place) {
  const int failed = place->descriptor >= 0
                         ? fstat (place->descriptor, &place->status)
                         : stat (place->path, &place->status);
  place->exists = !failed;
  if (!failed)
    return S_ISDIR (place->status.st_mode) ? EISDIR : 0;
  return errno == ENOENT ? look_at_folder (place) : errno;
}

// The kernel is asked first: it may forbid to follow a link that somebody else
// has put into a common folder.
int place_find (struct place *place, const char *path) {
  struct stat status;
  if (stat (path, &status) && errno != ENOENT)
    return errno;
  *place = (struct place){.path = mem_strdup (path), .descriptor = -1};
  int error = follow (place);
  if (!error)
    error = look (place);
  if (error)
    place_fini (place);
  return error;
}

void place_fini (struct place *place) {
  mem_free (place->path);
  *place = (struct place){.descriptor = -1};
}

bool place_same (const struct place *a, const struct place *b) {
  if (a->exists != b->exists || a->status.st_dev != b->status.st_dev ||
      a->status.st_ino != b->status.st_ino)
    return false;
  if (a->exists)
    return !S_ISCHR (a->status.st_mode) && !S_ISSOCK (a->status.st_mode);
  return !strcmp (last_part (a->path), last_part (b->path));
}

bool place_replaceable (const struct place *place) {
  return place->descriptor < 0 &&
         (!place->exists || S_ISREG (place->status.st_mode));
}

static int can (const char *path, int what) {
  return faccessat (AT_FDCWD, path, what, AT_EACCESS) ? errno : 0;
}

int place_writable (const struct place *place) {
  if (place->descriptor >= 0)
    return (fcntl (place->descriptor, F_GETFL) & O_ACCMODE) == O_RDONLY ? EBADF
                                                                        : 0;
  if (place->exists)
    return can (place->path, W_OK);
  char *folder = place_folder (place->path);
  const int error = can (folder, W_OK | X_OK);
  mem_free (folder);
  return error;
}
