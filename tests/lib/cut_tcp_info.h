/* SPDX-License-Identifier: MIT */
/* cut_tcp_info.h - a kernel that knows less of TCP_INFO, or nothing. */
#ifndef TESTS_CUT_TCP_INFO_H
#define TESTS_CUT_TCP_INFO_H

/*
 * From now on getsockopt(TCP_INFO) of this process, and of what it executes,
 * gives the struct of Linux 2.6 to 3.14: no byte counts, nothing unsent. A
 * process of its own answers (seccomp user notification), until this one ends.
 * 0, or -1 and errno.
 */
int cut_tcp_info(void);

/* It fails instead, with ENOPROTOOPT. */
int refuse_tcp_info(void);

#endif
