// kept.c - encode, decode, merge and store streams of kept lines.
#include "proof/kept.h"

#include "base/fatal.h"
#include "base/varint.h"
#include "proof/temp.h"

#include <assert.h>
#include <inttypes.h>
#include <unistd.h>

enum { FILE_BYTES = 1 << 18 };

void kept_output_init (struct kept_output *output) {
  memset (output, 0, sizeof *output);
  output->previous = KEPT_FIRST;
}

void kept_output_fini (struct kept_output *output) {
  vec_fini (&output->bytes);
}

void kept_put (struct kept_output *output, const struct partial_line *line) {
  uint8_t delta[VARINT_MAX_BYTES];
  assert (line->id < output->previous);
  assert (line->bytes >= 2 && !line->body[line->bytes - 1]);
  const uint8_t *end = varint_put (delta, output->previous - line->id);
  bytes_append (&output->bytes, delta, end - delta);
  bytes_append (&output->bytes, line->body, line->bytes);
  output->previous = line->id;
}

void kept_put_end (struct kept_output *output) {
  vec_push (&output->bytes, 0);
}

void kept_input_init (struct kept_input *input) {
  memset (input, 0, sizeof *input);
  input->previous = KEPT_FIRST;
}

void kept_input_fini (struct kept_input *input) {
  vec_fini (&input->bytes);
}

// The bytes before 'position' are gone; moved only when they are the majority,
// so that each byte moves at most once on average.
void kept_push (struct kept_input *input, const void *data, size_t n) {
  struct bytes *bytes = &input->bytes;
  assert (input->position <= bytes->size);
  if (input->position > bytes->size / 2) {
    memmove (bytes->data, bytes->data + input->position,
             bytes->size - input->position);
    bytes->size -= input->position;
    input->position = 0;
  }
  vec_reserve (bytes, bytes->size + n + VARINT_PADDING);
  bytes_append (bytes, data, n);
  input->pushed += n;
  input->current = 0; // its body may have moved
}

static const uint8_t *after_zero (const uint8_t *p, const uint8_t *end) {
  const uint8_t *zero = p < end ? memchr (p, 0, end - p) : NULL;
  return zero ? zero + 1 : NULL;
}

static bool has_varint (const uint8_t *p, const uint8_t *end) {
  while (p < end)
    if (*p++ < 128)
      return true;
  return false;
}

// Looks at the front of one queue.
static enum kept_status peek (struct kept_input *input) {
  if (input->current)
    return KEPT_LINE;
  if (input->ended)
    return KEPT_END;
  const uint8_t *begin = input->bytes.data + input->position;
  const uint8_t *limit = input->bytes.data + input->bytes.size, *end;
  if (!has_varint (begin, limit))
    return KEPT_WAIT;
  uint64_t delta;
  const uint8_t *body = varint_get (begin, &delta);
  if (!delta) {
    input->ended = true;
    input->popped++;
    return KEPT_END;
  }
  if (!(end = after_zero (body, limit)) || !(end = after_zero (end, limit)))
    return KEPT_WAIT;
  if (delta >= input->previous)
    fatal ("stream of proof lines is corrupt after id %" PRIu64,
           input->previous);
  input->line.id = input->previous - delta;
  input->line.body = body;
  input->line.bytes = end - body;
  input->current = end - begin;
  return KEPT_LINE;
}

void kept_pop (struct kept_input *input) {
  assert (input->current); // a line was found
  input->previous = input->line.id;
  input->position += input->current;
  input->popped += input->current;
  input->current = 0;
  assert (input->position <= input->bytes.size);
}

enum kept_status kept_merge (struct kept_input *const *inputs, unsigned n,
                             unsigned *chosen) {
  enum kept_status res = KEPT_END;
  for (unsigned i = 0; i < n; i++) {
    const enum kept_status status = peek (inputs[i]);
    if (status == KEPT_END)
      continue;
    if (status == KEPT_LINE && res == KEPT_LINE &&
        inputs[i]->line.id < inputs[*chosen]->line.id)
      continue;
    *chosen = i;
    if ((res = status) == KEPT_WAIT)
      break;
  }
  return res;
}

struct kept_file {
  int fd;
  uint64_t written, read;
  struct kept_output output;
};

struct kept_file *kept_file_new (const char *dir) {
  struct kept_file *file = mem_calloc (1, sizeof *file);
  file->fd = temp_open (dir);
  kept_output_init (&file->output);
  return file;
}

void kept_file_free (struct kept_file *file) {
  if (!file)
    return;
  close (file->fd);
  kept_output_fini (&file->output);
  mem_free (file);
}

static void flush (struct kept_file *file) {
  struct bytes *bytes = &file->output.bytes;
  temp_write (file->fd, bytes->data, bytes->size);
  file->written += bytes->size;
  vec_clear (bytes);
}

static void write_line (void *state, const struct partial_line *line,
                        const uint64_t *uses, size_t n) {
  struct kept_file *file = state;
  (void)uses, (void)n;
  kept_put (&file->output, line);
  if (file->output.bytes.size >= FILE_BYTES)
    flush (file);
}

struct kept_sink kept_file_sink (struct kept_file *file) {
  return (struct kept_sink){file, write_line};
}

void kept_file_finish (struct kept_file *file) {
  kept_put_end (&file->output);
  flush (file);
}

bool kept_file_read (struct kept_file *file, struct kept_input *input) {
  struct bytes *bytes = &file->output.bytes;
  assert (file->read <= file->written && vec_empty (bytes)); // finished
  const uint64_t left = file->written - file->read;
  const size_t n = left < FILE_BYTES ? left : FILE_BYTES;
  vec_reserve (bytes, FILE_BYTES);
  temp_read (file->fd, bytes->data, n, file->read);
  file->read += n;
  if (n)
    kept_push (input, bytes->data, n);
  return n;
}

const uint8_t *kept_hints (const struct partial_line *line) {
  const uint8_t *end = line->body + line->bytes;
  const uint8_t *hints = after_zero (line->body, end);
  if (!hints || after_zero (hints, end) != end)
    fatal ("proof line %" PRIu64 " is corrupt", line->id);
  return hints;
}
