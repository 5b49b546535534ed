// A small JSON writer: indented objects, escaped strings.
//
//   key        the member's name; NULL for the outermost object
//   errors     those of the file: ask 'ferror' at the end
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
  FILE *file;     // borrowed
  unsigned depth; // open objects
  bool filled;    // the innermost one has a member already
};

void json_init (struct json *json, FILE *file);
void json_finish (struct json *json); // the last newline; all must be closed

void json_open_object (struct json *json, const char *key);
void json_close_object (struct json *json);

// Strings are taken as UTF-8; NULL writes null.  Bytes that are no UTF-8 are
// replaced by U+FFFD.
void json_string (struct json *json, const char *key, const char *value);
void json_int (struct json *json, const char *key, int64_t value);
void json_uint (struct json *json, const char *key, uint64_t value);
void json_real (struct json *json, const char *key, double value); // nan: null

#endif
