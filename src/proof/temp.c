// temp.c - unlinked temporary files.
#include "proof/temp.h"

#include "base/fatal.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int temp_open (const char *dir) {
  const size_t bytes = strlen (dir) + 32;
  char *path = mem_alloc (bytes);
  snprintf (path, bytes, "%s/tutti-proof-XXXXXX", dir);
  const int fd = mkstemp (path);
  if (fd < 0)
    fatal ("cannot make a temporary file in '%s': %s", dir, strerror (errno));
  unlink (path);
  fcntl (fd, F_SETFD, FD_CLOEXEC);
  mem_free (path);
  return fd;
}

void temp_write (int fd, const void *data, size_t bytes) {
  const char *p = data;
  while (bytes) {
    const ssize_t done = write (fd, p, bytes);
    if (done < 0 && errno == EINTR)
      continue;
    if (done <= 0)
      fatal ("cannot write %zu bytes of proof: %s", bytes, strerror (errno));
    p += done;
    bytes -= done;
  }
}

void temp_read (int fd, void *data, size_t bytes, uint64_t offset) {
  char *p = data;
  while (bytes) {
    const ssize_t done = pread (fd, p, bytes, offset);
    if (done < 0 && errno == EINTR)
      continue;
    if (done <= 0)
      fatal ("cannot read %zu bytes of proof: %s", bytes,
             done ? strerror (errno) : "file is too short");
    p += done;
    offset += done;
    bytes -= done;
  }
}
