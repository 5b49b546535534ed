// file_out.c - output files with a large buffer, plain or gzip.
#define _GNU_SOURCE
#include "base/draft.h"
#include "base/file.h"
#include "base/memory.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

enum { BUFFER_BYTES = 1 << 18, PRINTF_BYTES = 4096 };

struct file_out {
  char *name;
  struct draft draft;
  z_stream *deflate; // NULL: plain
  char *packed;      // BUFFER_BYTES of compressed data on their way
  bool ended;        // nothing may be written any more
  size_t size;       // bytes waiting in the buffer
  int error;         // first error number; 0 as long as fine
  char buffer[BUFFER_BYTES];
};

static bool ends_with (const char *name, const char *suffix) {
  const size_t n = strlen (name), m = strlen (suffix);
  return n >= m && !strcmp (name + n - m, suffix);
}

static void explain (const char *name, int number, char *error) {
  const bool unread = number == ENXIO || number == EAGAIN;
  if (error)
    snprintf (error, FILE_ERROR_BYTES, "%.250s: %.250s", name,
              unread ? "nobody reads this pipe" : strerror (number));
}

static void end_deflate (struct file_out *out) {
  if (out->deflate)
    deflateEnd (out->deflate);
  mem_free (out->deflate);
  mem_free (out->packed);
  out->deflate = NULL;
  out->packed = NULL;
}

static void release (struct file_out *out) {
  end_deflate (out);
  draft_discard (&out->draft);
  mem_free (out->name);
  mem_free (out);
}

static const char *path_of (const char *name) {
  return name && !strcmp (name, "-") ? "/dev/stdout" : name;
}

static const char *name_of (const char *path) {
  return !path ? "temporary file" : !strcmp (path, "-") ? "<stdout>" : path;
}

// Level 1: the merged proof is written faster than level 6 could pack it.
static void start_deflate (struct file_out *out) {
  enum { GZIP = 16, WINDOW = 15, MEMORY = 8 };
  out->deflate = mem_calloc (1, sizeof *out->deflate);
  out->packed = mem_alloc (BUFFER_BYTES);
  if (deflateInit2 (out->deflate, 1, Z_DEFLATED, WINDOW + GZIP, MEMORY,
                    Z_DEFAULT_STRATEGY) != Z_OK)
    out->error = ENOMEM;
}

// Waits for the reader of a pipe.
static int open_draft (struct draft *draft, const struct file_target *target) {
  static const struct timespec pause = {.tv_nsec = 20000000};
  int error;
  while ((error = draft_open (draft, path_of (target->path), target->spool)) ==
             ENXIO &&
         !(target->hurry && target->hurry (target->state)))
    nanosleep (&pause, NULL);
  draft->hurry = target->hurry;
  draft->state = target->state;
  return error;
}

struct file_out *file_out_open (const struct file_target *target, char *error) {
  const char *name = name_of (target->path);
  struct file_out *out = mem_alloc (sizeof *out);
  memset (out, 0, offsetof (struct file_out, buffer));
  out->error = open_draft (&out->draft, target);
  if (out->error) {
    explain (name, out->error, error);
    mem_free (out);
    return NULL;
  }
  out->name = mem_strdup (name);
  if (ends_with (name, ".gz"))
    start_deflate (out);
  return out;
}

bool file_out_check (const char *path, char *error) {
  struct place place;
  int number = place_find (&place, path_of (path));
  if (!number) {
    number = place_writable (&place);
    place_fini (&place);
  }
  if (number)
    explain (name_of (path), number, error);
  return !number;
}

static void put_plain (struct file_out *out, const char *data, size_t bytes) {
  if (!out->error)
    out->error = draft_write (&out->draft, data, bytes);
}

static void pack (struct file_out *out, const char *data, size_t bytes,
                  int flush) {
  z_stream *z = out->deflate;
  z->next_in = (unsigned char *)data;
  z->avail_in = (uInt)bytes;
  do {
    z->next_out = (unsigned char *)out->packed;
    z->avail_out = BUFFER_BYTES;
    deflate (z, flush);
    put_plain (out, out->packed, BUFFER_BYTES - z->avail_out);
  } while (!z->avail_out && !out->error);
}

static void put (struct file_out *out, const char *data, size_t bytes) {
  if (!out->deflate)
    put_plain (out, data, bytes);
  for (size_t n; out->deflate && bytes && !out->error; bytes -= n, data += n)
    pack (out, data, n = bytes < 1u << 30 ? bytes : 1u << 30, Z_NO_FLUSH);
}

static bool empty_buffer (struct file_out *out) {
  put (out, out->buffer, out->size);
  out->size = 0;
  return !out->error;
}

bool file_out_write (struct file_out *out, const void *data, size_t bytes) {
  assert (!out->ended);
  if (out->error)
    return false;
  if (bytes > BUFFER_BYTES - out->size && !empty_buffer (out))
    return false;
  if (bytes > BUFFER_BYTES) {
    put (out, data, bytes);
    return !out->error;
  }
  memcpy (out->buffer + out->size, data, bytes);
  out->size += bytes;
  return true;
}

bool file_out_printf (struct file_out *out, const char *fmt, ...) {
  char text[PRINTF_BYTES];
  va_list ap;
  va_start (ap, fmt);
  const int n = vsnprintf (text, sizeof text, fmt, ap);
  va_end (ap);
  if (n < 0 || n >= PRINTF_BYTES) {
    if (!out->error)
      out->error = EOVERFLOW;
    return false;
  }
  return file_out_write (out, text, (size_t)n);
}

bool file_out_failed (const struct file_out *out) {
  return out->error;
}

int file_out_end (struct file_out *out) {
  if (!out->ended)
    empty_buffer (out);
  if (!out->ended && out->deflate && !out->error)
    pack (out, NULL, 0, Z_FINISH);
  out->ended = true;
  return out->draft.fd;
}

bool file_out_close (struct file_out *out, char *error) {
  if (!out)
    return true;
  file_out_end (out);
  if (!out->error)
    out->error = draft_commit (&out->draft);
  const bool res = !out->error;
  if (!res)
    explain (out->name, out->error, error);
  release (out);
  return res;
}

void file_out_discard (struct file_out *out) {
  if (out)
    release (out);
}
