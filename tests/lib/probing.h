/* SPDX-License-Identifier: MIT */
/* probing.h - probes sockets in a network of the test's own. */
#ifndef TESTS_PROBING_H
#define TESTS_PROBING_H

#include "rstwatch/probe.h"

/* The one that the functions below ask through. */
extern struct rst_diag probing_diag;

/* A new network (tcp_pair.h) and a new diag in it; fits as cmocka's setup. */
int probing_enter(void **state);

/* All there is to know; ends the test where fd is no TCP socket. */
struct rst_facts probing_facts(int fd);

#endif
