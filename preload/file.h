/* SPDX-License-Identifier: MIT */
/* file.h - which file a descriptor refers to. */
#ifndef RSTWATCH_FILE_H
#define RSTWATCH_FILE_H

#include <stdbool.h>
#include <stdint.h>

struct file {
	uint64_t device, inode;
	uint64_t size; /* as it is now */
	bool is_regular;
};

/* The file that fd refers to; false where it is not open. */
bool file_of(int fd, struct file *f);

/* True if both are one and the same. */
static inline bool file_is(const struct file *a, const struct file *b)
{
	return a->device == b->device && a->inode == b->inode;
}

#endif
