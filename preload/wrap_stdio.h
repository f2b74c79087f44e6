/* SPDX-License-Identifier: MIT */
/* wrap_stdio.h - what libc does with its streams at the end. */
#ifndef RSTWATCH_WRAP_STDIO_H
#define RSTWATCH_WRAP_STDIO_H

/* Before watch_exit(), where exit() will write what its streams hold. */
void stdio_exit(void);

#endif
