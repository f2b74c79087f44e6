/* SPDX-License-Identifier: MIT */
/* accounts.h - the accounts of one run, each as a list in order of play. */
#ifndef STORM_ACCOUNTS_H
#define STORM_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rstwatch/cause.h"
#include "rstwatch/record.h"

#include "journal.h"
#include "segment.h"
#include "witness.h"

/* All times are CLOCK_REALTIME in ns. A port is the client's. */

/* From the capture: one segment. */
struct seen_packet {
	uint64_t ts_ns;	     /* when it left its sender */
	uint64_t arrived_ns; /* when the other end's host got it; 0: never */
	uint32_t play;
	uint32_t seq, ack, len;
	uint16_t port;
	uint16_t window;
	uint8_t flags; /* SEG_ bits */
	bool is_from_server;
	bool is_remote; /* the server is on another host */
};

/* From the kernel's tracepoint: a reset that it sent. */
struct seen_reset {
	uint64_t ts_ns;
	uint32_t play;
	int32_t tid;
	uint16_t port; /* 0: a listener's, which tells no peer */
	bool is_from_server;
	bool is_active;
	bool is_matched; /* the capture has it too */
	char reason[WITNESS_REASON_MAX];
};

/* The same: a socket that took in its peer's FIN. */
struct seen_fin {
	uint64_t ts_ns;
	uint32_t play;
	uint16_t port;
	bool is_of_server;
};

/* From our log. */
struct seen_record {
	uint64_t ts_ns;
	uint32_t play;
	int32_t tid;
	uint16_t port; /* 0: of a listener */
	bool is_of_server;
	bool is_true;	    /* the judge's: it came so */
	uint32_t fulfilled; /* and by so many connections */
	enum rst_action action;
	enum rst_cause cause;
	enum rst_certainty certainty;
	enum rst_sender sender;
	uint32_t unaccepted;
	char call[16];
};

/* What grows; elem is the size of one. */
struct list {
	void *items;
	size_t count, room, elem;
};

void *list_add(struct list *l);

struct accounts {
	struct list packets, resets, fins, records;
	struct journal *journal;
	uint64_t end_ns;   /* what comes later isn't in all accounts */
	struct list calls; /* copies of the journal's entries */
	uint64_t lost;	   /* packets and tracepoint hits; 0 or no verdict */
	uint64_t skipped;  /* hits that the kernel passed over */
	uint64_t records_lost; /* gaps in rstwatch.seq */
};

/* Puts all lists in order of play, then of time. */
void accounts_sort(struct accounts *a);

/* The play whose address this is; false where it is none's. */
bool play_of(const struct rst_addr *a, uint32_t *play);

/* Reads the log into a->records. 0, or -1 and one sentence in why. */
int accounts_read_log(struct accounts *a, const char *path, char why[256]);

#endif
