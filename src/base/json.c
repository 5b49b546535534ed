// json.c - writes JSON with two blanks of indentation.
#include "base/json.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stddef.h>

void json_init (struct json *json, FILE *file) {
  *json = (struct json){.file = file};
}

void json_finish (struct json *json) {
  assert (!json->depth);
  fputc ('\n', json->file);
}

static void newline (struct json *json) {
  fputc ('\n', json->file);
  for (unsigned i = 0; i < json->depth; i++)
    fputs ("  ", json->file);
}

// The length of the UTF-8 sequence at 'p', or 0 if it is none: overlong forms,
// surrogates and values beyond U+10FFFF are none.
static unsigned utf8_length (const unsigned char *p) {
  const unsigned n = *p < 0x80                 ? 1
                     : *p >= 0xc2 && *p < 0xe0 ? 2
                     : *p >= 0xe0 && *p < 0xf0 ? 3
                     : *p >= 0xf0 && *p < 0xf5 ? 4
                                               : 0;
  for (unsigned i = 1; i < n; i++)
    if ((p[i] & 0xc0) != 0x80)
      return 0;
  if ((*p == 0xe0 && p[1] < 0xa0) || (*p == 0xed && p[1] >= 0xa0) ||
      (*p == 0xf0 && p[1] < 0x90) || (*p == 0xf4 && p[1] >= 0x90))
    return 0;
  return n;
}

static void escape_ascii (unsigned char ch, FILE *file) {
  if (ch == '"' || ch == '\\')
    fprintf (file, "\\%c", ch);
  else if (ch == '\n')
    fputs ("\\n", file);
  else if (ch == '\t')
    fputs ("\\t", file);
  else if (ch < 0x20 || ch == 0x7f)
    fprintf (file, "\\u%04x", ch);
  else
    fputc (ch, file);
}

static void escape (const char *text, FILE *file) {
  fputc ('"', file);
  for (const unsigned char *p = (const unsigned char *)text; *p;) {
    const unsigned n = utf8_length (p);
    if (n == 1)
      escape_ascii (*p, file);
    else if (n)
      fwrite (p, 1, n, file);
    else
      fputs ("\\ufffd", file);
    p += n ? n : 1;
  }
  fputc ('"', file);
}

// Writes what stands before a value: comma, new line and key.
static void begin (struct json *json, const char *key) {
  if (json->filled)
    fputc (',', json->file);
  if (json->depth)
    newline (json);
  json->filled = true;
  if (key) {
    escape (key, json->file);
    fputs (": ", json->file);
  }
}

void json_open_object (struct json *json, const char *key) {
  begin (json, key);
  fputc ('{', json->file);
  json->depth++;
  json->filled = false;
}

void json_close_object (struct json *json) {
  assert (json->depth);
  json->depth--;
  if (json->filled)
    newline (json);
  fputc ('}', json->file);
  json->filled = true;
}

static void write_null (struct json *json, const char *key) {
  begin (json, key);
  fputs ("null", json->file);
}

void json_string (struct json *json, const char *key, const char *value) {
  if (!value) {
    write_null (json, key);
    return;
  }
  begin (json, key);
  escape (value, json->file);
}

void json_int (struct json *json, const char *key, int64_t value) {
  begin (json, key);
  fprintf (json->file, "%" PRId64, value);
}

void json_uint (struct json *json, const char *key, uint64_t value) {
  begin (json, key);
  fprintf (json->file, "%" PRIu64, value);
}

void json_real (struct json *json, const char *key, double value) {
  if (!isfinite (value)) {
    write_null (json, key);
    return;
  }
  begin (json, key);
  fprintf (json->file, "%.9g", value);
}
