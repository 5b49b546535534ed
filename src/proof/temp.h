// Temporary files without a name, and memory in them: nothing is left behind
// whatever happens.
#ifndef PROOF_TEMP_H
#define PROOF_TEMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Opens an empty file without a name in that folder; 'fatal' if it cannot.
int temp_open (const char *dir);

// Writes and reads everything or calls 'fatal'.
void temp_write (int fd, const void *data, size_t bytes);
void temp_read (int fd, void *data, size_t bytes, uint64_t offset);

// Reads everything or returns false; errno is 0 if the file is too short.
bool temp_try_read (int fd, void *data, size_t bytes, uint64_t offset);

// Zeroed memory; large areas lie in an unlinked file, which the kernel pages
// out as it likes.
//
//   dir        for the file; its disk space is allocated at once, since a full
//              disk could only be told by SIGBUS later ('fatal' instead)
//   returns    owned: temp_unmap with the same size
void *temp_map (const char *dir, size_t bytes);
void temp_unmap (void *, size_t bytes);

#endif
