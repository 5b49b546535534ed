// door.c - sender, size and round of each message against tags.def.
#include "dist/door.h"

enum way { ANY, UP, DOWN, ROOT, ASKED };

enum { GIGA = 1 << 30, WIRE_ROUND = WIRE_ROUNDS - 1 };

static const struct rule {
  enum way way;
  uint32_t least, most, rounds;
} rules[WIRE_KINDS] = {
#define TAG(NAME, NUMBER, CLASS, WAY, LEAST, MOST, ROUNDS, PAYLOAD)            \
  [NUMBER] = {WAY, LEAST, MOST, ROUNDS},
#include "wire/tags.def"
#undef TAG
};

static bool right_way (const struct tree *tree, enum way way, int from) {
  switch (way) {
  case UP:
    return tree_child (tree, from) >= 0;
  case DOWN:
    return from == tree->parent;
  case ROOT:
    return tree_is_root (tree);
  case ASKED:
    return from == tree->root;
  case ANY:
    break;
  }
  return true;
}

static const char *examine (const void *state, const struct wire_message *msg) {
  const struct rule *rule = &rules[msg->kind];
  if (!right_way (state, rule->way, msg->from))
    return "not from where it may come from";
  if (msg->bytes < rule->least || msg->bytes > rule->most)
    return "of a size that it cannot have";
  return msg->round > rule->rounds ? "of a round that it cannot have" : NULL;
}

void door_install (struct wire *wire, const struct tree *tree) {
  wire_guard (wire, examine, tree);
}
