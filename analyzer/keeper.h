/* SPDX-License-Identifier: MIT */
/* keeper.h - what goes on beside the command: capture, witness, cleaning up. */
#ifndef ANALYZER_KEEPER_H
#define ANALYZER_KEEPER_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

enum { KEEPER_WHY_MAX = 512 };

/* What the keeper says when it has begun, and again when it has finished. */
struct keeper_state {
	bool has_capture;
	bool has_witness;
	bool has_own; /* KEEPER_OWN tells all that are the command's */
	char capture_why[KEEPER_WHY_MAX]; /* why not, one sentence */
	char witness_why[KEEPER_WHY_MAX];
	uint64_t packets_dropped;   /* by the kernel */
	uint64_t packets_forgotten; /* too old for the ring */
	uint64_t resets_lost;	    /* that the witness could not tell */
	int capture_error;	    /* errno: the file is not whole */
	bool is_lost;		    /* it was killed, and nothing saved */
};

/*
 * A process of its own, so that it goes on while we are stopped, and cleans up
 * when we are killed. All it makes lies in dir, which it removes at its end.
 */
struct keeper {
	pid_t pid;
	int control; /* closing it ends the keeper */
	int answers;
	time_t begun;
	char dir[PATH_MAX - 64];
	char packets[PATH_MAX]; /* where the capture is to be left */
	struct keeper_state state;
};

/*
 * Makes the directory and starts the keeper; returns when it has begun to
 * capture, or knows that it can't. packets: where the capture is to be left,
 * NULL for in dir. 0 or -errno.
 */
int keeper_start(struct keeper *k, bool wants_capture, const char *packets);

/* Waits for the last packets and closes the files below. */
void keeper_finish(struct keeper *k);

/* The files that keeper_finish() leaves in dir. */
#define KEEPER_LOG     "log.jsonl"
#define KEEPER_PACKETS "packets.pcap"
#define KEEPER_WITNESS "witness" /* struct witness_reset, one by one */
#define KEEPER_OWN     "own"	 /* struct own */

/* "DIR/NAME" in path. */
void keeper_path(const struct keeper *k, const char *name, char path[PATH_MAX]);

/* Removes dir with all that is in it, and ends the keeper. */
void keeper_end(struct keeper *k);

#endif
