/* SPDX-License-Identifier: MIT */
/* thread.h - other threads that sit in a call on a descriptor. */
#ifndef RSTWATCH_THREAD_H
#define RSTWATCH_THREAD_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The thread of this process that waits in a call on fd, 0 where none does,
 * -1 where it can't be told: no /proc, or more threads than can be looked at
 * in reasonable time. A process that never had a second thread costs nothing.
 */
int32_t thread_inside(int fd);

/* False if this process never had a second thread. */
bool thread_any(void);

#endif
