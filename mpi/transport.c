// transport.c - frames as MPI messages, one outstanding send per rank.
//
// Idea     frames are small enough to be sent eagerly, so that a send completes
//          without its receiver; 16 receives are posted all the time
// Differs  no collective call between start and end
// Memory   a frame for each rank sent to, 512 KiB for all that is received
#include "mpi/transport.h"

#include "base/clock.h"
#include "base/fatal.h"
#include "base/memory.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef TUTTI_MPI

#include <mpi.h>

enum { POSTED = 16 }; // receives waiting at any time

struct slot { // a frame that is sent or received
  MPI_Request request;
  bool busy; // MPI has it
  uint64_t frame[TRANSPORT_FRAME_BYTES / 8];
};

static struct {
  int rank, size;
  struct transport_card *cards;
  struct slot **sends; // by rank; null until sent to
  struct slot receives[POSTED];
  unsigned head;  // matched first
  bool reposting; // the receive at 'head' was handed out
} mpi;

static void post (struct slot *slot) {
  MPI_Irecv (slot->frame, TRANSPORT_FRAME_BYTES, MPI_BYTE, MPI_ANY_SOURCE, 0,
             MPI_COMM_WORLD, &slot->request);
}

static uint64_t *get_frame (void *state, int to) {
  struct slot **slot = &mpi.sends[to];
  int done = true;
  (void)state;
  if (!*slot)
    *slot = mem_calloc (1, sizeof **slot);
  if ((*slot)->busy)
    MPI_Test (&(*slot)->request, &done, MPI_STATUS_IGNORE);
  (*slot)->busy = !done;
  return done ? (*slot)->frame : NULL;
}

static void send_frame (void *state, int to, size_t bytes) {
  struct slot *slot = mpi.sends[to];
  (void)state;
  MPI_Isend (slot->frame, bytes, MPI_BYTE, to, 0, MPI_COMM_WORLD,
             &slot->request);
  slot->busy = true;
}

// Receives match in the order they were posted, so testing only the oldest
// keeps the order of each sender.
static size_t receive (void *state, int *from, const uint64_t **frame) {
  struct slot *slot = &mpi.receives[mpi.head];
  MPI_Status status;
  int done, bytes;
  (void)state;
  if (mpi.reposting) {
    post (slot);
    mpi.head = (mpi.head + 1) % POSTED;
    slot = &mpi.receives[mpi.head];
    mpi.reposting = false;
  }
  MPI_Test (&slot->request, &done, &status);
  if (!done)
    return 0;
  MPI_Get_count (&status, MPI_BYTE, &bytes);
  *from = status.MPI_SOURCE;
  *frame = slot->frame;
  mpi.reposting = true;
  return bytes;
}

static double now_s (void *state) {
  (void)state;
  return clock_wall_s ();
}

// Numbers of processes mean something only among those that see the same ones:
// the upper half is that of their namespace.
//
//   returns    0 as kill does, or an error number
static int signal_rank (int rank, int number) {
  const struct transport_card *own = &mpi.cards[mpi.rank],
                              *other = &mpi.cards[rank];
  if (own->host != other->host || own->process >> 32 != other->process >> 32)
    return EPERM;
  return kill ((pid_t)(other->process & UINT32_MAX), number) ? errno : 0;
}

static bool gone (void *state, int rank) {
  (void)state;
  return signal_rank (rank, 0) == ESRCH;
}

// One that is stopped would keep mpirun for ever.
static void end_rank (void *state, int rank) {
  (void)state;
  signal_rank (rank, SIGKILL);
}

static uint64_t process (void) {
  struct stat space;
  const uint64_t number = stat ("/proc/self/ns/pid", &space) ? 0 : space.st_ino;
  return number << 32 | (uint32_t)getpid ();
}

static void close_all (void *state, bool orderly) {
  (void)state;
  if (!orderly)
    return; // MPI would wait for the others
  for (unsigned i = 0; i < POSTED; i++)
    if (i != mpi.head || !mpi.reposting) {
      MPI_Cancel (&mpi.receives[i].request);
      MPI_Request_free (&mpi.receives[i].request);
    }
  MPI_Finalize ();
  for (int rank = 0; rank < mpi.size; rank++)
    mem_free (mpi.sends[rank]);
  mem_free (mpi.sends);
  mem_free (mpi.cards);
}

// Open MPI's shared-memory transport sends eagerly up to 4 KiB only.  What the
// user set stays.
static void keep_frames_eager (void) {
  setenv ("OMPI_MCA_btl_vader_eager_limit", "33024", 0);
}

static void connect_all (int *argc, char ***argv) {
  int provided;
  keep_frames_eager ();
  MPI_Init_thread (argc, argv, MPI_THREAD_FUNNELED, &provided);
  MPI_Comm_rank (MPI_COMM_WORLD, &mpi.rank);
  MPI_Comm_size (MPI_COMM_WORLD, &mpi.size);
  if (provided < MPI_THREAD_FUNNELED)
    fatal ("rank %d: MPI without thread support", mpi.rank);
}

// The only collective communication.
static void exchange_cards (const struct transport_card *own) {
  const int words = sizeof *own / 8;
  mpi.cards = mem_calloc (mpi.size, sizeof *mpi.cards);
  MPI_Allgather (own, words, MPI_UINT64_T, mpi.cards, words, MPI_UINT64_T,
                 MPI_COMM_WORLD);
}

int transport_open (struct transport *transport, int *argc, char ***argv,
                    struct transport_card *card) {
  static const struct transport_calls calls = {
      .frame = get_frame,
      .send = send_frame,
      .receive = receive,
      .now_s = now_s,
      .gone = gone,
      .end = end_rank,
      .close = close_all,
  };
  connect_all (argc, argv);
  card->process = process ();
  exchange_cards (card);
  mpi.sends = mem_calloc (mpi.size, sizeof *mpi.sends);
  for (unsigned i = 0; i < POSTED; i++)
    post (&mpi.receives[i]);
  *transport = (struct transport){
      .rank = mpi.rank, .size = mpi.size, .cards = mpi.cards, .calls = &calls};
  return mpi.size;
}

#else

int transport_open (struct transport *transport, int *argc, char ***argv,
                    struct transport_card *card) {
  (void)transport, (void)argc, (void)argv, (void)card;
  return 0;
}

#endif
