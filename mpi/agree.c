// agree.c - a digest of the settings, compared over all ranks.
#include "mpi/agree.h"

#include "base/hash.h"
#include "base/version.h"

#include <string.h>

static uint64_t add_text (uint64_t hash, const char *text) {
  return text ? hash_bytes (text, strlen (text) + 1, hash) : hash + 1;
}

static bool may_differ (const char *name) {
  return !strcmp (name, "engines") || !strcmp (name, "memory");
}

static uint64_t add_table (uint64_t hash, const struct option_table *table) {
  for (size_t i = 0; i < table->num_rows; i++) {
    const struct option_row *row = &table->rows[i];
    const double value = options_get (table, row);
    if (!may_differ (row->name))
      hash = add_text (hash_bytes (&value, sizeof value, hash), row->name);
  }
  return hash;
}

uint64_t agree_digest (struct settings *settings) {
  struct option_table tables[SETTINGS_TABLES];
  const char *names[] = {settings->formula, settings->model, settings->proof,
                         settings->stats, settings->result};
  uint64_t hash = add_text (add_text (0, TUTTI_VERSION), TUTTI_COMMIT);
  settings_tables (settings, tables);
  for (size_t i = 0; i < SETTINGS_TABLES; i++)
    hash = add_table (hash, &tables[i]);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    hash = add_text (hash, names[i]);
  return hash;
}

int agree_other (const struct wire *wire) {
  const struct transport_card *cards = wire_cards (wire);
  for (int rank = 1; rank < wire_size (wire); rank++)
    if (cards[rank].words[AGREE_SETTINGS] != cards[0].words[AGREE_SETTINGS])
      return rank;
  return -1;
}
