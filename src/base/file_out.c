// file_out.c - output files with a large buffer, plain or gzip.
#define _GNU_SOURCE
#include "base/file.h"
#include "base/memory.h"

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
  int fd;
  bool borrowed; // stdout is not closed
  gzFile gzip;   // NULL: plain; owns the descriptor otherwise
  size_t size;   // bytes waiting in the buffer
  uint64_t bytes;
  int error; // first error number; 0 as long as fine
  char buffer[BUFFER_BYTES];
};

static bool ends_with (const char *name, const char *suffix) {
  const size_t n = strlen (name), m = strlen (suffix);
  return n >= m && !strcmp (name + n - m, suffix);
}

static void explain (const struct file_out *out, char *error) {
  if (error)
    snprintf (error, FILE_ERROR_BYTES, "%.250s: %.250s", out->name,
              strerror (out->error));
}

static void release (struct file_out *out) {
  mem_free (out->name);
  mem_free (out);
}

struct file_out *file_out_open (const char *path, char *error) {
  const bool is_stdout = !strcmp (path, "-");
  struct file_out *out = mem_alloc (sizeof *out);
  memset (out, 0, offsetof (struct file_out, buffer));
  out->name = mem_strdup (is_stdout ? "<stdout>" : path);
  out->borrowed = is_stdout;
  out->fd = is_stdout
                ? STDOUT_FILENO
                : open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (out->fd < 0) {
    out->error = errno;
    explain (out, error);
    release (out);
    return NULL;
  }
  if (!is_stdout && ends_with (path, ".gz")) {
    // Level 1: the merged proof is written faster than level 6 could pack it.
    out->gzip = gzdopen (out->fd, "wb1");
    if (out->gzip)
      gzbuffer (out->gzip, BUFFER_BYTES);
    else
      out->error = ENOMEM;
  }
  return out;
}

static void put_plain (struct file_out *out, const char *data, size_t bytes) {
  while (bytes && !out->error) {
    const ssize_t n = write (out->fd, data, bytes);
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
  if (out->error)
    return false;
  out->bytes += bytes;
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

bool file_out_flush (struct file_out *out) {
  if (!empty_buffer (out))
    return false;
  errno = 0;
  if (out->gzip && gzflush (out->gzip, Z_SYNC_FLUSH) != Z_OK)
    out->error = errno ? errno : EIO;
  return !out->error;
}

uint64_t file_out_bytes (const struct file_out *out) {
  return out->bytes;
}

static void close_fd (struct file_out *out) {
  int failed = 0;
  errno = 0;
  if (out->gzip)
    failed = gzclose (out->gzip) != Z_OK;
  else if (!out->borrowed)
    failed = close (out->fd) && errno != EINTR;
  if (failed && !out->error)
    out->error = errno ? errno : EIO;
}

bool file_out_close (struct file_out *out, char *error) {
  if (!out)
    return true;
  empty_buffer (out);
  close_fd (out);
  const bool res = !out->error;
  if (!res)
    explain (out, error);
  release (out);
  return res;
}
