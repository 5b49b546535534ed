// file_in.c - input files, decompressed on the way.
//
//   file or memory -> raw block -> plain | inflate | filter -> reader
//
// The kind is decided by the first bytes, never by the name: files are renamed
// more often than they are changed.
#define _GNU_SOURCE
#include "base/file.h"
#include "base/filter.h"
#include "base/memory.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

enum { BLOCK_BYTES = 1 << 18, MAGIC_BYTES = 6 };

enum kind { PLAIN, GZIP, FILTER };

struct magic {
  const char *bytes;
  size_t length;
  enum kind kind;
  const char *format;
  char *argv[3];
};

static const struct magic magics[] = {
    {"\x1f\x8b", 2, GZIP, "gzip", {NULL}},
    {"\xfd"
     "7zXZ\0",
     6,
     FILTER,
     "xz",
     {"xz", "-dc", NULL}},
    {"BZh", 3, FILTER, "bzip2", {"bzip2", "-dc", NULL}},
    {"\x28\xb5\x2f\xfd", 4, FILTER, "zstd", {"zstd", "-dcq", NULL}},
    {"\x5d\0\0", 3, FILTER, "lzma", {"xz", "-dc", NULL}},
    {"\x1f\x9d", 2, FILTER, "compress", {"gzip", "-dc", NULL}},
};

struct file_in {
  char *name;
  int fd;        // -1: memory, which is one block that nothing follows
  bool borrowed; // fd or block belong to someone else
  int keep;      // gets a copy of the raw bytes; 0: nobody does
  const struct magic *magic;      // NULL: plain
  const unsigned char *pos, *end; // what is left of the raw block
  unsigned char *block;
  bool raw_ended; // nothing follows the block
  bool ended;     // nothing follows what was handed out
  z_stream inflate;
  bool between; // gzip: no member is open
  struct filter filter;
  char error[FILE_ERROR_BYTES];
};

static void fail (struct file_in *in, const char *fmt, ...)
    __attribute__ ((format (printf, 2, 3)));

static void fail (struct file_in *in, const char *fmt, ...) {
  va_list ap;
  va_start (ap, fmt);
  if (!*in->error)
    vsnprintf (in->error, sizeof in->error, fmt, ap);
  va_end (ap);
  in->ended = true;
}

static void keep (struct file_in *in, const unsigned char *data, size_t bytes) {
  while (in->keep && bytes) {
    const ssize_t n = write (in->keep, data, bytes);
    if (n >= 0) {
      data += n;
      bytes -= (size_t)n;
    } else if (errno != EINTR) {
      fail (in, "cannot keep a copy: %s", strerror (errno));
      return;
    }
  }
}

static size_t read_fd (struct file_in *in, void *buffer, size_t bytes) {
  ssize_t n;
  do
    n = read (in->fd, buffer, bytes);
  while (n < 0 && errno == EINTR);
  if (n < 0)
    fail (in, "%s", strerror (errno));
  if (n <= 0)
    in->raw_ended = true;
  else
    keep (in, buffer, (size_t)n);
  return n < 0 ? 0 : (size_t)n;
}

// Makes sure that the raw block has a byte; false at the end or on error.
static bool refill (struct file_in *in) {
  if (in->pos == in->end && !in->raw_ended) {
    in->pos = in->block;
    in->end = in->block + read_fd (in, in->block, BLOCK_BYTES);
  }
  return in->pos != in->end;
}

static size_t read_plain (struct file_in *in, void *buffer, size_t bytes) {
  size_t n = (size_t)(in->end - in->pos);
  if (n) {
    if (n > bytes)
      n = bytes;
    memcpy (buffer, in->pos, n);
    in->pos += n;
    return n;
  }
  n = in->raw_ended ? 0 : read_fd (in, buffer, bytes);
  if (!n)
    in->ended = true;
  return n;
}

// Goes to the next member of a gzip file, over zero padding as tape drives
// leave it; false if there is none.
static bool next_member (struct file_in *in) {
  while (refill (in) && !*in->pos)
    in->pos++;
  if (in->pos == in->end) {
    in->ended = true;
    return false;
  }
  inflateReset (&in->inflate);
  in->between = false;
  return true;
}

static void inflate_block (struct file_in *in) {
  z_stream *z = &in->inflate;
  z->next_in = (unsigned char *)in->pos;
  z->avail_in = (uInt)(in->end - in->pos);
  const int status = inflate (z, Z_NO_FLUSH);
  in->pos = z->next_in;
  if (status == Z_STREAM_END)
    in->between = true;
  else if (status == Z_MEM_ERROR)
    fail (in, "out of memory reading gzip data");
  else if (status != Z_OK && status != Z_BUF_ERROR)
    fail (in, "corrupt gzip data%s%s%s", z->msg ? " (" : "",
          z->msg ? z->msg : "", z->msg ? ")" : "");
}

static size_t read_gzip (struct file_in *in, void *buffer, size_t bytes) {
  if (bytes > 1u << 30)
    bytes = 1u << 30;
  in->inflate.next_out = buffer;
  in->inflate.avail_out = (uInt)bytes;
  while (in->inflate.avail_out && !in->ended) {
    if (in->between && !next_member (in))
      break;
    if (!refill (in)) {
      fail (in, "truncated gzip data");
      break;
    }
    inflate_block (in);
  }
  return bytes - in->inflate.avail_out;
}

static void judge_filter (struct file_in *in) {
  const int status = filter_finish (&in->filter);
  in->ended = true;
  if (WIFSIGNALED (status))
    fail (in, "'%s' was killed by signal %d", in->magic->argv[0],
          WTERMSIG (status));
  else if (status)
    fail (in, "truncated or corrupt %s data ('%s' failed)", in->magic->format,
          in->magic->argv[0]);
}

static size_t read_filter (struct file_in *in, void *buffer, size_t bytes) {
  for (;;) {
    if (!refill (in))
      filter_end_input (&in->filter);
    if (*in->error)
      return 0;
    size_t sent;
    ssize_t got;
    const int error =
        filter_step (&in->filter, in->pos, (size_t)(in->end - in->pos), &sent,
                     buffer, bytes, &got);
    in->pos += sent;
    if (error)
      fail (in, "reading from '%s': %s", in->magic->argv[0], strerror (error));
    else if (!got)
      judge_filter (in);
    if (in->ended)
      return 0;
    if (got > 0)
      return (size_t)got;
  }
}

size_t file_in_read (struct file_in *in, void *buffer, size_t bytes) {
  assert (bytes);
  if (in->ended)
    return 0;
  switch (in->magic ? in->magic->kind : PLAIN) {
  case GZIP:
    return read_gzip (in, buffer, bytes);
  case FILTER:
    return read_filter (in, buffer, bytes);
  default:
    return read_plain (in, buffer, bytes);
  }
}

// Reads until the magic is complete: pipes give any number of bytes at once.
static void peek (struct file_in *in) {
  in->pos = in->block;
  in->end = in->block;
  while (!in->raw_ended && in->end - in->block < MAGIC_BYTES) {
    const size_t have = (size_t)(in->end - in->block);
    in->end += read_fd (in, in->block + have, BLOCK_BYTES - have);
  }
}

static const struct magic *recognise (const struct file_in *in) {
  const size_t have = (size_t)(in->end - in->pos);
  for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
    if (have >= magics[i].length &&
        !memcmp (in->pos, magics[i].bytes, magics[i].length))
      return magics + i;
  return NULL;
}

static void start_gzip (struct file_in *in) {
  if (inflateInit2 (&in->inflate, 15 + 16) != Z_OK) // largest window, gzip only
    fail (in, "out of memory reading gzip data");
}

static void start_filter (struct file_in *in) {
  const int error = filter_start (&in->filter, in->magic->argv);
  if (error == ENOENT)
    fail (in, "%s data needs the program '%s', which is not installed",
          in->magic->format, in->magic->argv[0]);
  else if (error)
    fail (in, "starting '%s': %s", in->magic->argv[0], strerror (error));
}

static struct file_in *create (const char *name) {
  struct file_in *in = mem_calloc (1, sizeof *in);
  in->name = mem_strdup (name);
  in->fd = -1;
  in->filter = (struct filter){0, -1, -1};
  return in;
}

static struct file_in *refuse (struct file_in *in, char *error) {
  snprintf (error, FILE_ERROR_BYTES, "%.250s: %.250s", in->name, in->error);
  file_in_close (in);
  return NULL;
}

static struct file_in *start (struct file_in *in, char *error) {
  in->block = mem_alloc (BLOCK_BYTES);
  peek (in);
  in->magic = recognise (in);
  if (in->magic && in->magic->kind == GZIP)
    start_gzip (in);
  else if (in->magic)
    start_filter (in);
  return *in->error ? refuse (in, error) : in;
}

struct file_in *file_in_open (const char *path, char *error) {
  const bool is_stdin = !strcmp (path, "-");
  struct file_in *in = create (is_stdin ? "<stdin>" : path);
  in->borrowed = is_stdin;
  in->fd = is_stdin ? STDIN_FILENO : open (path, O_RDONLY | O_CLOEXEC);
  if (in->fd >= 0)
    return start (in, error);
  fail (in, "%s", strerror (errno));
  return refuse (in, error);
}

struct file_in *file_in_reopen (int fd, const char *name, char *error) {
  struct file_in *in = create (name);
  in->borrowed = true;
  in->fd = fd;
  if (!lseek (fd, 0, SEEK_SET))
    return start (in, error);
  fail (in, "%s", strerror (errno));
  return refuse (in, error);
}

void file_in_keep (struct file_in *in, int fd) {
  assert (in->pos == in->block);
  in->keep = fd;
  keep (in, in->pos, (size_t)(in->end - in->pos));
}

struct file_in *file_in_memory (const void *data, size_t bytes,
                                const char *name) {
  struct file_in *in = create (name);
  in->pos = data;
  in->end = in->pos + bytes;
  in->raw_ended = true;
  in->magic = recognise (in);
  if (in->magic && in->magic->kind == GZIP)
    start_gzip (in);
  else
    in->magic = NULL;
  return in;
}

const char *file_in_error (const struct file_in *in) {
  return *in->error ? in->error : NULL;
}

const char *file_in_name (const struct file_in *in) {
  return in->name;
}

void file_in_close (struct file_in *in) {
  if (!in)
    return;
  filter_kill (&in->filter);
  inflateEnd (&in->inflate); // harmless if never started
  if (in->fd >= 0 && !in->borrowed)
    close (in->fd);
  mem_free (in->block);
  mem_free (in->name);
  mem_free (in);
}
