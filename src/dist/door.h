// What may come in: each message is compared with its row in wire/tags.def
// before anybody acts on it.
#ifndef DIST_DOOR_H
#define DIST_DOOR_H

#include "dist/tree.h"

// Lets only messages in that come from where their kind may come from, and have
// a size and a round that it may have.  Content is looked at by those who read
// it, with 'wire_refuse'.
//
//   tree       borrowed as long as the wire is used
void door_install (struct wire *, const struct tree *);

#endif
