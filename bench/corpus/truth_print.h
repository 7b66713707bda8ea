/* Shared by the files that write truth.json. */
#ifndef CORPUS_TRUTH_PRINT_H
#define CORPUS_TRUTH_PRINT_H

#include <stdio.h>

#include "clients.h"

struct simulation;

void print_ip(FILE *file, const struct client *client); /* in quotes */
void truth_print_incidents(FILE *file, const struct simulation *simulation);

#endif
