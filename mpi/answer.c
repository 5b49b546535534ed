// answer.c - 's' and 'v' lines, model file, result file.
#include "mpi/answer.h"

#include "base/file.h"
#include "cnf/model.h"

#include <stdio.h>
#include <stdlib.h>

static void save_result (const struct settings *settings, int status,
                         struct message *out) {
  if (!settings->result)
    return;
  FILE *file = fopen (settings->result, "w");
  bool failed = !file || fprintf (file, "%d\n", status) < 0;
  if (file)
    failed |= fclose (file) != 0;
  if (failed)
    message_error (out, "cannot write '%s'", settings->result);
}

static void say (const struct settings *settings, int status,
                 struct message *out) {
  save_result (settings, status, out);
  message_result (out, "s %s",
                  status == 10   ? "SATISFIABLE"
                  : status == 20 ? "UNSATISFIABLE"
                                 : "UNKNOWN");
}

int answer_other (const struct settings *settings, int status,
                  struct message *out) {
  say (settings, status, out);
  return status;
}

static bool believe (const struct formula *formula, const signed char *values,
                     struct message *out) {
  const int64_t clause = model_falsified (formula, values, formula->num_vars);
  if (!clause)
    return true;
  message_error (out, "the model falsifies clause %lld", (long long)clause);
  return false;
}

static void print_values (const struct formula *formula,
                          const signed char *values, struct message *out) {
  char error[FILE_ERROR_BYTES];
  fflush (out->file);
  struct file_out *file = file_out_open ("-", error);
  if (file) {
    model_write (file, values, formula->num_vars, MODEL_WIDTH);
    if (file_out_close (file, error))
      return;
  }
  message_error (out, "%s", error);
}

int answer_sat (const struct settings *settings, const struct formula *formula,
                const signed char *values, struct message *out) {
  char error[FILE_ERROR_BYTES];
  if (!believe (formula, values, out))
    return answer_other (settings, 0, out);
  if (settings->model &&
      !model_save (settings->model, values, formula->num_vars, error))
    message_error (out, "%s", error);
  say (settings, 10, out);
  if (settings->run.witness)
    print_values (formula, values, out);
  return 10;
}
