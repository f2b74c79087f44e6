/* SPDX-License-Identifier: MIT */
/* fins.h - when each socket took in its peer's FIN, by the kernel's account. */
#ifndef STORM_FINS_H
#define STORM_FINS_H

#include "accounts.h"

struct fins;

/* NULL and one sentence in why on failure. */
struct fins *fins_open(struct list *fins, char why[256]);

/* Takes what has happened since. */
void fins_drain(struct fins *f);

/* Ends; the number of hits that were lost. */
uint64_t fins_close(struct fins *f);

#endif
