/* SPDX-License-Identifier: MIT */
/* probe_diag.h - the parts of rst_probe() that ask sock_diag. */
#ifndef RSTWATCH_PROBE_DIAG_H
#define RSTWATCH_PROBE_DIAG_H

#include "rstwatch/facts.h"
#include "rstwatch/probe.h"

/*
 * Each adds to the facts that were found without it: f holds state, queues,
 * cookie and both addresses already. d may be NULL: nothing is asked then.
 */
void probe_exact(int fd, unsigned want, struct rst_diag *d,
		 struct rst_facts *f);
void probe_peer(int fd, struct rst_diag *d, struct rst_facts *f);
void probe_accept(int fd, struct rst_diag *d, struct rst_facts *f);

#endif
