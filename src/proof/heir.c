// heir.c - hold the partial proofs of other processes open.
// Idea     /proc/PID/fd/N opens a file that has no name; whoever has it open
//          keeps it, and when all processes are gone so is the file
// Needs    the same host, user and process name space.  That the files are
//          those that the owner means, and not those of another process with
//          that number, is told by device and inode
#include "proof/heir.h"

#include "base/memory.h"
#include "base/vec.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct held {
  uint64_t lane;
  int main_fd, tail_fd;
};

struct heir {
  VEC (struct held) held;
};

struct heir *heir_new (void) {
  return mem_calloc (1, sizeof (struct heir));
}

static void release (const struct held *held) {
  if (held->main_fd >= 0)
    close (held->main_fd);
  if (held->tail_fd >= 0)
    close (held->tail_fd);
}

void heir_free (struct heir *heir) {
  if (!heir)
    return;
  for_vec (struct held, held, &heir->held)
    release (held);
  vec_fini (&heir->held);
  mem_free (heir);
}

// Waits for nothing, whatever else may have that number by now.
//
//   returns    a descriptor or -1
static int open_file (uint64_t process, const struct partial_file *file) {
  char path[64];
  struct stat status;
  snprintf (path, sizeof path, "/proc/%" PRIu64 "/fd/%" PRIu64, process,
            file->fd);
  const int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0)
    return -1;
  if (!fstat (fd, &status) && status.st_dev == file->device &&
      status.st_ino == file->inode)
    return fd;
  close (fd);
  return -1;
}

// returns false if there is none
static bool take (struct heir *heir, uint64_t lane, struct held *taken) {
  for_vec (struct held, held, &heir->held)
    if (held->lane == lane) {
      *taken = *held;
      *held = vec_pop (&heir->held);
      return true;
    }
  return false;
}

bool heir_hold (struct heir *heir, const struct partial_address *address) {
  struct held held, old;
  if (take (heir, address->lane, &old))
    release (&old);
  held.lane = address->lane;
  held.main_fd = open_file (address->process, &address->main);
  held.tail_fd = open_file (address->process, &address->tail);
  const bool success = held.main_fd >= 0 && held.tail_fd >= 0;
  if (success)
    vec_push (&heir->held, held);
  else
    release (&held);
  return success;
}

struct partial *heir_adopt (struct heir *heir, uint64_t lane, char *error) {
  struct held held;
  if (take (heir, lane, &held))
    return partial_adopt (held.main_fd, held.tail_fd, error);
  snprintf (error, PARTIAL_ERROR_BYTES, "nobody held it");
  return NULL;
}
