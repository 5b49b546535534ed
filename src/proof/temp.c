// temp.c - nameless temporary files, mapped ones too.
#include "proof/temp.h"

#include "base/draft.h"
#include "base/fatal.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// Below that, a file is not worth its while.
enum { MAP_BYTES = 1 << 24 };

int temp_open (const char *dir) {
  const int fd = draft_unnamed (dir);
  if (fd < 0)
    fatal ("cannot make a temporary file in '%s': %s", dir, strerror (errno));
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

bool temp_try_read (int fd, void *data, size_t bytes, uint64_t offset) {
  char *p = data;
  while (bytes) {
    errno = 0;
    const ssize_t done = pread (fd, p, bytes, offset);
    if (done < 0 && errno == EINTR)
      continue;
    if (done <= 0)
      return false;
    p += done;
    offset += done;
    bytes -= done;
  }
  return true;
}

void temp_read (int fd, void *data, size_t bytes, uint64_t offset) {
  if (!temp_try_read (fd, data, bytes, offset))
    fatal ("cannot read %zu bytes of proof: %s", bytes,
           errno ? strerror (errno) : "file is too short");
}

static void *map_file (const char *dir, size_t bytes) {
  const int fd = temp_open (dir);
  const int error = posix_fallocate (fd, 0, bytes);
  if (error)
    fatal ("no room for %zu bytes in '%s': %s", bytes, dir, strerror (error));
  void *res = mmap (NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (res == MAP_FAILED)
    fatal ("cannot map %zu bytes", bytes);
  close (fd);
  return res;
}

void *temp_map (const char *dir, size_t bytes) {
  return bytes > MAP_BYTES ? map_file (dir, bytes) : mem_calloc (bytes, 1);
}

void temp_unmap (void *data, size_t bytes) {
  if (bytes > MAP_BYTES)
    munmap (data, bytes);
  else
    mem_free (data);
}
