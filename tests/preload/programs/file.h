/* SPDX-License-Identifier: MIT */
/* file.h - files that are about to be executed, without a directory. */
#ifndef PROGRAMS_FILE_H
#define PROGRAMS_FILE_H

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "tcp.h"

/* An executable file that nobody has open for writing: that is ETXTBSY. */
static inline void file_make(const void *content, size_t len, char path[64])
{
	int writable = memfd_create("file", MFD_CLOEXEC), file;

	MUST(write(writable, content, len) == (ssize_t)len);
	MUST(fchmod(writable, 0755) == 0);
	snprintf(path, 64, "/proc/%d/fd/%d", getpid(), writable);
	file = open(path, O_RDONLY);
	MUST(file >= 0);
	snprintf(path, 64, "/proc/%d/fd/%d", getpid(), file);
	close(writable);
}

#endif
