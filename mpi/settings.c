// settings.c - tables of options and their defaults.
#include "mpi/settings.h"

#include <stdlib.h>
#include <string.h>

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
