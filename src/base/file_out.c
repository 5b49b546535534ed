// file_out.c - output files with a large buffer, plain or gzip.
#define _GNU_SOURCE
#include "base/draft.h"
#include "base/file.h"
#include "base/memory.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { BUFFER_BYTES = 1 << 18, PRINTF_BYTES = 4096 };

struct file_out {
  char *name;
  struct draft draft;
  gzFile gzip; // NULL: plain; owns a descriptor of its own
  bool ended;  // nothing may be written any more
  size_t size; // bytes waiting in the buffer
  int error;   // first error number; 0 as long as fine
  char buffer[BUFFER_BYTES];
};

static bool ends_with (const char *name, const char *suffix) {
  const size_t n = strlen (name), m = strlen (suffix);
  return n >= m && !strcmp (name + n - m, suffix);
}

static void explain (const char *name, int number, char *error) {
  if (error)
    snprintf (error, FILE_ERROR_BYTES, "%.250s: %.250s", name,
              number == ENXIO ? "nobody reads this pipe" : strerror (number));
}

static void release (struct file_out *out) {
  draft_discard (&out->draft);
  mem_free (out->name);
  mem_free (out);
}

static const char *path_of (const char *name) {
  return name && !strcmp (name, "-") ? "/dev/stdout" : name;
}

// Level 1: the merged proof is written faster than level 6 could pack it.
static void start_gzip (struct file_out *out) {
  const int fd = fcntl (out->draft.fd, F_DUPFD_CLOEXEC, 3);
  out->gzip = fd < 0 ? NULL : gzdopen (fd, "wb1");
  if (out->gzip)
    gzbuffer (out->gzip, BUFFER_BYTES);
  else
    out->error = ENOMEM;
  if (!out->gzip && fd >= 0)
    close (fd);
}

static struct file_out *create (const char *name, const char *spool,
                                char *error) {
  const char *path = path_of (name);
  const char *shown = !name          ? "temporary file"
                      : path == name ? name
                                     : "<stdout>";
  struct file_out *out = mem_alloc (sizeof *out);
  memset (out, 0, offsetof (struct file_out, buffer));
  out->error = draft_open (&out->draft, path, spool);
  if (out->error) {
    explain (shown, out->error, error);
    errno = out->error;
    mem_free (out);
    return NULL;
  }
  out->name = mem_strdup (shown);
  if (name && ends_with (name, ".gz"))
    start_gzip (out);
  return out;
}

struct file_out *file_out_open (const char *path, char *error) {
  return create (path, NULL, error);
}

struct file_out *file_out_spool (const char *path, const char *folder,
                                 char *error) {
  return create (path, folder, error);
}

bool file_out_check (const char *name, char *error) {
  struct place place;
  const char *path = path_of (name);
  int number = place_find (&place, path);
  if (!number) {
    number = place_writable (&place);
    place_fini (&place);
  }
  if (number)
    explain (path == name ? name : "<stdout>", number, error);
  return !number;
}

static void put_plain (struct file_out *out, const char *data, size_t bytes) {
  while (bytes && !out->error) {
    const ssize_t n = write (out->draft.fd, data, bytes);
    if (n >= 0) {
      data += n;
      bytes -= (size_t)n;
    } else if (errno != EINTR)
      out->error = errno;
  }
}

// zlib leaves the system's error number in errno only for Z_ERRNO.
static void put_gzip (struct file_out *out, const char *data, size_t bytes) {
  while (bytes && !out->error) {
    const unsigned n = bytes < 1u << 30 ? (unsigned)bytes : 1u << 30;
    errno = 0;
    if (gzwrite (out->gzip, data, n) != (int)n)
      out->error = errno ? errno : EIO;
    data += n;
    bytes -= n;
  }
}

static void put (struct file_out *out, const char *data, size_t bytes) {
  if (out->gzip)
    put_gzip (out, data, bytes);
  else
    put_plain (out, data, bytes);
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

static void end_gzip (struct file_out *out) {
  errno = 0;
  const bool failed = gzclose (out->gzip) != Z_OK;
  out->gzip = NULL;
  if (failed && !out->error)
    out->error = errno ? errno : EIO;
}

int file_out_end (struct file_out *out) {
  if (!out->ended)
    empty_buffer (out);
  out->ended = true;
  if (out->gzip)
    end_gzip (out);
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
  if (!out)
    return;
  if (out->gzip)
    gzclose (out->gzip);
  release (out);
}
