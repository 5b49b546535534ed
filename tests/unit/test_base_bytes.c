// Byte buffers, and numbers as bytes: three readers and two writers of varints
// against each other, and what a stranger may send.
#include "suite.h"

#include "base/bytes.h"
#include "base/rng.h"
#include "base/varint.h"

static uint64_t seed;

static void check_number (uint64_t number, uint8_t behind) {
  uint8_t plain[2 * VARINT_MAX_BYTES], padded[2 * VARINT_MAX_BYTES];
  uint64_t got = ~number;
  const size_t n = varint_put (plain, number) - plain;
  ck_assert_uint_eq (varint_put_padded (padded, number) - padded, n);
  ck_assert_mem_eq (plain, padded, n);
  memset (padded + n, behind, sizeof padded - n);
  ck_assert_ptr_eq (varint_get_padded (padded, &got), padded + n);
  ck_assert_uint_eq (got, number);
  ck_assert_ptr_eq (varint_get (padded, &got), padded + n);
  ck_assert_uint_eq (got, number);
  for (size_t end = 0; end != n; end++)
    ck_assert_ptr_null (varint_get_checked (padded, padded + end, &got));
  ck_assert_ptr_eq (varint_get_checked (padded, padded + n, &got), padded + n);
  ck_assert_uint_eq (got, number);
}

// All lengths, at and around their limits and anywhere.
START_TEST (numbers) {
  struct rng rng;
  rng_init (&rng, seed);
  for (unsigned bits = 0; bits < 64; bits++) {
    const uint64_t power = (uint64_t)1 << bits;
    for (unsigned behind = 0; behind < 256; behind += 85) {
      check_number (power - 1, behind);
      check_number (power, behind);
      for (int i = 0; i < 100; i++)
        check_number (power | (rng_next64 (&rng) & (power - 1)), behind);
    }
  }
  check_number (UINT64_MAX, 255);
}
END_TEST

// More bytes than needed, and more bits than there are.
START_TEST (refused) {
  const struct {
    const char *bytes;
    size_t n;
  } bad[] = {{"\x80", 1},
             {"\x80\0", 2},
             {"\x85\x80\0", 3},
             {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10},
             {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x01", 11}};
  uint64_t number;
  for (size_t i = 0; i != sizeof bad / sizeof *bad; i++) {
    const uint8_t *p = (const uint8_t *)bad[i].bytes;
    ck_assert_ptr_null (varint_get_checked (p, p + bad[i].n, &number));
  }
}
END_TEST

START_TEST (buffer) {
  struct bytes bytes = {0};
  bytes_append (&bytes, NULL, 0);
  for (unsigned i = 0; i != 1000; i++)
    bytes_append (&bytes, "abc", 3);
  ck_assert_uint_eq (bytes.size, 3000);
  for (unsigned i = 0; i != 3000; i++)
    ck_assert_int_eq (bytes.data[i], 'a' + i % 3);
  bytes_set (&bytes, "xy", 2);
  ck_assert_uint_eq (bytes.size, 2);
  ck_assert_mem_eq (bytes.data, "xy", 2);
  vec_fini (&bytes);
}
END_TEST

START_TEST (little_endian) {
  uint8_t p[9] = {[4] = 9, [8] = 9};
  bytes_store (p, 4, 0x04030201);
  ck_assert_mem_eq (p, "\1\2\3\4\x9", 5);
  ck_assert_uint_eq (bytes_load (p, 4), 0x04030201);
  bytes_store (p, 8, UINT64_MAX - 1);
  ck_assert_uint_eq (bytes_load (p, 8), UINT64_MAX - 1);
  ck_assert_int_eq (p[8], 9);
}
END_TEST

int main (void) {
  seed = suite_seed ();
  Suite *suite = suite_create ("base");
  TCase *tcase = tcase_create ("bytes");
  tcase_add_test (tcase, numbers);
  tcase_add_test (tcase, refused);
  tcase_add_test (tcase, buffer);
  tcase_add_test (tcase, little_endian);
  suite_add_tcase (suite, tcase);
  return suite_run (suite);
}
