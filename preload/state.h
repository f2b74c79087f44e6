/* SPDX-License-Identifier: MIT */
/* state.h - what a state of TCP says about its sequence numbers. */
#ifndef RSTWATCH_STATE_H
#define RSTWATCH_STATE_H

#include <stdbool.h>

#include "rstwatch/facts.h"

/* A connection with sequence numbers on both sides: it can send and receive. */
static inline bool state_is_synchronized(enum rst_state state)
{
	switch (state) {
	case RST_ESTABLISHED:
	case RST_SYN_RECV:
	case RST_FIN_WAIT1:
	case RST_FIN_WAIT2:
	case RST_CLOSE_WAIT:
	case RST_LAST_ACK:
	case RST_CLOSING: return true;
	default: return false;
	}
}

/* States in which our own FIN is the last number of write_seq. */
static inline bool state_counts_fin(enum rst_state state)
{
	return state == RST_FIN_WAIT1 || state == RST_CLOSING ||
	       state == RST_LAST_ACK;
}

/* States in which the peer's FIN is the last number of rcv_nxt. */
static inline bool state_counts_peer_fin(enum rst_state state)
{
	return state == RST_CLOSE_WAIT || state == RST_CLOSING ||
	       state == RST_LAST_ACK;
}

#endif
