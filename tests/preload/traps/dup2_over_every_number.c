/* SPDX-License-Identifier: MIT */
/* dup2_over_every_number.c - what stands there is the program own. */
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "trap.h"

int main(void)
{
	char name[] = "/tmp/trap.XXXXXX";
	struct rlimit limit;
	int count = 0, fd[2], file = mkstemp(name);
	struct stat st;

	CHECK(file >= 0 && unlink(name) == 0);
	CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	if (limit.rlim_max > 2048)
		limit.rlim_max = 2048;
	limit.rlim_cur = limit.rlim_max;
	CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	reset_once();
	unread_pair(fd);
	for (int i = 0; i < (int)limit.rlim_cur; i++)
		if (i > 2 && i != file && i != fd[0] && i != fd[1])
			count += dup2(file, i) == i;
	/* With no number left, the record can't be written, nor stray. */
	close(fd[1]);
	CHECK(fstat(file, &st) == 0);
	printf("%d numbers, %ld bytes\n", count, (long)st.st_size);
	return 0;
}
