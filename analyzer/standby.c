/* SPDX-License-Identifier: MIT */
/* standby.c - keeps supervised programs alive if the supervisor dies. */
#include "standby.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <fcntl.h>

#include "launch.h"

void standby_continue(int listener, unsigned long long id)
{
	struct seccomp_notif_resp answer = {
		.id = id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};

	while (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) != 0 &&
	       errno == EINTR)
		;
}

/* Nobody is looked at any more: every call goes on. */
static void serve(int listener)
{
	struct pollfd p = {.fd = listener, .events = POLLIN};
	union notification taken;

	while (poll(&p, 1, -1) >= 0 || errno == EINTR) {
		if (p.revents & (POLLHUP | POLLERR | POLLNVAL))
			return;
		memset(&taken, 0, sizeof(taken));
		if (p.revents & POLLIN &&
		    ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &taken) == 0)
			standby_continue(listener, taken.n.id);
	}
}

static _Noreturn void standby(int listener, int supervisor,
			      const union notification *taken)
{
	const int keep[] = {listener, supervisor};
	char nothing;

	launch_close_others(keep, 2);
	while (read(supervisor, &nothing, 1) < 0 && errno == EINTR)
		;
	standby_continue(listener, taken->n.id);
	serve(listener);
	_exit(0);
}

int standby_start(int listener, const union notification *taken)
{
	int life[2];
	pid_t pid;

	if (pipe2(life, O_CLOEXEC) != 0)
		return -errno;
	pid = fork();
	if (pid == 0) {
		close(life[1]);
		standby(listener, life[0], taken);
	}
	close(life[0]);
	return pid < 0 ? -errno : 0;
}
