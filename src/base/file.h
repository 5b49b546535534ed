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

// Reads an open file from its start, whatever was read or written before.
//
//   fd         borrowed until close; its offset moves
//   name       for messages; copied
struct file_in *file_in_reopen (int fd, const char *name, char *error);

// Copies what is read to another file, from the first byte on and before
// decompression: a pipe cannot be read again.  To be called before any reading.
//
//   fd         borrowed until close
void file_in_keep (struct file_in *in, int fd);

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

const char *file_in_error (const struct file_in *in); // NULL as long as fine
const char *file_in_name (const struct file_in *in);  // "<stdin>" for "-"

// Ends a decompressor that still runs and collects it.  NULL is allowed.
void file_in_close (struct file_in *in);

struct file_target { // where an output goes
  const char *path;  // "-" is stdout; NULL: nowhere, only to be read again
  const char *spool; // folder for nameless files, if the file will be read
                     // before it is closed: what goes to a pipe waits there
  // Asked while nobody reads a pipe, or it is full: true gives up, after a
  // second at most.  NULL: never.
  bool (*hurry) (void *state);
  void *state;
};

// Begins a file, which appears or replaces the old one when it is closed;
// pipes, devices and the like are written at once.  Gzip if the name ends in
// ".gz".
//
//   error      as above
//   returns    owned; NULL on failure
struct file_out *file_out_open (const struct file_target *, char *error);

// Sees whether file_out_open could write there, without creating anything.
bool file_out_check (const char *path, char *error);

// Buffers and writes.  After the first failure nothing is written any more.
//
//   returns    false once anything failed
bool file_out_write (struct file_out *out, const void *data, size_t bytes);
bool file_out_printf (struct file_out *out, const char *fmt, ...)
    __attribute__ ((format (printf, 2, 3))); // at most 4095 bytes a call

bool file_out_failed (const struct file_out *out); // so far

// Writes what is buffered; nothing may be written any more.
//
//   returns    descriptor to read the file again (file_in_reopen); borrowed
int file_out_end (struct file_out *out);

// Ends the file, puts it in its place and frees.  NULL is allowed.
//
//   error      as above; may be NULL
//   returns    true if every byte was taken by the operating system; else the
//              old file is still there
bool file_out_close (struct file_out *out, char *error);

// Frees without a trace, unless it went to a pipe.  NULL is allowed.
void file_out_discard (struct file_out *out);

#endif
