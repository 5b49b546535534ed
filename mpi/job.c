// job.c - start and end of a run: wire, formula, engines; then back again.
#define _GNU_SOURCE
#include "mpi/job.h"

#include "base/clock.h"
#include "base/fatal.h"
#include "base/topology.h"
#include "base/version.h"
#include "mpi/internal.h"
#include "mpi/stream.h"
#include "mpi/wake.h"
#include "proof/temp.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// The handler of fatal errors gets no argument, hence this global.
static struct job *current;

// Any thread; the abort does not come back.
static void die (const char *message) {
  struct job *job = current;
  current = NULL;
  if (job && job->out.live) // no lock: its owner may be who died
    fputc ('\n', stderr);
  fprintf (stderr, "tutti: fatal: rank %d: %s\n",
           job ? job->tree.rank : launcher_find ().rank, message);
  wire_abort (1);
}

/*------------------------------------------------------------------------*/
// Start.

static void connect (struct job *job, int *argc, char ***argv) {
  const struct run_options *run = &job->settings->run;
  struct topology topology;
  struct wire_options options = {.heartbeat_ms = run->heartbeat_ms,
                                 .suspect_ms = run->suspect_ms,
                                 .window_bytes = 1024 * run->window_kb,
                                 .card = lanes_card (run->engines)};
  if (launcher_connects (&job->launcher)) {
    topology_init (&topology);
    options.host = topology.node;
  }
  job->wire = wire_new (argc, argv, &options);
  const int rank = wire_rank (job->wire), size = wire_size (job->wire);
  const uint64_t *hosts = wire_hosts (job->wire);
  tree_init (&job->tree, rank, size, hosts, NULL);
  lanes_init (&job->lanes, rank, size, hosts, wire_cards (job->wire));
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
  if (launcher_check (&job->launcher, job->tree.size, error))
    return true;
  if (launcher_speaks (&job->launcher))
    message_error (&job->out, "%s", error);
  return false;
}

static void watch_neighbours (struct job *job) {
  if (!is_root (job))
    wire_watch (job->wire, job->tree.parent);
  for (int i = 0; i < job->tree.num_children; i++)
    wire_watch (job->wire, job->tree.children[i]);
}

static void look (void *state, struct report_moment *moment) {
  const struct job *job = state;
  moment->resident_bytes = clock_resident_bytes ();
  if (job->team && !job->stuck)
    team_live (job->team, &moment->live);
  moment->engines = job->engines;
  if (!job->share)
    return;
  struct share_stats share;
  share_stats (job->share, &share);
  moment->shared = share.share_incoming;
  moment->admitted = share.share_admitted;
  moment->used = share.share_imported;
}

static void greet (struct job *job) {
  message_print (&job->out, MESSAGE_NORMAL, "tutti %s (%s)", TUTTI_VERSION,
                 TUTTI_COMMIT);
  message_print (&job->out, MESSAGE_NORMAL, "ranks %d, engines %llu",
                 job->tree.size, (unsigned long long)job->lanes.total);
  message_print (&job->out, MESSAGE_NORMAL, "formula '%s'",
                 job->settings->formula);
}

static bool interrupted (void *state) {
  struct job *job = state;
  loop_watch (job);
  return job->decided;
}

static bool hurry (void *state) {
  const struct job *job = state;
  const double limit_s = job->settings->run.time;
  return wake_signal () ||
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
  if (!is_root (job))
    return true;
  job->outputs = (struct outputs){.settings = job->settings,
                                  .out = &job->out,
                                  .hurry = hurry,
                                  .state = job};
  if (!outputs_check (job->settings, error) ||
      !outputs_open_proof (&job->outputs, error))
    return false;
  keep_formula (job);
  return true;
}

static enum stream_status get_formula (struct job *job, const char *failure) {
  const struct run_options *run = &job->settings->run;
  char error[CNF_ERROR_BYTES];
  const struct stream_config config = {.path = job->settings->formula,
                                       .failure = failure,
                                       .options.relaxed = run->relaxed,
                                       .options.strict = run->strict,
                                       .keep = job->formula_copy,
                                       .interrupted = interrupted,
                                       .state = job};
  const double start_s = clock_wall_s ();
  const enum stream_status status =
      stream_formula (job->wire, &job->tree, &config, &job->formula, error);
  job->read_s = clock_wall_s () - start_s;
  job->num_vars = job->formula.num_vars;
  job->num_clauses = job->formula.num_clauses;
  if (status == STREAM_FAILED && is_root (job))
    message_error (&job->out, "%s", error);
  if (status == STREAM_COMPLETE)
    message_print (&job->out, MESSAGE_NORMAL,
                   "variables %d, clauses %llu, literals %llu, read in %.2f s",
                   job->num_vars, (unsigned long long)job->num_clauses,
                   (unsigned long long)job->formula.num_literals, job->read_s);
  return status;
}

static unsigned ranks_here (const struct job *job) {
  const uint64_t *hosts = wire_hosts (job->wire);
  unsigned count = 0;
  for (int rank = 0; rank < job->tree.size; rank++)
    count += hosts[rank] == hosts[job->tree.rank];
  return count;
}

// What engines may use: the limit or a share of the machine, without what is
// taken already.
static uint64_t engine_memory (const struct job *job) {
  const uint64_t machine =
      (uint64_t)sysconf (_SC_PHYS_PAGES) * sysconf (_SC_PAGESIZE);
  uint64_t limit = machine / ranks_here (job);
  const uint64_t wanted = 1000000 * (uint64_t)job->settings->run.memory;
  if (wanted && wanted < limit)
    limit = wanted;
  const uint64_t taken = clock_resident_bytes ();
  return limit > taken ? limit - taken : 1;
}

static void start_sharing (struct job *job) {
  if (job->lanes.total < 2 || !job->settings->share.share)
    return;
  const struct share_config config = {.engines = job->lanes.engines,
                                      .max_var = job->num_vars,
                                      .with_ids =
                                          settings_proving (job->settings) ||
                                          job->settings->team.verify,
                                      .options = job->settings->share,
                                      .team = job->lanes.total};
  job->share = share_new (&config);
}

static void prepare_proof (struct job *job) {
  const struct settings *settings = job->settings;
  if (!settings_proving (settings))
    return;
  const struct collect_config config = {.file = job->outputs.proof,
                                        .temp_dir = settings->proof_dir,
                                        .text = !settings->run.binary,
                                        .originals = job->num_clauses,
                                        .lanes = job->lanes.total};
  job->collect = collect_new (job->wire, &job->tree, &config);
}

static void start_engines (struct job *job) {
  const struct settings *settings = job->settings;
  const struct team_config config = {
      .engines = job->lanes.engines,
      .first_lane = job->lanes.first,
      .total_lanes = job->lanes.total,
      .seed = settings->run.seed,
      .formula = &job->formula,
      .core = settings->core,
      .simp = settings->simp,
      .team = settings->team,
      .share = job->share,
      .proof_dir = settings_proving (settings) ? settings->proof_dir : NULL,
      .memory_bytes = engine_memory (job),
      .max_conflicts = settings->run.conflicts,
      .wake = wake_ring};
  job->team = team_new (&config);
  job->engines = team_engines (job->team);
  if (job->engines < job->lanes.engines)
    message_print (&job->out, MESSAGE_NORMAL,
                   "memory for %u engines of %u on rank 0", job->engines,
                   job->lanes.engines);
  team_start (job->team);
  if (job->share)
    rounds_begin (job->rounds, job->share, share_period_ms (job->share));
}

/*------------------------------------------------------------------------*/
// End.

static void clean_up (struct job *job) {
  if (!job->stuck) {
    if (job->collect)
      collect_free (job->collect);
    team_free (job->team);
    if (job->share)
      share_free (job->share);
    formula_fini (&job->formula);
  }
  recheck_free (job->recheck);
  outputs_drop_proof (&job->outputs);
  if (job->formula_copy)
    close (job->formula_copy);
  transport_fini (&job->transport);
  rounds_free (job->rounds);
  report_free (job->report);
}

static void solve (struct job *job, enum stream_status status) {
  if (status == STREAM_COMPLETE) {
    prepare_proof (job);
    start_sharing (job);
    start_engines (job);
  }
  loop_run (job);
}

static void init (struct job *job, struct settings *settings, double start_s) {
  const struct run_options *run = &settings->run;
  const struct launcher launcher = launcher_find ();
  const int level = run->quiet ? MESSAGE_QUIET : (int)run->verbose;
  *job = (struct job){
      .settings = settings, .start_s = start_s, .launcher = launcher};
  message_init (&job->out, launcher.rank ? NULL : stdout, level);
  current = job;
  fatal_set_handler (die);
  wake_init ();
}

// What was printed is a promise like any file.
static int judge (struct job *job, int status) {
  if (job->out.error)
    message_error (&job->out, "cannot write to stdout: %s",
                   strerror (job->out.error));
  return job->out.error || job->outputs.failed ? 1 : status;
}

static int leave (struct job *job, int status) {
  status = judge (job, status);
  wire_free (job->wire);
  wake_fini ();
  message_fini (&job->out);
  current = NULL;
  return status;
}

static int fini (struct job *job, int status) {
  clean_up (job);
  return leave (job, status);
}

int job_run (struct settings *settings, double start_s, int *argc,
             char ***argv) {
  static struct job job; // lives on for threads that are left behind
  init (&job, settings, start_s);
  connect (&job, argc, argv);
  if (!is_whole (&job))
    return leave (&job, 1);
  loop_init (&job);
  job.rounds = rounds_new (job.wire, &job.tree);
  job.report = report_new (job.wire, &job.tree, look, &job);
  watch_neighbours (&job);
  char failure[SETTINGS_ERROR_BYTES];
  const bool fine = begin_outputs (&job, failure);
  if (fine) {
    warn (&job);
    greet (&job);
  }
  const enum stream_status status = get_formula (&job, fine ? NULL : failure);
  if (status == STREAM_FAILED)
    return fini (&job, 1);
  solve (&job, status);
  return fini (&job, job.status);
}
