/* For the tests of the store: logs to cut up, and what differs between two texts. */
#ifndef POSTMORTEM_STORE_TESTING_H
#define POSTMORTEM_STORE_TESTING_H

#include <stddef.h>
#include <stdint.h>

#include "str.h"

/* 2025-12-30: when the logs of the tests were last written to. */
#define TEST_LOG_END_USEC INT64_C(1767052800000000)

uint32_t test_random(uint32_t *state);
/* Index behind the line end of the line that holds the byte at. */
size_t line_end_after(struct str text, size_t at);
/* 1-based number of the line that begins there. */
size_t line_number(struct str text, size_t at);
/* All .log files and their rotated ones (.log.1 first) in a folder, one behind the other; the
 * caller frees the text. */
char *read_logs_of(const char *folder);
/* Lines of Postfix with queue IDs used again and again, starts and ends that are lost, repetitions,
 * silence, logins and refusals. */
char *random_log(uint32_t *random, unsigned lines);
/* The same, where every byte answers one question of which line comes next and what is in it. */
char *chosen_log(const uint8_t *choices, size_t count);
/* The lines that differ first. */
void print_difference(const char *expected, const char *found);

#endif
