// The block under construction of a file of lines, in memory that may outlive
// the process: a file without a name, mapped, which lives as long as anybody
// has it open.
//
//   layout     docs/proof.md, "What a death leaves"
//   death      a killed process has made its stores in program order, up to
//              some point.  So each change of the state is one store, made when
//              all that it vouches for is stored: whoever reads after the death
//              finds the lines from before the change or those from after it
#ifndef PROOF_TAIL_H
#define PROOF_TAIL_H

#include "base/bytes.h"

#include <stdatomic.h>
#include <stdint.h>

enum { TAIL_NAME_BYTES = 40, TAIL_STATE_BYTES = 72 };

// At the start of the memory, in the machine's byte order.  Lines are those of
// the file up to 'written', then, if 'base' equals 'written', those here.
struct tail_state {
  uint8_t name[TAIL_NAME_BYTES]; // whose it is, as the owner likes to put it
  _Atomic uint64_t written;      // bytes of the file that are complete
  _Atomic uint64_t base;         // 'written' when this block was begun
  _Atomic uint64_t used;         // bytes of lines here, behind a block's head
  uint64_t first;                // id of the first one, if any
};

struct tail {
  struct tail_state *state; // null: memory was given back
  uint8_t *block;           // behind the state
  size_t capacity;          // bytes of the block
  int fd;                   // of the memory; -1: it is on the heap
};

// Makes room for a block of that many bytes.
//
//   name       null: on the heap, which nobody else can read; else
//              TAIL_NAME_BYTES to tell others whose it is.  Where such memory
//              cannot be had it is the heap as well: fd is -1
//   written    bytes of the file so far
void tail_init (struct tail *, const uint8_t *name, uint64_t written,
                size_t bytes);
void tail_fini (struct tail *);

// As much room for a block without lines; 'fatal' without memory.
void tail_reserve (struct tail *, size_t bytes);

static inline size_t tail_used (const struct tail *tail) {
  return atomic_load_explicit (&tail->state->used, memory_order_relaxed);
}

// All stores before come first for whoever reads after a death, and all later
// ones behind it: the compiler keeps that order, and a processor keeps it for
// those who come when the process is gone.
static inline void tail_commit (_Atomic uint64_t *place, uint64_t value) {
  atomic_store_explicit (place, value, memory_order_release);
  atomic_signal_fence (memory_order_seq_cst);
}

// Lines were added, up to that many bytes.
static inline void tail_extend (struct tail *tail, size_t used) {
  tail_commit (&tail->state->used, used);
}

// The block is in the file, which is that long now: begins an empty one.  The
// fence is for who reads while the process lives: lines change only after
// 'written', so what is read between two looks at the same 'written' is whole.
static inline void tail_flushed (struct tail *tail, uint64_t written) {
  tail_commit (&tail->state->written, written); // from here on 'used' is void
  __sync_synchronize (); // ThreadSanitizer knows no atomic_thread_fence
  tail_commit (&tail->state->used, 0);
  tail_commit (&tail->state->base, written);
}

// Gives the memory of an empty block back; others still find the state.
void tail_finish (struct tail *);

// Reads another process's tail.
//
//   lines      set to what it has of them: 'used' bytes
//   returns    null, or what is wrong
const char *tail_read (int fd, struct tail_state *, struct bytes *lines);

#endif
