/* SPDX-License-Identifier: MIT */
/* standby.h - keeps supervised programs alive if the supervisor can't. */
#ifndef ANALYZER_STANDBY_H
#define ANALYZER_STANDBY_H

#include <linux/seccomp.h>
#include <sys/types.h>

/* Shared by supervisor and standby: the call that was taken last. The kernel
 * itself writes it here, so no moment is left in which it is lost. */
union notification {
	struct seccomp_notif n;
	char room[256]; /* a newer kernel's may be longer */
};

/*
 * Makes the calling process, the supervisor's parent, the standby. hand: where
 * standby_hand() comes from. It ends when the supervisor has ended and no
 * process has the filter any more.
 */
_Noreturn void standby(pid_t supervisor, int hand,
		       const union notification *taken);

/* Gives the standby the listener, through the other end of its socket. */
void standby_hand(int socket, int listener);

/* Lets a waiting call go on. */
void standby_continue(int listener, unsigned long long id);

#endif
