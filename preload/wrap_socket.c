/* SPDX-License-Identifier: MIT */
/* wrap_socket.c - the calls that begin, shape and half-close a socket. */
#include <netinet/tcp.h>

#include "thread.h"
#include "watch.h"
#include "wrap_socket.h"

int socket_for(const void *caller, int domain, int type, int protocol)
{
	int fd = LIBC(socket)(domain, type, protocol);

	if (fd >= 0 && desc_limit > 0)
		watch_socket(fd, domain, type, protocol, caller);
	return fd;
}

EXPORT int socket(int domain, int type, int protocol)
{
	return socket_for(CALLER(), domain, type, protocol);
}

/*
 * Of a number that isn't known to be a TCP socket, before a call that makes
 * sense on one alone: it may have come in a way that we didn't see.
 */
static struct desc *desc_asked(int fd)
{
	struct desc *d = desc_peek(fd);

	if (d && DESC_GET(d->kind) == DESC_NOT_TCP)
		desc_forget(fd);
	return desc_tcp(fd);
}

EXPORT int connect(int fd, __CONST_SOCKADDR_ARG addr, socklen_t len)
{
	struct desc *d = desc_asked(fd);
	const uint64_t life = d ? desc_life(d) : 0;
	int r;

	if (d) {
		libc_testcancel();
		watch_connect(d, fd, CALL_connect, addr.__sockaddr__, len);
	}
	r = LIBC(connect)(fd, addr, len);
	if (d)
		watch_connected(d, fd, CALL_connect, life, addr.__sockaddr__,
				len, r, CALLER());
	return r;
}

EXPORT_ALSO(__connect, connect);

EXPORT int listen(int fd, int backlog)
{
	struct desc *d = desc_asked(fd);
	int r = LIBC(listen)(fd, backlog);

	if (d && r == 0)
		watch_listening(d, fd);
	return r;
}

/*
 * Whoever doesn't ask for the peer's address still gets it from us: the kernel
 * writes it into a place of ours, and the program sees no difference.
 */
EXPORT int accept4(int fd, __SOCKADDR_ARG addr, socklen_t *len, int flags)
{
	struct desc *d = desc_tcp(fd);
	struct sockaddr_storage peer;
	socklen_t peer_len = sizeof(peer);
	bool is_ours = !addr.__sockaddr__;
	int r;

	if (!d)
		return LIBC(accept4)(fd, addr, len, flags);
	if (is_ours) {
		addr.__sockaddr__ = (struct sockaddr *)&peer;
		len = &peer_len;
	}
	thread_enter(d);
	r = LIBC(accept4)(fd, addr, len, flags);
	thread_leave(d);
	if (r >= 0)
		watch_accepted(d, r, CALL_accept4, addr.__sockaddr__,
			       is_ours ? peer_len : 0, CALLER());
	return r;
}

EXPORT int accept(int fd, __SOCKADDR_ARG addr, socklen_t *len)
{
	struct desc *d = desc_tcp(fd);
	struct sockaddr_storage peer;
	socklen_t peer_len = sizeof(peer);
	bool is_ours = !addr.__sockaddr__;
	int r;

	if (!d)
		return LIBC(accept)(fd, addr, len);
	if (is_ours) {
		addr.__sockaddr__ = (struct sockaddr *)&peer;
		len = &peer_len;
	}
	thread_enter(d);
	r = LIBC(accept)(fd, addr, len);
	thread_leave(d);
	if (r >= 0)
		watch_accepted(d, r, CALL_accept, addr.__sockaddr__,
			       is_ours ? peer_len : 0, CALLER());
	return r;
}

int setsockopt_for(const void *caller, int fd, int level, int name,
		   const void *value, socklen_t len)
{
	struct desc *d = desc_tcp(fd);
	int r;

	if (d && level == IPPROTO_TCP &&
	    (name == TCP_CORK || name == TCP_NODELAY))
		watch_flush(d, fd, name, value, len);
	r = LIBC(setsockopt)(fd, level, name, value, len);
	if (d && r == 0)
		watch_option(d, level, name, value, len, caller);
	return r;
}

EXPORT int setsockopt(int fd, int level, int name, const void *value,
		      socklen_t len)
{
	return setsockopt_for(CALLER(), fd, level, name, value, len);
}

EXPORT int shutdown(int fd, int how)
{
	struct desc *d = desc_asked(fd);
	int r;

	if (d)
		watch_shutdown(d, fd, how);
	r = LIBC(shutdown)(fd, how);
	if (d && r == 0)
		watch_was_shut(d, how);
	else if (d)
		watch_received_error(d, fd, CALL_shutdown);
	return r;
}
