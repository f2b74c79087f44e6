/* SPDX-License-Identifier: MIT */
/* standby.h - keeps supervised programs alive if the supervisor dies. */
#ifndef ANALYZER_STANDBY_H
#define ANALYZER_STANDBY_H

#include <linux/seccomp.h>

/* Shared by supervisor and standby: the call that was taken last. The kernel
 * itself writes it here, so no moment is left in which it is lost. */
union notification {
	struct seccomp_notif n;
	char room[256]; /* a newer kernel's may be longer */
};

/*
 * Forks the standby. It ends when no process has the filter any more. 0 or
 * -errno.
 */
int standby_start(int listener, const union notification *taken);

/* Lets a waiting call go on. */
void standby_continue(int listener, unsigned long long id);

#endif
