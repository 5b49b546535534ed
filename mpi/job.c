// job.c - start and end of a run: world, outputs, question; then back again.
#define _GNU_SOURCE
#include "mpi/job.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/topology.h"
#include "base/version.h"
#include "mpi/agree.h"
#include "mpi/answer.h"
#include "mpi/guard.h"
#include "mpi/internal.h"
#include "mpi/last.h"
#include "mpi/transport.h"
#include "mpi/wake.h"
#include "proof/temp.h"
#include "wire/loopback.h"

#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const double late_s = 5; // what the guard adds to a limit
static const double start_silences =
    6; // times a rank's silence, until MPI runs

static double silence_s (const struct job *job) {
  return 1e-3 * (double)job->settings->run.suspect_ms;
}

/*------------------------------------------------------------------------*/
// The world.

// Equal for equal sets of allowed processors.
static uint64_t binding (void) {
  cpu_set_t set;
  memset (&set, 0, sizeof set);
  if (sched_getaffinity (0, sizeof set, &set))
    return 0; // more than 1024 processors: taken as not bound
  return hash_bytes (&set, sizeof set, 0);
}

static struct transport_card make_card (const struct job *job) {
  struct transport_card card = {0};
  struct topology topology;
  topology_init (&topology);
  card.host = hash_bytes (topology.node, strlen (topology.node), 0);
  card.words[LANES_WANTED] = job->settings->run.engines;
  card.words[LANES_USABLE] = topology.usable;
  card.words[LANES_BINDING] = binding ();
  card.words[AGREE_SETTINGS] = agree_digest (job->settings);
  return card;
}

static struct transport open_transport (struct job *job, int *argc,
                                        char ***argv) {
  struct transport_card card = make_card (job);
  struct transport transport;
  if (launcher_connects (&job->launcher) &&
      transport_open (&transport, argc, argv, &card))
    return transport;
  job->loopback = loopback_new (1, &card);
  return loopback_transport (job->loopback, 0);
}

static void connect (struct job *job, int *argc, char ***argv) {
  const struct run_options *run = &job->settings->run;
  const struct world_options options = {
      .wire = {.heartbeat_ms = run->heartbeat_ms,
               .suspect_ms = run->suspect_ms,
               .window_bytes = 1024 * run->window_kb},
      .partition_ms = run->partition_ms};
  const struct transport transport = open_transport (job, argc, argv);
  world_init (&job->world, &transport, &options);
  job->report.ranks = job->world.tree.size;
  job->report.lost = mem_calloc (job->report.ranks, sizeof (bool));
}

static bool is_agreed (struct job *job) {
  const int other = agree_other (job->world.wire);
  if (other >= 0 && is_root (job))
    message_error (&job->out,
                   "rank %d has other options or another version than rank 0",
                   other);
  return other < 0;
}

// Warns of what was asked for and will not happen.
static void warn (struct job *job) {
  const int idle = launcher_idle_tasks (&job->launcher);
  if (idle)
    message_warning (&job->out,
                     "Slurm has set aside %d tasks, this is one process; "
                     "'mpirun tutti ...' uses them all",
                     idle);
  if (*job->settings->passed_over)
    message_warning (&job->out,
                     "passed over what only tunes another solver: %s",
                     job->settings->passed_over);
}

// Whether this is the whole run, and not one of several that know nothing of
// each other.
static bool is_whole (struct job *job) {
  char error[LAUNCHER_ERROR_BYTES];
  if (launcher_check (&job->launcher, job->world.tree.size, error))
    return true;
  if (launcher_speaks (&job->launcher))
    message_error (&job->out, "%s", error);
  return false;
}

// A limit that the communicator does not keep: while it is alive it moves the
// guard's.
static void guard_time (const struct job *job, double start_patience_s) {
  const double limit_s = job->settings->run.time;
  const double passed_s = clock_wall_s () - job->start_s;
  const double left_s = limit_s > 0 ? limit_s - passed_s + late_s : HUGE_VAL;
  if (start_patience_s < left_s)
    guard_allow (start_patience_s, "MPI did not start");
  else
    guard_allow (left_s, "the time limit was not kept");
}

static bool enter_world (struct job *job, int *argc, char ***argv) {
  guard_time (job, start_silences * silence_s (job));
  connect (job, argc, argv);
  guard_time (job, HUGE_VAL);
  return is_whole (job) && is_agreed (job);
}

/*------------------------------------------------------------------------*/
// Rank 0 and its files.

static bool hurry (void *state) {
  const struct job *job = state;
  const double limit_s = job->settings->run.time;
  return wake_signals () ||
         (limit_s > 0 && clock_wall_s () - job->start_s >= limit_s);
}

// The checker reads the formula again.
static void keep_formula (struct job *job) {
  const char *path = job->settings->formula;
  struct stat status;
  if (!job->settings->run.check ||
      (strcmp (path, "-") &&
       (stat (path, &status) || S_ISREG (status.st_mode))))
    return;
  job->formula_copy = temp_open (job->settings->proof_dir);
}

// Before anything is printed, since stdout is a file like others.
static bool begin_outputs (struct job *job, char *error) {
  job->outputs_ready = true;
  if (!outputs_check (job->settings, error) ||
      !outputs_open_proof (&job->outputs, error))
    return false;
  keep_formula (job);
  return true;
}

static void begin_reading (struct job *job) {
  const struct cnf_options options = {.relaxed = job->settings->run.relaxed,
                                      .strict = job->settings->run.strict};
  job->reader =
      reader_new (job->settings->formula, &options, job->formula_copy);
}

static void greet (struct job *job) {
  message_print (&job->out, MESSAGE_NORMAL, "tutti %s (%s)", TUTTI_VERSION,
                 TUTTI_COMMIT);
  message_print (&job->out, MESSAGE_NORMAL, "ranks %d, engines %llu",
                 job->world.tree.size,
                 (unsigned long long)job->world.lanes.total);
  message_print (&job->out, MESSAGE_NORMAL, "formula '%s'",
                 job->settings->formula);
}

static void begin_root (struct job *job) {
  char failure[SETTINGS_ERROR_BYTES];
  if (!begin_outputs (job, failure)) {
    message_error (&job->out, "%s", failure);
    job->input_failed = true;
    question_end (job->question, CAUSE_INPUT, 0);
    return;
  }
  warn (job);
  greet (job);
  begin_reading (job);
}

/*------------------------------------------------------------------------*/
// The question.

static void ask (struct job *job) {
  const struct question_hooks hooks = hooks_of (job);
  const struct question_config config = {
      .proving = settings_proving (job->settings),
      .proof_required = job->settings->run.proof_required,
      .proof_dir = job->settings->proof_dir,
      .proof_text = !job->settings->run.binary,
      .grace_ms = 3000};
  job->outputs = (struct outputs){.settings = job->settings,
                                  .out = &job->out,
                                  .hurry = hurry,
                                  .state = job};
  job->read_s = clock_wall_s ();
  job->question = question_new (&job->world, &hooks, &config);
  if (is_root (job))
    begin_root (job);
  loop_run (job);
}

static void clean_up (struct job *job) {
  if (job->reader)
    reader_free (job->reader);
  if (!job->stuck) {
    question_free (job->question);
    team_free (job->team);
    if (job->share)
      share_free (job->share);
  }
  for_vec (const partial_ref, adopted, &job->adopted)
    partial_free (*adopted);
  vec_fini (&job->adopted);
  vec_fini (&job->partials);
  if (job->heir)
    heir_free (job->heir);
  recheck_free (job->recheck);
  outputs_drop_proof (&job->outputs);
  if (job->formula_copy)
    close (job->formula_copy);
}

/*------------------------------------------------------------------------*/
// End.

// What was printed is a promise like any file.
static int judge (struct job *job, int status) {
  if (job->out.error)
    message_error (&job->out, "cannot write to stdout: %s",
                   strerror (job->out.error));
  return job->out.error || job->outputs.failed ? 1 : status;
}

// Rank 0's status is the run's.  Cut off from the others there is no answer.
static int status_of (struct job *job) {
  const struct outcome *outcome = question_outcome (job->question);
  if (outcome->cause == CAUSE_INPUT)
    return 1;
  if (job->launcher.rank)
    return 0;
  if (!world_member (&job->world) && last_claim (0))
    job->status = answer_other (&job->outputs, 0);
  return job->status;
}

// What is queued for those who still listen, BYE for instance, goes out first.
static void say_goodbye (struct job *job) {
  const double limit_s = clock_wall_s () + 0.3;
  while (clock_wall_s () < limit_s)
    if (!wire_poll (job->world.wire))
      wake_wait (1e-3);
}

// MPI would wait for ranks that are gone, or for this one if it was excluded.
static int leave (struct job *job, int status) {
  const bool orderly = world_member (&job->world) &&
                       world_complete (&job->world) && !job->stuck &&
                       !job->deserted;
  status = judge (job, status);
  fflush (stdout);
  if (!orderly)
    say_goodbye (job);
  world_fini (&job->world, orderly);
  if (!orderly)
    _exit (status);
  if (job->loopback)
    loopback_free (job->loopback);
  mem_free (job->report.lost);
  wake_fini ();
  last_fini ();
  message_fini (&job->out);
  return status;
}

static void init (struct job *job, struct settings *settings, double start_s) {
  const struct run_options *run = &settings->run;
  const struct launcher launcher = launcher_find ();
  const int level = run->quiet ? MESSAGE_QUIET : (int)run->verbose;
  *job = (struct job){.settings = settings,
                      .start_s = start_s,
                      .launcher = launcher,
                      .machine = getenv ("TUTTI_MACHINE"),
                      .main = pthread_self ()};
  if (!job->machine)
    job->machine = "";
  message_init (&job->out, launcher.rank ? NULL : stdout, level);
  last_init (job);
  wake_init ();
}

int job_run (struct settings *settings, double start_s, int *argc,
             char ***argv) {
  static struct job job; // lives on for threads that are left behind
  init (&job, settings, start_s);
  if (!enter_world (&job, argc, argv))
    return leave (&job, 1);
  ask (&job);
  const int status = status_of (&job);
  // Rank 0 before the others, since a job has one status.
  guard_allow (silence_s (&job) + (job.launcher.rank ? 2 : 1) * late_s,
               "the others did not leave");
  clean_up (&job);
  return leave (&job, status);
}
