// tail.c - the block under construction, in memory that outlives its process.
// Idea     the heap dies with its process, a file in memory (memfd) does not as
//          long as another process has it open.  Lines are made right in there,
//          which costs no system call, and no disk hears of it
// Differs  a mapped file on a disk would be written to it every few seconds,
//          and a disk that fills up kills by SIGBUS where it does not keep what
//          posix_fallocate promised
#define _GNU_SOURCE
#include "proof/tail.h"

#include "base/fatal.h"
#include "base/memory.h"
#include "proof/block.h"
#include "proof/temp.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

_Static_assert(sizeof (struct tail_state) == TAIL_STATE_BYTES, "no holes");

static void set_memory (struct tail *tail, void *memory, size_t bytes) {
  tail->state = memory;
  tail->block = (uint8_t *)memory + TAIL_STATE_BYTES;
  tail->capacity = bytes;
}

static void unmap (struct tail *tail) {
  if (tail->state)
    munmap (tail->state, TAIL_STATE_BYTES + tail->capacity);
  tail->state = NULL;
}

// Memory is allocated at once, since a lack of it could only be told by SIGBUS
// later.
//
//   returns    an error number
static int map (struct tail *tail, size_t bytes) {
  const size_t all = TAIL_STATE_BYTES + bytes;
  const int error = posix_fallocate (tail->fd, 0, all);
  if (error)
    return error;
  void *memory =
      mmap (NULL, all, PROT_READ | PROT_WRITE, MAP_SHARED, tail->fd, 0);
  if (memory == MAP_FAILED)
    return errno;
  unmap (tail);
  set_memory (tail, memory, bytes);
  return 0;
}

static bool share (struct tail *tail, size_t bytes) {
  tail->fd = memfd_create ("tutti-proof", MFD_CLOEXEC);
  if (tail->fd < 0)
    return false;
  if (!map (tail, bytes))
    return true;
  close (tail->fd);
  tail->fd = -1;
  return false;
}

void tail_init (struct tail *tail, const uint8_t *name, uint64_t written,
                size_t bytes) {
  *tail = (struct tail){.fd = -1};
  if (!name || !share (tail, bytes))
    tail_reserve (tail, bytes);
  memset (tail->state, 0, sizeof *tail->state);
  if (name)
    memcpy (tail->state->name, name, TAIL_NAME_BYTES);
  tail_flushed (tail, written);
}

void tail_fini (struct tail *tail) {
  tail_finish (tail);
  if (tail->fd >= 0)
    close (tail->fd);
}

void tail_reserve (struct tail *tail, size_t bytes) {
  if (tail->state && tail->capacity >= bytes)
    return;
  if (tail->fd < 0) {
    set_memory (tail, mem_realloc (tail->state, TAIL_STATE_BYTES + bytes),
                bytes);
    return;
  }
  const int error = map (tail, bytes);
  if (error)
    fatal ("no memory for %zu bytes of proof: %s", bytes, strerror (error));
}

// A file that could not be made shorter keeps its memory until it is closed.
void tail_finish (struct tail *tail) {
  if (tail->fd < 0) {
    mem_free (tail->state);
    tail->state = NULL;
    return;
  }
  unmap (tail);
  while (ftruncate (tail->fd, TAIL_STATE_BYTES) && errno == EINTR)
    ;
}

static const char *read_lines (int fd, const struct tail_state *state,
                               struct bytes *lines) {
  const size_t begin = TAIL_STATE_BYTES + BLOCK_HEAD_BYTES;
  const uint64_t used = state->base == state->written ? state->used : 0;
  struct stat status;
  vec_clear (lines);
  if (!used)
    return NULL;
  if (fstat (fd, &status) || (uint64_t)status.st_size < begin ||
      status.st_size - begin < used)
    return "last block is too short";
  vec_reserve (lines, used);
  if (!temp_try_read (fd, lines->data, used, begin))
    return "last block cannot be read";
  lines->size = used;
  return NULL;
}

static bool same (const struct tail_state *a, const struct tail_state *b) {
  return a->written == b->written && a->base == b->base && a->used <= b->used;
}

// What is wrong with the lines does not count if they have changed meanwhile.
const char *tail_read (int fd, struct tail_state *state, struct bytes *lines) {
  struct tail_state after;
  if (!temp_try_read (fd, state, sizeof *state, 0))
    return "no state of the last block";
  const char *what = read_lines (fd, state, lines);
  if (!temp_try_read (fd, &after, sizeof after, 0) || !same (state, &after))
    return "its owner goes on writing";
  return what;
}
