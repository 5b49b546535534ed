// memory.c - malloc and friends with a fatal error instead of NULL.
#include "base/memory.h"
#include "base/fatal.h"

#include <stdlib.h>
#include <string.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

// Otherwise the limit rises with each large block that is freed, up to 32 MiB,
// and arrays that grow below it leave holes behind.
void mem_tune (void) {
#ifdef __GLIBC__
  mallopt (M_MMAP_THRESHOLD, 1 << 17);
#endif
}

void *mem_alloc (size_t bytes) {
  void *res = malloc (bytes ? bytes : 1);
  if (!res)
    fatal ("out of memory allocating %zu bytes", bytes);
  return res;
}

void *mem_calloc (size_t count, size_t bytes) {
  void *res = calloc (count ? count : 1, bytes ? bytes : 1);
  if (!res)
    fatal ("out of memory allocating %zu times %zu bytes", count, bytes);
  return res;
}

void *mem_realloc (void *ptr, size_t bytes) {
  if (!bytes) {
    free (ptr);
    return NULL;
  }
  void *res = realloc (ptr, bytes);
  if (!res)
    fatal ("out of memory reallocating to %zu bytes", bytes);
  return res;
}

void mem_free (void *ptr) {
  free (ptr);
}

char *mem_strdup (const char *str) {
  const size_t bytes = strlen (str) + 1;
  return memcpy (mem_alloc (bytes), str, bytes);
}
