/* SPDX-License-Identifier: MIT */
/* everything_is_closed_again_and_again.c - numbers begin at 3 each time. */
#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/syscall.h>

#include "trap.h"

static void close_by(int way)
{
	switch (way) {
	case 0: closefrom(3); break;
	case 1: CHECK(close_range(3, ~0U, 0) == 0); break;
	case 2: CHECK(close_range(3, ~0U, CLOSE_RANGE_UNSHARE) == 0); break;
	case 3: CHECK(syscall(SYS_close_range, 3, ~0U, 0) == 0); break;
	case 4:
		for (int i = 3; i < 2048; i++)
			close(i);
		break;
	default:
		for (int i = 3; i < 2048; i++)
			syscall(SYS_close, i);
	}
}

int main(void)
{
	for (int way = 0; way < 6; way++) {
		int fd;

		close_by(way);
		fd = open("/dev/null", O_RDONLY);
		printf("%d\n", fd);
		reset_once();
		close_by(way);
	}
	reset_once();
	return 0;
}
