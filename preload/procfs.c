/* SPDX-License-Identifier: MIT */
/* procfs.c - goes through the numbered entries of /proc, by raw calls. */
#include "procfs.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>

#include "rstwatch/text.h"

#include "raw.h"
#include "temporary.h"

enum { DIR_BUF = 4096 };

struct kernel_dirent { /* getdents64(2) */
	uint64_t ino;
	int64_t off;
	uint16_t reclen;
	uint8_t type;
	char name[];
};

long procfs_each(int dir, long (*each)(void *arg, int dir, int number),
		 void *arg)
{
	char buf[DIR_BUF] __attribute__((aligned(8))) = {0};
	long n, r = PROCFS_GO_ON;

	while ((n = raw_call(SYS_getdents64, dir, buf, DIR_BUF)) > 0)
		for (long at = 0; at < n && r == PROCFS_GO_ON;) {
			struct kernel_dirent *e = (void *)(buf + at);
			int number = 0;
			const char *p = e->name;

			at += e->reclen;
			while (*p >= '0' && *p <= '9')
				number = number * 10 + (*p++ - '0');
			if (*p == '\0' && p > e->name)
				r = each(arg, dir, number);
		}
	return r == PROCFS_GO_ON ? n : r;
}

void procfs_name(char *buf, size_t size, int n, const char *suffix)
{
	struct rst_text t = rst_text_on(buf, size - 1);

	rst_text_i64(&t, n);
	rst_text_str(&t, suffix);
	buf[t.len] = '\0';
}

long procfs_read(int dir, const char *path, char *buf, size_t size)
{
	int fd = temporary_open(dir, path, 0);
	long n = fd;

	if (fd >= 0) {
		n = raw_read(fd, buf, size - 1);
		raw_close(fd);
	}
	buf[n > 0 ? n : 0] = '\0';
	return n;
}
