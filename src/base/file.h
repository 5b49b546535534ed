// Files as streams of bytes: compressed input recognised by its first bytes,
// output plain or gzip.
//
//   input      plain and gzip are read here; xz, lzma, bzip2, zstd and compress
//              go through a child process of the usual tool (no shell)
//   errors     a sticky sentence naming the cause, without the file's name;
//              a truncated or corrupt file is an error, never a short file
//   context    one thread at a time per object
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FILE_ERROR_BYTES = 512 };

struct file_in;
struct file_out;

// Opens a file, or stdin for "-", and looks at its first bytes.
//
//   error      buffer of FILE_ERROR_BYTES; "NAME: reason" on failure
//   returns    owned; NULL on failure
struct file_in *file_in_open (const char *path, char *error);

// Reads from memory instead of a file; gzip is recognised, other compression
// is not.
//
//   data       borrowed until close
//   name       for messages; copied
struct file_in *file_in_memory (const void *data, size_t bytes,
                                const char *name);

// Waits for at least one byte, unless the file is at its end.
//
//   returns    bytes stored, at most 'bytes'; 0 at the end or on error
size_t file_in_read (struct file_in *in, void *buffer, size_t bytes);

const char *file_in_error (const struct file_in *in);  // NULL as long as fine
const char *file_in_name (const struct file_in *in);   // "<stdin>" for "-"
uint64_t file_in_raw_bytes (const struct file_in *in); // before decompression

// Ends a decompressor that still runs and collects it.  NULL is allowed.
void file_in_close (struct file_in *in);

// Creates or truncates a file; gzip if the name ends in ".gz"; stdout for "-".
//
//   error      as above
//   returns    owned; NULL on failure
struct file_out *file_out_open (const char *path, char *error);

// Buffers and writes.  After the first failure nothing is written any more.
//
//   returns    false once anything failed
bool file_out_write (struct file_out *out, const void *data, size_t bytes);
bool file_out_printf (struct file_out *out, const char *fmt, ...)
    __attribute__ ((format (printf, 2, 3))); // at most 4095 bytes a call
bool file_out_flush (struct file_out *out);

uint64_t file_out_bytes (const struct file_out *out); // given to write so far

// Flushes, closes and frees, also after an error.  NULL is allowed.
//
//   error      as above; may be NULL
//   returns    true if every byte was taken by the operating system
bool file_out_close (struct file_out *out, char *error);

#endif
