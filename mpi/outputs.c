// outputs.c - checks, opens and closes the files that a run writes.
#define _GNU_SOURCE
#include "mpi/outputs.h"

#include "base/memory.h"
#include "base/place.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FORMULA, PROOF, MODEL, STATS, RESULT, STDOUT, NAMES };
enum { LOOK_BYTES = 1 << 20 }; // in search of a header

static const char blanks[] = " \t\r\n";

// All files of a run.
struct name {
  const char *what, *path; // null: not wanted
  bool shares;             // text, which may go where other text goes
  struct place place;
};

static const char *dash (const char *path, const char *stream) {
  return path && !strcmp (path, "-") ? stream : path;
}

static void list_names (const struct settings *settings,
                        struct name names[NAMES]) {
  static const char out[] = "/dev/stdout";
  const struct name all[NAMES] = {
      {"the formula", dash (settings->formula, "/dev/stdin"), .shares = false},
      {"--proof", dash (settings->proof, out), .shares = false},
      {"--model", dash (settings->model, out), .shares = true},
      {"--stats", dash (settings->stats, out), .shares = true},
      {"--result", dash (settings->result, out), .shares = true},
      {"stdout", out, .shares = true}};
  memcpy (names, all, sizeof all);
}

/*------------------------------------------------------------------------*/
// One file.

static bool complain (char *error, const char *verb, const char *name,
                      int number) {
  snprintf (error, SETTINGS_ERROR_BYTES, "cannot %s '%.300s': %s", verb, name,
            strerror (number));
  return false;
}

// What cannot be found is told by whoever opens it; a place that is left empty
// is like no other.
static void find_input (struct name *name) {
  if (!name->path || place_find (&name->place, name->path))
    name->path = NULL;
}

static bool find_output (struct name *name, char *error) {
  if (!name->path)
    return true;
  const char *path = name->path;
  int number = place_find (&name->place, path);
  if (number)
    name->path = NULL;
  else
    number = place_writable (&name->place);
  return !number || complain (error, "write", path, number);
}

static bool find_all (struct name names[NAMES], char *error) {
  find_input (&names[FORMULA]);
  find_input (&names[STDOUT]);
  for (int i = PROOF; i <= RESULT; i++)
    if (!find_output (&names[i], error))
      return false;
  return true;
}

/*------------------------------------------------------------------------*/
// Two files.

static bool collide (const struct name *a, const struct name *b) {
  if (!a->path || !b->path)
    return false;
  const bool streams = a->place.descriptor >= 0 && b->place.descriptor >= 0;
  return !(streams && a->shares && b->shares) &&
         place_same (&a->place, &b->place);
}

static bool all_differ (const struct name names[NAMES], char *error) {
  for (int i = 0; i < NAMES; i++)
    for (int j = i + 1; j < NAMES; j++)
      if (collide (&names[i], &names[j])) {
        snprintf (error, SETTINGS_ERROR_BYTES,
                  "%s and %s are the same file, '%.300s'", names[i].what,
                  names[j].what, names[j == STDOUT ? i : j].path);
        return false;
      }
  return true;
}

/*------------------------------------------------------------------------*/
// Formulas are worth more than what is written over them.

// Comments, blanks, then 'p' and a word with 'cnf' in it.
static bool has_header (const char *text) {
  for (;;) {
    text += strspn (text, blanks);
    if (*text != 'c')
      break;
    text += strcspn (text, "\n");
  }
  if (*text != 'p' || !strspn (text + 1, blanks))
    return false;
  const char *word = text + 1 + strspn (text + 1, blanks);
  return memmem (word, strcspn (word, blanks), "cnf", 3);
}

static bool is_formula (const char *path) {
  char error[FILE_ERROR_BYTES];
  struct file_in *in = file_in_open (path, error);
  if (!in)
    return false;
  char *text = mem_calloc (LOOK_BYTES + 1, 1);
  size_t size = 0, n;
  while (size < LOOK_BYTES &&
         (n = file_in_read (in, text + size, LOOK_BYTES - size)))
    size += n;
  const bool res = has_header (text);
  mem_free (text);
  file_in_close (in);
  return res;
}

static bool spares_formulas (const struct name names[NAMES], char *error) {
  for (int i = PROOF; i <= RESULT; i++) {
    const struct place *place = &names[i].place;
    if (!names[i].path || !place->exists || !place_replaceable (place) ||
        !is_formula (place->path))
      continue;
    snprintf (error, SETTINGS_ERROR_BYTES,
              "%s would overwrite the formula '%.300s', expected another name "
              "or '--force'",
              names[i].what, names[i].path);
    return false;
  }
  return true;
}

/*------------------------------------------------------------------------*/
// All together.

static bool can_use_folder (const char *path, char *error) {
  struct stat status;
  int number = stat (path, &status) ? errno : 0;
  if (!number && !S_ISDIR (status.st_mode))
    number = ENOTDIR;
  if (!number && access (path, W_OK | X_OK))
    number = errno;
  return !number || complain (error, "write into", path, number);
}

static bool proof_has_name (const struct name *proof, char *error) {
  if (!proof->path || proof->place.descriptor != STDOUT_FILENO)
    return true;
  snprintf (error, SETTINGS_ERROR_BYTES,
            "a proof cannot be written to stdout, expected a file name");
  return false;
}

bool outputs_check (const struct settings *settings, char *error) {
  struct name names[NAMES];
  list_names (settings, names);
  bool fine = find_all (names, error) &&
              proof_has_name (&names[PROOF], error) &&
              all_differ (names, error);
  if (fine && !settings->run.force)
    fine = spares_formulas (names, error);
  for (int i = 0; i < NAMES; i++)
    place_fini (&names[i].place);
  return fine && (!settings_proving (settings) ||
                  can_use_folder (settings->proof_dir, error));
}

bool outputs_wanted (const struct outputs *outputs) {
  const struct settings *settings = outputs->settings;
  return settings->proof || settings->model || settings->stats ||
         settings->result;
}

/*------------------------------------------------------------------------*/
// Opening and closing.

static struct file_out *open_file (const struct outputs *outputs,
                                   const char *path, const char *spool,
                                   char *error) {
  const struct file_target target = {.path = path,
                                     .spool = spool,
                                     .hurry = outputs->hurry,
                                     .state = outputs->state};
  return file_out_open (&target, error);
}

bool outputs_open_proof (struct outputs *outputs, char *error) {
  const struct settings *settings = outputs->settings;
  char reason[FILE_ERROR_BYTES];
  if (!settings_proving (settings))
    return true;
  outputs->proof =
      open_file (outputs, settings->proof,
                 settings->run.check ? settings->proof_dir : NULL, reason);
  if (!outputs->proof)
    snprintf (error, SETTINGS_ERROR_BYTES, "cannot write the proof: %.400s",
              reason);
  return outputs->proof;
}

static bool fail (struct outputs *outputs, const char *reason) {
  message_error (outputs->out, "cannot write %s", reason);
  outputs->failed = true;
  return false;
}

bool outputs_keep_proof (struct outputs *outputs) {
  char error[FILE_ERROR_BYTES];
  const bool fine = file_out_close (outputs->proof, error);
  outputs->proof = NULL;
  return fine || fail (outputs, error);
}

void outputs_drop_proof (struct outputs *outputs) {
  file_out_discard (outputs->proof);
  outputs->proof = NULL;
}

struct file_out *outputs_open (struct outputs *outputs, const char *path) {
  char error[FILE_ERROR_BYTES];
  if (!path)
    return NULL;
  struct file_out *file = open_file (outputs, path, NULL, error);
  if (!file)
    fail (outputs, error);
  return file;
}

void outputs_close (struct outputs *outputs, struct file_out *file) {
  char error[FILE_ERROR_BYTES];
  if (!file_out_close (file, error))
    fail (outputs, error);
}
