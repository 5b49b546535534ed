// settings.c - tables of options, their defaults, and files that are needed.
#include "mpi/settings.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct option_row run_rows[] = {
#define OPT(...) OPTION_ROW (struct run_options, __VA_ARGS__)
#include "mpi/options.def"
#undef OPT
};

void settings_tables (struct settings *settings,
                      struct option_table tables[SETTINGS_TABLES]) {
  tables[0] = (struct option_table){
      "Run", run_rows, sizeof run_rows / sizeof *run_rows, &settings->run};
  tables[1] = team_option_table (&settings->team);
  tables[2] = share_option_table (&settings->share);
  tables[3] = core_option_table (&settings->core);
  tables[4] = simp_option_table (&settings->simp);
}

void settings_init (struct settings *settings) {
  struct option_table tables[SETTINGS_TABLES];
  memset (settings, 0, sizeof *settings);
  settings_tables (settings, tables);
  for (size_t i = 0; i < SETTINGS_TABLES; i++)
    options_init (&tables[i]);
  const char *folder = getenv ("TMPDIR");
  settings->proof_dir = folder && *folder ? folder : "/tmp";
}

bool settings_proving (const struct settings *settings) {
  return settings->proof || settings->run.check;
}

/*------------------------------------------------------------------------*/
// Files.

static bool complain (char *error, const char *verb, const char *name) {
  snprintf (error, SETTINGS_ERROR_BYTES, "cannot %s '%.300s': %s", verb, name,
            strerror (errno));
  return false;
}

// The folder that a file is in.
static const char *folder_of (const char *path, char *buffer) {
  const char *slash = strrchr (path, '/');
  if (!slash)
    return ".";
  if (slash == path)
    return "/";
  snprintf (buffer, PATH_MAX, "%.*s", (int)(slash - path), path);
  return buffer;
}

static bool can_write (const char *path, char *error) {
  char buffer[PATH_MAX];
  struct stat status;
  if (!path || !strcmp (path, "-"))
    return true;
  if (!stat (path, &status)) {
    if (S_ISDIR (status.st_mode))
      errno = EISDIR;
    else if (!access (path, W_OK))
      return true;
  } else if (errno == ENOENT && !access (folder_of (path, buffer), W_OK | X_OK))
    return true;
  return complain (error, "write", path);
}

static bool can_use_folder (const char *path, char *error) {
  struct stat status;
  if (!stat (path, &status)) {
    if (!S_ISDIR (status.st_mode))
      errno = ENOTDIR;
    else if (!access (path, W_OK | X_OK))
      return true;
  }
  return complain (error, "write into", path);
}

bool settings_check_files (const struct settings *settings, char *error) {
  if (settings->proof && !strcmp (settings->proof, "-")) {
    snprintf (error, SETTINGS_ERROR_BYTES,
              "a proof cannot be written to stdout, expected a file name");
    return false;
  }
  if (!can_write (settings->proof, error) ||
      !can_write (settings->model, error) ||
      !can_write (settings->stats, error) ||
      !can_write (settings->result, error))
    return false;
  return !settings_proving (settings) ||
         can_use_folder (settings->proof_dir, error);
}
