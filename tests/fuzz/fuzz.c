/* SPDX-License-Identifier: MIT */
/* fuzz.c - what the targets share: one input, handed on as a file. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static struct {
	int fd; /* plus one; 0 where not yet open */
	char path[FUZZ_PATH_MAX];
} files[FUZZ_FILES_MAX];

void fuzz_must(_Bool is_so, const char *claim)
{
	if (is_so)
		return;
	fprintf(stderr, "fuzz: not so: %s\n", claim);
	abort();
}

const char *fuzz_file(unsigned number, const uint8_t *data, size_t size)
{
	int fd = files[number].fd - 1;

	if (fd < 0) {
		fd = memfd_create("fuzz", MFD_CLOEXEC);
		fuzz_must(fd >= 0, "a memory file can be made");
		files[number].fd = fd + 1;
		snprintf(files[number].path, FUZZ_PATH_MAX, "/proc/self/fd/%d",
			 fd);
	}
	fuzz_must(!ftruncate(fd, 0) &&
			  pwrite(fd, data, size, 0) == (ssize_t)size,
		  "a memory file can be written");
	return files[number].path;
}
