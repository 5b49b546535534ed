// What the environment says about how a process was started.
#include "suite.h"

#include "mpi/launcher.h"

#include <stdbool.h>
#include <string.h>

static char error[LAUNCHER_ERROR_BYTES];

// Sets variables, written 'NAME=VALUE NAME=VALUE', and no others.
static struct launcher find (const char *text) {
  static char copy[500];
  extern char **environ;
  static char *variables[20];
  int n = 0;
  strcpy (copy, text);
  for (char *word = strtok (copy, " "); word; word = strtok (NULL, " "))
    variables[n++] = word;
  variables[n] = NULL;
  environ = variables;
  return launcher_find ();
}

static const struct {
  const char *text;
  const char *name; // of the launcher; null: none
  int rank, size;
  bool connects, speaks, alone; // alone: fine as a single process
  int idle;
} cases[] = {
    {"", NULL, 0, 0, false, true, true, 0},
    {"OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=3 PMIX_RANK=1", "mpirun", 1,
     3, true, false, false, 0},
    {"OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=3", "mpirun", 0, 3, true,
     true, false, 0},
    {"OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=1", "mpirun", 0, 1, false,
     true, true, 0},
    // the step that mpirun was started in says nothing about mpirun's ranks
    {"OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=1 SLURM_STEP_NUM_TASKS=4 "
     "SLURM_PROCID=2",
     "mpirun", 0, 1, false, true, true, 0},
    {"PMIX_RANK=2 SLURM_PROCID=2 SLURM_STEP_NUM_TASKS=4 SLURM_NTASKS=4",
     "a PMIx server", 2, 4, true, false, false, 0},
    {"PMIX_RANK=0", "a PMIx server", 0, 0, true, true, true, 0},
    {"PMI_RANK=1", "mpiexec", 1, 0, true, true, false, 0},
    {"PMI_RANK=1 PMI_SIZE=2", "mpiexec", 1, 2, true, false, false, 0},
    {"PMI_RANK=0 PMI_SIZE=1", "mpiexec", 0, 1, false, true, true, 0},
    {"SLURM_PROCID=0 SLURM_NTASKS=4 SLURM_STEP_NUM_TASKS=4", "srun", 0, 4,
     false, true, false, 0},
    {"SLURM_PROCID=3 SLURM_NTASKS=4 SLURM_STEP_NUM_TASKS=4", "srun", 3, 4,
     false, false, false, 0},
    {"SLURM_PROCID=0 SLURM_NTASKS=1 SLURM_STEP_NUM_TASKS=1", "srun", 0, 1,
     false, true, true, 0},
    // a batch script, then a shell of salloc
    {"SLURM_PROCID=0 SLURM_NTASKS=4", "srun", 0, 0, false, true, true, 4},
    {"SLURM_NTASKS=4", NULL, 0, 0, false, true, true, 4},
    {"PMI_RANK=x PMI_SIZE=2", NULL, 0, 0, false, true, true, 0},
    {"PMI_RANK=-1 OMPI_COMM_WORLD_RANK= PMIX_RANK=1e3", NULL, 0, 0, false, true,
     true, 0},
    {"PMI_RANK=99999999999", NULL, 0, 0, false, true, true, 0}};

START_TEST (reads_the_environment) {
  const char *text = cases[_i].text;
  const struct launcher found = find (text);
  ck_assert_msg (!found.name == !cases[_i].name, "%s", text);
  if (found.name)
    ck_assert_str_eq (found.name, cases[_i].name);
  ck_assert_int_eq (found.rank, cases[_i].rank);
  ck_assert_int_eq (found.size, cases[_i].size);
  ck_assert_int_eq (launcher_connects (&found), cases[_i].connects);
  ck_assert_int_eq (launcher_speaks (&found), cases[_i].speaks);
  ck_assert_int_eq (launcher_idle_tasks (&found), cases[_i].idle);
  ck_assert_int_eq (launcher_check (&found, 1, error), cases[_i].alone);
  ck_assert (launcher_check (&found, 2, error));
}
END_TEST

START_TEST (explains) {
  struct launcher found = find ("PMI_RANK=0 PMI_SIZE=16");
  static const char start[] =
      "mpiexec started 16 processes that cannot reach each other: ";
  ck_assert (!launcher_check (&found, 1, error));
  ck_assert_msg (!strncmp (error, start, strlen (start)), "%s", error);
  found = find ("PMI_RANK=3");
  ck_assert (!launcher_check (&found, 1, error));
  ck_assert_ptr_nonnull (strstr (error, "several processes"));
}
END_TEST

int main (void) {
  Suite *suite = suite_create ("mpi launcher");
  TCase *tcase = tcase_create ("launcher");
  tcase_add_loop_test (tcase, reads_the_environment, 0,
                       sizeof cases / sizeof *cases);
  tcase_add_test (tcase, explains);
  suite_add_tcase (suite, tcase);
  return suite_run (suite);
}
