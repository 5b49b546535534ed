// answer.c - 's' and 'v' lines, model file, result file.
#include "mpi/answer.h"

#include "cnf/model.h"

static void save_result (struct outputs *outputs, int status) {
  struct file_out *file = outputs_open (outputs, outputs->settings->result);
  if (!file)
    return;
  file_out_printf (file, "%d\n", status);
  outputs_close (outputs, file);
}

static const char *verdict (int status) {
  return status == 10   ? "SATISFIABLE"
         : status == 20 ? "UNSATISFIABLE"
                        : "UNKNOWN";
}

static void say (struct outputs *outputs, int status) {
  save_result (outputs, status);
  message_result (outputs->out, "s %s", verdict (status));
}

// The file of the model tells every answer, so that none before is taken for
// this one.
//
//   values     null without a model
static void save_model (struct outputs *outputs, int status, int num_vars,
                        const signed char *values) {
  struct file_out *file = outputs_open (outputs, outputs->settings->model);
  if (!file)
    return;
  file_out_printf (file, "s %s\n", verdict (status));
  if (values)
    model_write (file, values, num_vars, MODEL_WIDTH);
  outputs_close (outputs, file);
}

int answer_other (struct outputs *outputs, int status) {
  save_model (outputs, status, 0, NULL);
  say (outputs, status);
  return status;
}

bool answer_believe (const struct formula *formula, const signed char *values,
                     struct message *out) {
  const int64_t clause = model_falsified (formula, values, formula->num_vars);
  if (!clause)
    return true;
  message_error (out, "the model falsifies clause %lld", (long long)clause);
  return false;
}

// What was lost before is told at the end.
static void print_values (struct outputs *outputs, int num_vars,
                          const signed char *values) {
  struct file_out *file =
      outputs->out->error ? NULL : outputs_open (outputs, "-");
  if (!file)
    return;
  model_write (file, values, num_vars, MODEL_WIDTH);
  outputs_close (outputs, file);
}

int answer_sat (struct outputs *outputs, int num_vars,
                const signed char *values) {
  save_model (outputs, 10, num_vars, values);
  say (outputs, 10);
  if (outputs->settings->run.witness)
    print_values (outputs, num_vars, values);
  return 10;
}
