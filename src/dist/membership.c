// membership.c - accuse, propose, accept, commit.
//
// Idea     one proposer at a time in the usual case, the lowest trusted rank;
//          of two at once the higher one gives way
// Source   [Lamport-TOCS'98]: accept one ballot a number, report what was
//          accepted
// Differs  all proposed members must accept, since all of them are to install
//          the view; who does not answer is left out of the next proposal
// Format   docs/wire.md, "membership"
// Expect   nothing but heartbeats as long as nobody dies; then 3 messages for
//          each rank
#include "dist/membership.h"

#include "base/memory.h"

#include <assert.h>
#include <string.h>

enum { MAX_CANDIDATES = 100 };

struct membership {
  struct wire *wire;
  struct membership_config config;
  int rank, size;
  enum membership_status status;
  struct view committed;
  struct view accepted; // the last ballot, own ones too; while frozen
  VEC (struct view)
  candidates;               // others' ballots accepted since the commitment:
                            // any of them may be committed elsewhere
  uint32_t highest;         // number of a ballot seen
  bool *suspects, *certain; // by rank; null until somebody is suspected
  double accused_s;         // when the present addressee was first told; 0: not
  int addressee;
  double frozen_s;   // when this rank froze
  double deadline_s; // of the acceptances, or of the commitment

  bool proposing;
  bool *answered; // by rank; null until this rank proposes
  int missing;
  unsigned attempts;            // without a quorum
  VEC (struct view) bases;      // candidates as the members reported them
  struct bytes report, message; // scratch
  struct view incoming;         // scratch
};

// Members answer at once unless they are in trouble.
static double accept_s (const struct membership *m) {
  const double half_s = 0.5e-3 * m->config.suspect_ms;
  return half_s < 2.5 ? half_s : 2.5;
}

static bool suspected (const struct membership *m, int rank) {
  return m->suspects && m->suspects[rank];
}

static void note (struct membership *m, int rank, bool certain) {
  if (!m->suspects) {
    m->suspects = mem_calloc (m->size, sizeof *m->suspects);
    m->certain = mem_calloc (m->size, sizeof *m->certain);
  }
  m->suspects[rank] = true;
  m->certain[rank] |= certain || wire_gone (m->wire, rank);
}

static bool is_member (const struct membership *m, int rank) {
  return view_has (&m->committed, rank);
}

/*------------------------------------------------------------------------*/
// Quorums.

// Whether the proposed members may go on where those of 'base' were: more than
// half of its members that may still live, or half with the lowest of them.
static bool is_quorum (const struct membership *m, const struct view *base) {
  int living = 0, present = 0, lowest = -1;
  for (int rank = 0; rank < m->size; rank++) {
    if (!view_has (base, rank) || m->certain[rank])
      continue;
    living++;
    if (lowest < 0)
      lowest = rank;
    present += view_has (&m->accepted, rank);
  }
  return 2 * present > living ||
         (2 * present == living && view_has (&m->accepted, lowest));
}

static bool has_quorum (const struct membership *m) {
  for_vec (const struct view, base, &m->bases)
    if (!is_quorum (m, base))
      return false;
  return is_quorum (m, &m->committed);
}

/*------------------------------------------------------------------------*/
// Installing.

static void freeze (struct membership *m) {
  if (m->status == MEMBERSHIP_STABLE)
    m->frozen_s = wire_now_s (m->wire);
  m->status = MEMBERSHIP_FROZEN;
  wire_freeze (m->wire);
}

static void clear (struct membership *m) {
  for_vec (struct view, view, &m->candidates)
    view_fini (view);
  for_vec (struct view, view, &m->bases)
    view_fini (view);
  vec_clear (&m->candidates);
  vec_clear (&m->bases);
}

static void install (struct membership *m, const struct view *view) {
  view_copy (&m->committed, view);
  clear (m);
  m->status = MEMBERSHIP_STABLE;
  m->proposing = false;
  m->accused_s = 0;
  m->attempts = 0;
  for (int rank = 0; m->suspects && rank < m->size; rank++)
    if (is_member (m, rank))
      m->suspects[rank] = m->certain[rank];
  wire_set_generation (m->wire, m->committed.number);
  wire_is_back (m->wire);
  m->config.install (m->config.state, &m->committed);
}

static void send_view (struct membership *m, int to, enum wire_kind kind,
                       const struct view *view) {
  vec_clear (&m->message);
  view_encode (view, &m->message);
  wire_send (m->wire, to, kind, 0, m->message.data, m->message.size);
}

static void commit (struct membership *m) {
  for (int rank = 0; rank < m->size; rank++)
    if (rank != m->rank && view_has (&m->accepted, rank))
      send_view (m, rank, WIRE_COMMIT, &m->accepted);
  install (m, &m->accepted);
}

/*------------------------------------------------------------------------*/
// Proposing.

static void choose_members (struct membership *m) {
  // Without a quorum, every second time those who were silent are asked again:
  // they may have been cut off only.
  const bool again = m->attempts % 2;
  vec_clear (&m->accepted.excluded);
  for (int rank = 0; rank < m->size; rank++) {
    const bool out = !is_member (m, rank) || m->certain[rank] ||
                     (m->suspects[rank] && !again);
    if (out && rank != m->rank)
      vec_push (&m->accepted.excluded, rank);
  }
}

// A ballot of this rank's own that it did not commit is nobody's view.
static void add_base (struct membership *m, const struct view *candidate) {
  struct view base = {0};
  if (candidate->proposer == m->rank)
    return;
  for_vec (const struct view, known, &m->bases)
    if (view_same (known, candidate))
      return;
  view_copy (&base, candidate);
  vec_push (&m->bases, base);
}

static void take_answer (struct membership *m, int from, const uint8_t *report,
                         size_t bytes) {
  if (m->answered[from])
    return;
  m->answered[from] = true;
  m->missing--;
  if (m->config.learn)
    m->config.learn (m->config.state, from, report, bytes);
}

static void make_report (struct membership *m) {
  vec_clear (&m->report);
  if (m->config.report)
    m->config.report (m->config.state, &m->report);
}

// All have answered: go on, or try again later.
static void conclude (struct membership *m) {
  if (has_quorum (m))
    commit (m);
  else
    m->attempts++;
}

static void begin_ballot (struct membership *m) {
  note (m, m->rank, false);
  m->suspects[m->rank] = false;
  if (!m->answered)
    m->answered = mem_calloc (m->size, sizeof *m->answered);
  m->accepted.number = ++m->highest;
  m->accepted.proposer = m->rank;
  choose_members (m);
  for_vec (const struct view, candidate, &m->candidates)
    add_base (m, candidate);
  m->proposing = true;
  m->deadline_s = wire_now_s (m->wire) + accept_s (m);
}

static void propose (struct membership *m) {
  begin_ballot (m);
  freeze (m);
  m->missing = 0;
  for (int rank = 0; rank < m->size; rank++) {
    m->answered[rank] = !view_has (&m->accepted, rank);
    m->missing += !m->answered[rank];
    if (rank != m->rank && !m->answered[rank])
      send_view (m, rank, WIRE_PROPOSE, &m->accepted);
  }
  make_report (m);
  take_answer (m, m->rank, m->report.data, m->report.size);
  if (!m->missing)
    conclude (m);
}

// Who has not answered in time, or is gone, is left out of the next proposal.
static bool propose_again (struct membership *m) {
  const bool late = wire_now_s (m->wire) >= m->deadline_s;
  bool lost = false;
  for (int rank = 0; rank < m->size; rank++)
    if (!m->answered[rank] && (late || wire_gone (m->wire, rank))) {
      note (m, rank, false);
      lost = true;
    }
  if (!late && !lost)
    return false;
  m->attempts += m->attempts && late;
  propose (m);
  return true;
}

/*------------------------------------------------------------------------*/
// Accusing.

static void accuse (struct membership *m, int rank, bool certain) {
  if (rank == m->rank || !is_member (m, rank))
    return;
  note (m, rank, certain);
  const int judge = view_lowest (&m->committed, m->size, m->suspects);
  if (judge == m->rank) {
    if (!m->proposing || view_has (&m->accepted, rank))
      propose (m);
    return;
  }
  if (judge < 0)
    return;
  const uint32_t accusation[2] = {rank, m->certain[rank]};
  wire_send (m->wire, judge, WIRE_SUSPECT, 0, accusation, sizeof accusation);
  if (judge != m->addressee || m->accused_s <= 0)
    m->accused_s = wire_now_s (m->wire);
  m->addressee = judge;
  m->deadline_s = wire_now_s (m->wire) + accept_s (m);
}

// Tells a rank that is no member any more.
//
//   returns    true if it was one
static bool turn_away (struct membership *m, int rank) {
  if (is_member (m, rank))
    return false;
  const uint32_t number = m->committed.number;
  wire_send (m->wire, rank, WIRE_EXCLUDED, 0, &number, sizeof number);
  return true;
}

// A rank that speaks is not dead, as long as nobody knows better.
static void trust (struct membership *m, int rank) {
  if (suspected (m, rank) && !m->certain[rank])
    m->suspects[rank] = false;
}

static void on_heartbeat (void *state, const struct wire_message *msg) {
  if (!turn_away (state, msg->from))
    trust (state, msg->from);
}

static void on_suspect (void *state, const struct wire_message *msg) {
  struct membership *m = state;
  uint32_t accusation[2];
  if (turn_away (m, msg->from) || msg->bytes != sizeof accusation ||
      m->status > MEMBERSHIP_FROZEN)
    return;
  trust (m, msg->from);
  memcpy (accusation, msg->data, sizeof accusation);
  if (accusation[0] < (uint32_t)m->size)
    accuse (m, accusation[0], accusation[1]);
}

static void on_excluded (void *state, const struct wire_message *msg) {
  struct membership *m = state;
  uint32_t number;
  if (msg->bytes != sizeof number)
    return;
  memcpy (&number, msg->data, sizeof number);
  if (number > m->committed.number)
    m->status = MEMBERSHIP_EXCLUDED;
}

/*------------------------------------------------------------------------*/
// Accepting.

// Whether a proposal brings nobody back whom this rank saw leave.
static bool is_within (const struct view *view, const struct view *committed) {
  for_vec (const int, rank, &committed->excluded)
    if (view_has (view, *rank))
      return false;
  return true;
}

// Accepts a ballot, and gives up an own one.
static void accept (struct membership *m, const struct view *view) {
  struct view copy = {0};
  view_copy (&m->accepted, view);
  view_copy (&copy, view);
  vec_push (&m->candidates, copy);
  m->highest = view->number;
  m->proposing = false;
  freeze (m);
  m->deadline_s = wire_now_s (m->wire) + 4 * accept_s (m);
}

// What this rank has accepted last, what it has committed, all candidates, and
// its report.
static void answer (struct membership *m, int to) {
  make_report (m);
  vec_clear (&m->message);
  view_encode (&m->accepted, &m->message);
  view_encode (&m->committed, &m->message);
  vec_push (&m->message, m->candidates.size);
  for_vec (const struct view, candidate, &m->candidates)
    view_encode (candidate, &m->message);
  bytes_append (&m->message, m->report.data, m->report.size);
  wire_send (m->wire, to, WIRE_ACCEPT, 0, m->message.data, m->message.size);
}

static void on_propose (void *state, const struct wire_message *msg) {
  struct membership *m = state;
  struct view *view = &m->incoming;
  if (turn_away (m, msg->from) || m->status > MEMBERSHIP_FROZEN ||
      !view_decode (view, m->size, msg->data, msg->bytes) ||
      view->proposer != msg->from || !view_has (view, m->rank) ||
      !view_has (view, msg->from))
    return;
  trust (m, msg->from);
  if (view->number > m->highest && is_within (view, &m->committed) &&
      m->candidates.size < MAX_CANDIDATES)
    accept (m, view);
  answer (m, msg->from);
}

// A view that others have committed: this rank missed it, or is not in it.
static void catch_up (struct membership *m, const struct view *view) {
  if (view_has (view, m->rank))
    install (m, view);
  else
    m->status = MEMBERSHIP_EXCLUDED;
}

// An answer to another ballot than the present one is a refusal, or late.  A
// lower proposer is given way to.
static void take_refusal (struct membership *m, const struct view *accepted) {
  if (accepted->number < m->accepted.number)
    return;
  if (accepted->number > m->highest)
    m->highest = accepted->number;
  if (accepted->proposer < m->rank && !suspected (m, accepted->proposer)) {
    m->proposing = false;
    m->deadline_s = wire_now_s (m->wire) + 4 * accept_s (m);
  } else
    propose (m);
}

struct cursor {
  const uint8_t *data, *end;
};

static bool next_view (struct membership *m, struct cursor *cursor) {
  const size_t bytes = view_decode (&m->incoming, m->size, cursor->data,
                                    cursor->end - cursor->data);
  cursor->data += bytes;
  return bytes;
}

static bool take_candidates (struct membership *m, struct cursor *cursor) {
  if (cursor->data == cursor->end)
    return false;
  for (unsigned left = *cursor->data++; left--;) {
    if (!next_view (m, cursor))
      return false;
    add_base (m, &m->incoming);
  }
  return true;
}

static void on_accept (void *state, const struct wire_message *msg) {
  struct membership *m = state;
  struct cursor cursor = {msg->data, msg->data + msg->bytes};
  struct view ballot = {0};
  if (!m->proposing || !next_view (m, &cursor))
    return;
  trust (m, msg->from);
  ballot.number = m->incoming.number;
  ballot.proposer = m->incoming.proposer;
  if (!next_view (m, &cursor))
    return;
  if (view_newer (&m->incoming, &m->committed))
    catch_up (m, &m->incoming);
  else if (!view_same (&ballot, &m->accepted))
    take_refusal (m, &ballot);
  else if (take_candidates (m, &cursor)) {
    take_answer (m, msg->from, cursor.data, cursor.end - cursor.data);
    if (!m->missing)
      conclude (m);
  }
}

static void on_commit (void *state, const struct wire_message *msg) {
  struct membership *m = state;
  struct view *view = &m->incoming;
  if (m->status == MEMBERSHIP_FROZEN &&
      view_decode (view, m->size, msg->data, msg->bytes) &&
      view_same (view, &m->accepted) && view->proposer == msg->from)
    install (m, view);
}

/*------------------------------------------------------------------------*/

static bool watch_neighbours (struct membership *m) {
  const int rank = wire_first_suspected (m->wire);
  if (rank < 0 || !is_member (m, rank))
    return false;
  if (suspected (m, rank) && wire_now_s (m->wire) < m->deadline_s)
    return false; // told already
  const double since_s = wire_now_s (m->wire) - m->accused_s;
  if (m->accused_s > 0 && since_s > 3 * accept_s (m))
    note (m, m->addressee, false); // the judge does not answer either
  accuse (m, rank, false);
  return true;
}

static bool watch_proposer (struct membership *m) {
  const int proposer = m->accepted.proposer;
  if (wire_now_s (m->wire) < m->deadline_s && !wire_gone (m->wire, proposer))
    return false;
  m->deadline_s = wire_now_s (m->wire) + accept_s (m);
  accuse (m, proposer, false);
  return true;
}

bool membership_step (struct membership *m) {
  if (m->status == MEMBERSHIP_STABLE)
    return watch_neighbours (m);
  if (m->status != MEMBERSHIP_FROZEN)
    return false;
  if (1e3 * (wire_now_s (m->wire) - m->frozen_s) > m->config.partition_ms) {
    m->status = MEMBERSHIP_CUT_OFF;
    return true;
  }
  return m->proposing ? propose_again (m) : watch_proposer (m);
}

enum membership_status membership_status (const struct membership *m) {
  return m->status;
}

const struct view *membership_view (const struct membership *m) {
  return &m->committed;
}

struct membership *membership_new (struct wire *wire,
                                   const struct membership_config *config) {
  struct membership *m = mem_calloc (1, sizeof *m);
  m->wire = wire;
  m->config = *config;
  m->rank = wire_rank (wire);
  m->size = wire_size (wire);
  m->committed.number = 1;
  m->highest = 1;
  wire_set_generation (wire, 1);
  wire_handle (wire, WIRE_HEARTBEAT, on_heartbeat, m);
  wire_handle (wire, WIRE_SUSPECT, on_suspect, m);
  wire_handle (wire, WIRE_PROPOSE, on_propose, m);
  wire_handle (wire, WIRE_ACCEPT, on_accept, m);
  wire_handle (wire, WIRE_COMMIT, on_commit, m);
  wire_handle (wire, WIRE_EXCLUDED, on_excluded, m);
  return m;
}

void membership_free (struct membership *m) {
  const enum wire_kind kinds[] = {WIRE_HEARTBEAT, WIRE_SUSPECT, WIRE_PROPOSE,
                                  WIRE_ACCEPT,    WIRE_COMMIT,  WIRE_EXCLUDED};
  struct view *views[] = {&m->committed, &m->accepted, &m->incoming};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    wire_handle (m->wire, kinds[i], NULL, NULL);
  for (size_t i = 0; i < sizeof views / sizeof *views; i++)
    view_fini (views[i]);
  clear (m);
  vec_fini (&m->candidates);
  vec_fini (&m->bases);
  vec_fini (&m->report);
  vec_fini (&m->message);
  mem_free (m->suspects);
  mem_free (m->certain);
  mem_free (m->answered);
  mem_free (m);
}
