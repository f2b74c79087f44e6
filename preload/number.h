/* SPDX-License-Identifier: MIT */
/* number.h - numbers for our descriptors that no program counts on. */
#ifndef RSTWATCH_NUMBER_H
#define RSTWATCH_NUMBER_H

#include <sys/resource.h>

enum {
	/*
	 * Numbers below this are taken where the program may have more: the
	 * kernel copies a table of descriptors up to its highest number at
	 * every fork.
	 */
	NUMBER_COMMON = 1024,
	NUMBER_SPARE = 8, /* so many below the limit */
	/* Of so few the program may need each single one. */
	NUMBER_TIGHT = 64,
};

/*
 * Another number for fd, above the limit on them, which is limit; negative
 * where none is to be had. Not beside other threads: they could see the limit
 * lifted, or set their own meanwhile.
 */
int number_above(int fd, const struct rlimit *limit);

#endif
