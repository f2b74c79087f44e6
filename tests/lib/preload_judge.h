/* SPDX-License-Identifier: MIT */
/* preload_judge.h - holds what a program did against what its row says. */
#ifndef TESTS_PRELOAD_JUDGE_H
#define TESTS_PRELOAD_JUDGE_H

#include "preload_rows.h"
#include "trial.h"

/* What was found wrong, a line each. */
struct complaints {
	char text[8192];
	size_t len;
	bool is_unwitnessed; /* packets tell of a reset, the kernel doesn't */
};

/*
 * The program came to its end, and the kernel reset what the row says, for
 * one of its reasons, or nothing. Packets decide; the kernel's account may miss
 * a reset (a BPF program does not run where another one was interrupted), but
 * never say another thing. has_witness: whether that account is there.
 */
void judge_kernel(struct complaints *c, const struct preload_row *row,
		  struct trial *t, bool has_witness);

/* The watched program saw and said what the bare one did. */
void judge_same(struct complaints *c, const struct trial *bare,
		const struct trial *watched);

/*
 * The log has the row's records and no others, and each fits a packet: a
 * prediction stands before it, from the end that sends it; a reset that was
 * received behind it.
 */
void judge_log(struct complaints *c, const struct preload_row *row,
	       struct trial *watched, const char *log_path, bool has_witness);

#endif
