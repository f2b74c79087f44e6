/* SPDX-License-Identifier: MIT */
/* wrap_socket.h - calls whose place is told, made for that of another. */
#ifndef RSTWATCH_WRAP_SOCKET_H
#define RSTWATCH_WRAP_SOCKET_H

#include <sys/socket.h>

/* socket(2) and setsockopt(2), as the program makes them at caller. */
int socket_for(const void *caller, int domain, int type, int protocol);
int setsockopt_for(const void *caller, int fd, int level, int name,
		   const void *value, socklen_t len);

#endif
