/* SPDX-License-Identifier: MIT */
/* names.c - actions, levels, TCP states and error numbers as strings. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#include "rstwatch/facts.h"
#include "rstwatch/record.h"

/* Arrays of bytes: a pointer costs the library 32 more, its relocation. */
enum { NAME_SIZE = 20 };

#define LOOK_UP(table, i) \
	((size_t)(i) < sizeof(table) / sizeof((table)[0]) ? (table)[i] : "")

static const char actions[RST_ACTION_COUNT][NAME_SIZE] = {
#define X(e, name) [RST_##e] = name,
	RST_ACTIONS(X)
#undef X
};

static const char levels[][NAME_SIZE] = {
	[RST_LEVEL_OFF] = "off",
	[RST_WARN] = "warn",
	[RST_INFO] = "info",
	[RST_DEBUG] = "debug",
};

static const char states[RST_STATE_COUNT][NAME_SIZE] = {
	[RST_STATE_UNKNOWN] = "",
	[RST_ESTABLISHED] = "ESTABLISHED",
	[RST_SYN_SENT] = "SYN_SENT",
	[RST_SYN_RECV] = "SYN_RECV",
	[RST_FIN_WAIT1] = "FIN_WAIT1",
	[RST_FIN_WAIT2] = "FIN_WAIT2",
	[RST_TIME_WAIT] = "TIME_WAIT",
	[RST_CLOSE] = "CLOSE",
	[RST_CLOSE_WAIT] = "CLOSE_WAIT",
	[RST_LAST_ACK] = "LAST_ACK",
	[RST_LISTEN] = "LISTEN",
	[RST_CLOSING] = "CLOSING",
	[RST_NEW_SYN_RECV] = "NEW_SYN_RECV",
};

/* Those that a call on a TCP socket can return, connect(2), tcp(7), ip(7); and
 * those of open(2), for a log that can't be opened. */
#define ERRORS(X) \
	X(EPERM) \
	X(EINTR) \
	X(EBADF) \
	X(EAGAIN) \
	X(ENOMEM) \
	X(EACCES) \
	X(EFAULT) \
	X(EINVAL) \
	X(EPIPE) \
	X(ENOTSOCK) \
	X(EDESTADDRREQ) \
	X(EMSGSIZE) \
	X(EPROTO) \
	X(EOPNOTSUPP) \
	X(EAFNOSUPPORT) \
	X(EADDRINUSE) \
	X(EADDRNOTAVAIL) \
	X(ENETDOWN) \
	X(ENETUNREACH) \
	X(ECONNABORTED) \
	X(ECONNRESET) \
	X(ENOBUFS) \
	X(EISCONN) \
	X(ENOTCONN) \
	X(ESHUTDOWN) \
	X(ETIMEDOUT) \
	X(ECONNREFUSED) \
	X(EHOSTDOWN) \
	X(EHOSTUNREACH) \
	X(EALREADY) \
	X(ENOENT) \
	X(ENXIO) \
	X(ENOTDIR) \
	X(EISDIR) \
	X(EMFILE) \
	X(ENFILE) \
	X(ENOSPC) \
	X(EROFS) \
	X(ENAMETOOLONG) \
	X(ELOOP) \
	X(EINPROGRESS)

static const struct {
	uint16_t number;
	char name[NAME_SIZE - sizeof(uint16_t)];
} errors[] = {
#define X(e) {e, #e},
	ERRORS(X)
#undef X
};

const char *rst_action_name(enum rst_action action)
{
	return LOOK_UP(actions, action);
}

const char *rst_level_name(enum rst_level level)
{
	return LOOK_UP(levels, level);
}

const char *rst_state_name(enum rst_state state)
{
	return LOOK_UP(states, state);
}

const char *rst_errno_name(int error)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].number == error)
			return errors[i].name;
	return "";
}
