/* SPDX-License-Identifier: MIT */
/* epoll_ctl_del_takes_null.c - the event is not to be read, and NULL. */
#include <sys/epoll.h>

#include "trap.h"

int main(void)
{
	struct epoll_event event = {.events = EPOLLIN};
	int epoll = epoll_create1(0), fd[2];

	tcp_pair(fd);
	CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, fd[1], &event) == 0);
	CHECK(epoll_ctl(epoll, EPOLL_CTL_DEL, fd[1], NULL) == 0);
	reset_once();
	return 0;
}
