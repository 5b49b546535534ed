// lrat.c - LRAT output through a large buffer.
#include "proof/lrat.h"

#include "base/fatal.h"
#include "base/memory.h"
#include "proof/varint.h"

#include <string.h>

enum { MAX_NUMBER_BYTES = 24 };

struct lrat *lrat_new (const char *path, bool text) {
  char error[FILE_ERROR_BYTES];
  struct lrat *lrat = mem_alloc (sizeof *lrat);
  lrat->file = file_out_open (path, error);
  if (!lrat->file)
    fatal ("cannot write the proof: %s", error);
  lrat->text = text;
  lrat->used = lrat->flushed = 0;
  return lrat;
}

static void flush (struct lrat *lrat) {
  file_out_write (lrat->file, lrat->buffer, lrat->used); // error is sticky
  lrat->flushed += lrat->used;
  lrat->used = 0;
}

void lrat_free (struct lrat *lrat) {
  char error[FILE_ERROR_BYTES];
  if (!lrat)
    return;
  flush (lrat);
  if (!file_out_close (lrat->file, error))
    fatal ("cannot write the proof: %s", error);
  mem_free (lrat);
}

uint64_t lrat_bytes (const struct lrat *lrat) {
  return lrat->flushed + lrat->used;
}

static uint8_t *room (struct lrat *lrat) {
  if (lrat->used + MAX_NUMBER_BYTES > LRAT_BUFFER_BYTES)
    flush (lrat);
  return lrat->buffer + lrat->used;
}

static void put_byte (struct lrat *lrat, uint8_t byte) {
  *room (lrat) = byte;
  lrat->used++;
}

static void put_varint (struct lrat *lrat, uint64_t number) {
  lrat->used = varint_put (room (lrat), number) - lrat->buffer;
}

static void put_decimal (struct lrat *lrat, bool negative, uint64_t number) {
  uint8_t digits[MAX_NUMBER_BYTES], *p = digits + sizeof digits;
  *--p = ' ';
  do
    *--p = '0' + number % 10;
  while (number /= 10);
  if (negative)
    *--p = '-';
  const size_t n = digits + sizeof digits - p;
  memcpy (room (lrat), p, n);
  lrat->used += n;
}

void lrat_id (struct lrat *lrat, uint64_t id) {
  if (lrat->text)
    put_decimal (lrat, false, id);
  else
    put_varint (lrat, 2 * id);
}

void lrat_candidate (struct lrat *lrat, uint64_t id) {
  if (lrat->text)
    put_decimal (lrat, true, id);
  else
    put_varint (lrat, 2 * id + 1);
}

void lrat_lit (struct lrat *lrat, int lit) {
  if (lrat->text)
    put_decimal (lrat, lit < 0, lit < 0 ? -(int64_t)lit : lit);
  else
    put_varint (lrat, varint_from_lit (lit));
}

void lrat_add (struct lrat *lrat, uint64_t id) {
  if (!lrat->text)
    put_byte (lrat, 'a');
  lrat_id (lrat, id);
}

void lrat_delete (struct lrat *lrat, uint64_t after) {
  if (lrat->text)
    put_decimal (lrat, false, after);
  put_byte (lrat, 'd');
  if (lrat->text)
    put_byte (lrat, ' ');
}

void lrat_zero (struct lrat *lrat) {
  put_byte (lrat, lrat->text ? '0' : 0);
  if (lrat->text)
    put_byte (lrat, ' ');
}

void lrat_end (struct lrat *lrat) {
  put_byte (lrat, lrat->text ? '0' : 0);
  if (lrat->text)
    put_byte (lrat, '\n');
}
