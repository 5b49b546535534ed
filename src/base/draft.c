// draft.c - files that appear when they are complete.
#define _GNU_SOURCE
#include "base/draft.h"
#include "base/fatal.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

enum { ATTEMPTS = 100, NAME_BYTES = 40, LOOK_MS = 50, PATIENCE_MS = 1000 };

// Handlers of fatal errors need to find what has a name, hence these globals.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct draft *named; // under 'lock'

/*------------------------------------------------------------------------*/
// Temporary names.

static void abandon_all (void) {
  pthread_mutex_lock (&lock);
  for (const struct draft *draft = named; draft; draft = draft->next)
    unlink (draft->temporary);
  pthread_mutex_unlock (&lock);
}

static void enlist (struct draft *draft) {
  fatal_set_cleanup (abandon_all);
  pthread_mutex_lock (&lock);
  draft->next = named;
  named = draft;
  pthread_mutex_unlock (&lock);
}

static void forget_name (struct draft *draft) {
  pthread_mutex_lock (&lock);
  for (struct draft **p = &named; *p; p = &(*p)->next)
    if (*p == draft) {
      *p = draft->next;
      break;
    }
  pthread_mutex_unlock (&lock);
  mem_free (draft->temporary);
  draft->temporary = NULL;
}

static char *invent_name (const char *folder) {
  uint64_t number;
  if (getrandom (&number, sizeof number, 0) != sizeof number)
    number = (uint64_t)getpid () << 32 ^ (uintptr_t)&number;
  const size_t bytes = strlen (folder) + NAME_BYTES;
  char *name = mem_alloc (bytes);
  snprintf (name, bytes, "%s/.tutti-%016llx", folder,
            (unsigned long long)number);
  return name;
}

// Creates a file under a new name.
//
//   name       returns owned
//   returns    descriptor, or -1 with errno
static int create (const char *folder, mode_t mode, char **name) {
  for (int i = 0; i < ATTEMPTS; i++) {
    *name = invent_name (folder);
    const int fd = open (*name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd >= 0)
      return fd;
    mem_free (*name);
    if (errno != EEXIST)
      break;
  }
  return -1;
}

int draft_unnamed (const char *folder) {
  const int fd = open (folder, O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0)
    return fd;
  char *name;
  const int other = create (folder, 0600, &name);
  if (other >= 0) {
    unlink (name);
    mem_free (name);
  }
  return other;
}

/*------------------------------------------------------------------------*/
// Opening.

static bool can_link (int fd) {
  char name[NAME_BYTES];
  snprintf (name, sizeof name, "/proc/self/fd/%d", fd);
  return !access (name, F_OK);
}

// In the place's own folder, so that it can be renamed.
static int open_beside (struct draft *draft) {
  char *folder = place_folder (draft->place.path), *name;
  int error = 0;
  draft->fd = open (folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
  if (draft->fd >= 0 && !can_link (draft->fd)) {
    close (draft->fd);
    draft->fd = -1;
  }
  if (draft->fd < 0) {
    draft->fd = create (folder, 0666, &name);
    error = draft->fd < 0 ? errno : 0;
    if (!error) {
      draft->temporary = name;
      enlist (draft);
    }
  }
  mem_free (folder);
  return error;
}

// The new file belongs to whom the old one does, and may be read by the same.
static bool inherit (const struct draft *draft) {
  const struct stat *old = &draft->place.status;
  struct stat status;
  if (!draft->place.exists)
    return true;
  if (fstat (draft->fd, &status))
    return false;
  if ((status.st_uid != old->st_uid || status.st_gid != old->st_gid) &&
      fchown (draft->fd, old->st_uid, old->st_gid))
    return false;
  return !fchmod (draft->fd, old->st_mode & 07777);
}

static void shut (struct draft *draft) {
  if (draft->temporary) {
    unlink (draft->temporary);
    forget_name (draft);
  }
  if (draft->fd >= 0)
    close (draft->fd);
  draft->fd = -1;
}

static int open_unnamed (struct draft *draft, const char *folder) {
  draft->fd = draft_unnamed (folder);
  return draft->fd < 0 ? errno : 0;
}

static const char *spare_folder (void) {
  const char *folder = getenv ("TMPDIR");
  return folder && *folder ? folder : "/tmp";
}

static int open_replacing (struct draft *draft) {
  int error = place_writable (&draft->place);
  if (error)
    return error;
  error = open_beside (draft);
  if (!error && inherit (draft))
    return 0;
  if (error && !draft->place.exists)
    return error;
  shut (draft);
  draft->target = open (draft->place.path, O_WRONLY | O_CLOEXEC);
  return draft->target < 0 ? errno : open_unnamed (draft, spare_folder ());
}

// A pipe that nobody reads is not waited for.
static int open_stream (const struct place *place, int *fd) {
  const int error = place_writable (place);
  if (error)
    return error;
  if (place->descriptor >= 0)
    *fd = fcntl (place->descriptor, F_DUPFD_CLOEXEC, 3);
  else
    *fd = open (place->path, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (*fd >= 0 && place->descriptor < 0)
    fcntl (*fd, F_SETFL, fcntl (*fd, F_GETFL) & ~O_NONBLOCK);
  return *fd < 0 ? errno : 0;
}

static int open_parts (struct draft *draft, const char *path,
                       const char *spool) {
  if (!path)
    return open_unnamed (draft, spool);
  int error = place_find (&draft->place, path);
  if (error)
    return error;
  if (place_replaceable (&draft->place))
    return open_replacing (draft);
  error = open_stream (&draft->place, spool ? &draft->target : &draft->fd);
  return error || !spool ? error : open_unnamed (draft, spool);
}

int draft_open (struct draft *draft, const char *path, const char *spool) {
  *draft = (struct draft){.fd = -1, .target = -1};
  const int error = open_parts (draft, path, spool);
  if (error)
    draft_discard (draft);
  return error;
}

/*------------------------------------------------------------------------*/
// Writing.

static int await_room (const struct draft *draft, int fd) {
  struct pollfd room = {.fd = fd, .events = POLLOUT};
  for (int waited_ms = 0; poll (&room, 1, LOOK_MS) <= 0; waited_ms += LOOK_MS)
    if (waited_ms >= PATIENCE_MS && draft->hurry && draft->hurry (draft->state))
      return EAGAIN;
  return 0;
}

static bool is_pipe (int fd) {
  struct stat status;
  return !fstat (fd, &status) && S_ISFIFO (status.st_mode);
}

// A pipe takes PIPE_BUF bytes without blocking when it has room at all.
static int write_all (const struct draft *draft, int fd, const char *bytes,
                      size_t n) {
  const bool pipe = is_pipe (fd);
  int error = 0;
  while (n && !error) {
    if (pipe && (error = await_room (draft, fd)))
      break;
    const ssize_t done = write (fd, bytes, pipe && n > PIPE_BUF ? PIPE_BUF : n);
    if (done >= 0) {
      bytes += done;
      n -= (size_t)done;
    } else if (errno == EAGAIN)
      error = await_room (draft, fd);
    else if (errno != EINTR)
      error = errno;
  }
  return error;
}

int draft_write (const struct draft *draft, const char *bytes, size_t n) {
  return write_all (draft, draft->fd, bytes, n);
}

/*------------------------------------------------------------------------*/
// Closing.

// Closing a second descriptor makes network file systems write, and tells
// what went wrong while there is still something to undo.
static int settle (int fd) {
  const int copy = dup (fd);
  return copy < 0 || close (copy) ? errno : 0;
}

static int link_name (struct draft *draft) {
  char self[NAME_BYTES], *folder = place_folder (draft->place.path);
  int error = EEXIST;
  snprintf (self, sizeof self, "/proc/self/fd/%d", draft->fd);
  for (int i = 0; i < ATTEMPTS && error == EEXIST; i++) {
    draft->temporary = invent_name (folder);
    error =
        linkat (AT_FDCWD, self, AT_FDCWD, draft->temporary, AT_SYMLINK_FOLLOW)
            ? errno
            : 0;
    if (error) {
      mem_free (draft->temporary);
      draft->temporary = NULL;
    }
  }
  mem_free (folder);
  return error;
}

// From the first name to the last one: a crash in between leaves the
// temporary name behind, hence nothing else happens here.
static int replace (struct draft *draft) {
  if (!draft->temporary) {
    const int error = link_name (draft);
    if (error)
      return error;
    enlist (draft);
  }
  if (rename (draft->temporary, draft->place.path))
    return errno;
  forget_name (draft);
  return 0;
}

// A file that is mounted itself, or another's in a sticky folder, keeps its
// name.
static bool must_stay (int error) {
  return error == EBUSY || error == EPERM || error == EACCES || error == EXDEV;
}

static int copy (struct draft *draft) {
  static const size_t room = 1 << 18;
  if (place_replaceable (&draft->place) && ftruncate (draft->target, 0))
    return errno;
  if (lseek (draft->fd, 0, SEEK_SET))
    return errno;
  char *buffer = mem_alloc (room);
  int error = 0;
  ssize_t n;
  while (!error && (n = read (draft->fd, buffer, room)) != 0)
    if (n > 0)
      error = write_all (draft, draft->target, buffer, n);
    else if (errno != EINTR)
      error = errno;
  mem_free (buffer);
  return error ? error : settle (draft->target);
}

static int deliver (struct draft *draft) {
  if (draft->target >= 0)
    return copy (draft);
  if (!draft->place.path || !place_replaceable (&draft->place))
    return 0;
  const int error = replace (draft);
  if (!must_stay (error) || !draft->place.exists)
    return error;
  draft->target = open (draft->place.path, O_WRONLY | O_CLOEXEC);
  return draft->target < 0 ? error : copy (draft);
}

int draft_commit (struct draft *draft) {
  int error = settle (draft->fd);
  if (!error)
    error = deliver (draft);
  draft_discard (draft);
  return error;
}

void draft_discard (struct draft *draft) {
  shut (draft);
  if (draft->target >= 0)
    close (draft->target);
  draft->target = -1;
  place_fini (&draft->place);
}
