// bits.c - bit sets, in memory or in a mapped temporary file.
#include "proof/bits.h"

#include "base/fatal.h"
#include "base/memory.h"
#include "proof/temp.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// 2^27 ids: small enough to be nobody's concern, and no file then.
enum { MEMORY_BYTES = 1 << 24 };

static void *map_file (size_t bytes, const char *dir) {
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

void bits_init (struct bits *bits, uint64_t size, const char *dir) {
  const size_t bytes = 8 * (size / 64 + 1);
  bits->size = size;
  bits->mapped_bytes = bytes > MEMORY_BYTES ? bytes : 0;
  bits->words =
      bits->mapped_bytes ? map_file (bytes, dir) : mem_calloc (bytes / 8, 8);
}

void bits_fini (struct bits *bits) {
  if (bits->mapped_bytes)
    munmap (bits->words, bits->mapped_bytes);
  else
    mem_free (bits->words);
  memset (bits, 0, sizeof *bits);
}

uint64_t bits_next (const struct bits *bits, uint64_t i) {
  if (i >= bits->size)
    return bits->size;
  const uint64_t end = bits->size / 64;
  uint64_t w = i / 64, word = bits->words[w] & ~(uint64_t)0 << (i % 64);
  while (!word) {
    if (w++ == end)
      return bits->size;
    word = bits->words[w];
  }
  return 64 * w + __builtin_ctzll (word);
}
