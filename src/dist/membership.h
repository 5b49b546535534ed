// Which ranks go on together: suspicion, agreement on a new view, exclusion.
//
// Everybody belongs to one committed view.  A rank that finds a neighbour
// silent or gone accuses it before the lowest rank it trusts; that one proposes
// a view without the accused; each proposed member accepts once and freezes;
// when all have accepted and they are a quorum of what was before, the proposer
// commits, and each member installs the view as the next generation.
//
//   safety     two views that go on side by side would need disjoint quorums of
//              a common one: docs/wire.md, "membership"
//   progress   whoever is frozen for too long accuses the proposer; without a
//              quorum a rank waits for the others, then ends
//   context    the wire's thread; non-blocking, driven by 'membership_step'
//   source     the two phases are those of [Lamport-TOCS'98], the views those
//              of [BirmanJoseph-SOSP'87]
#ifndef DIST_MEMBERSHIP_H
#define DIST_MEMBERSHIP_H

#include "dist/view.h"
#include "wire/wire.h"

struct membership;

struct membership_config {
  unsigned suspect_ms;   // as the wire's; patience with proposers follows
  unsigned partition_ms; // without a quorum for so long: cut off
  // The view is agreed upon and the wire is in its generation.
  void (*install) (void *state, const struct view *);
  // Accepting: what a proposer should know of this rank.  May be null.
  void (*report) (void *state, struct bytes *);
  // Proposing: what an accepting rank reported, its own report included.
  void (*learn) (void *state, int rank, const uint8_t *data, size_t bytes);
  void *state;
};

enum membership_status {
  MEMBERSHIP_STABLE,   // the committed view is all there is
  MEMBERSHIP_FROZEN,   // a new one is being agreed upon
  MEMBERSHIP_EXCLUDED, // the others go on without this rank
  MEMBERSHIP_CUT_OFF,  // no quorum for too long
};

// Starts with view 1 of all ranks; 'install' is not called for it.
struct membership *membership_new (struct wire *,
                                   const struct membership_config *);
void membership_free (struct membership *);

// Goes on as far as possible now.
//
//   returns    true if anything moved
bool membership_step (struct membership *);

enum membership_status membership_status (const struct membership *);
const struct view *membership_view (const struct membership *); // committed

#endif
