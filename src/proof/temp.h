// Temporary files without a name: nothing is left behind whatever happens.
#ifndef PROOF_TEMP_H
#define PROOF_TEMP_H

#include <stddef.h>
#include <stdint.h>

// Opens an empty file in that folder and unlinks it; 'fatal' if it cannot.
int temp_open (const char *dir);

// Writes and reads everything or calls 'fatal'.
void temp_write (int fd, const void *data, size_t bytes);
void temp_read (int fd, void *data, size_t bytes, uint64_t offset);

#endif
