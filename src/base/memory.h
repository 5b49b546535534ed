// Allocation that cannot fail quietly: out of memory goes to 'fatal' with the
// size that was asked for.
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

// For programs, before they allocate: blocks from 128 KiB on always get pages
// of their own, which go back to the system when they are freed.
void mem_tune (void);

void *mem_alloc (size_t bytes);                // contents undefined
void *mem_calloc (size_t count, size_t bytes); // zeroed; checks overflow
void *mem_realloc (void *ptr, size_t bytes);   // bytes == 0 frees
void mem_free (void *ptr);
char *mem_strdup (const char *str); // returns owned

#endif
