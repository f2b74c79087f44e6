/* SPDX-License-Identifier: MIT */
/* wrap_receive.c - the calls that drain a socket. */

#include "raw.h"
#include "relatives.h"
#include "thread.h"
#include "watch.h"

/*
 * Urgent data leaves a mark behind; neither it nor the error queue has an end
 * of file.
 */
static inline __attribute__((always_inline)) void
received(struct desc *d, int fd, enum rst_call call, uint64_t life,
	 const void *bytes, ssize_t result, size_t room, int flags)
{
	if (UNLIKELY(flags & MSG_OOB))
		desc_mark(d, DESC_URGENT);
	/* With MSG_TRUNC nothing was written there, wherever it points. */
	if (flags & MSG_TRUNC)
		bytes = NULL;
	watch_received(d, fd, call, life, bytes, result,
		       room > 0 && !(flags & (MSG_OOB | MSG_ERRQUEUE)));
}

/* Where the first bytes went, if they are all in one place. */
static const void *first_of(const struct iovec *iov, int count, ssize_t result)
{
	return result > 0 && count > 0 && iov[0].iov_len >= (size_t)result
		       ? iov[0].iov_base
		       : NULL;
}

static size_t room_of(const struct iovec *iov, int count)
{
	size_t room = 0;

	for (int i = 0; i < count; i++)
		room |= iov[i].iov_len;
	return room;
}

/* The wrapped call on a TCP socket, between what is to be done around it. */
#define RECEIVING(d, fd, call, buf, n, flags, expression) \
	({ \
		const uint64_t life_ = desc_life(d); \
		ssize_t result_; \
		thread_enter(d); \
		result_ = (expression); \
		received(d, fd, call, life_, buf, result_, n, flags); \
		result_; \
	})

/* The same of one that scatters what it receives. */
#define SCATTERING(d, fd, call, iov, count, expression) \
	({ \
		const uint64_t life_ = desc_life(d); \
		ssize_t result_; \
		thread_enter(d); \
		result_ = (expression); \
		received(d, fd, call, life_, first_of(iov, count, result_), \
			 result_, result_ == 0 ? room_of(iov, count) : 0, 0); \
		result_; \
	})

REST ssize_t read_rest(int fd, void *buf, size_t n)
{
	struct desc *d = desc_tcp(fd);

	if (!d)
		return LIBC(read)(fd, buf, n);
	return RECEIVING(d, fd, CALL_read, buf, n, 0,
			 LIBC_DIRECT(read, (fd, buf, n), SYS_read, fd, buf, n));
}

EXPORT ssize_t read(int fd, void *buf, size_t n)
{
	return BY_KIND(fd, read, fd, buf, n);
}

REST ssize_t __read_chk_rest(int fd, void *buf, size_t n, size_t buflen)
{
	struct desc *d = desc_tcp(fd);

	if (!d)
		return LIBC(__read_chk)(fd, buf, n, buflen);
	return RECEIVING(d, fd, CALL_read, buf, n, 0,
			 LIBC(__read_chk)(fd, buf, n, buflen));
}

EXPORT_ALSO(__read, read);

EXPORT ssize_t __read_chk(int fd, void *buf, size_t n, size_t buflen)
{
	return BY_KIND(fd, __read_chk, fd, buf, n, buflen);
}

REST ssize_t readv_rest(int fd, const struct iovec *iov, int count)
{
	struct desc *d = desc_tcp(fd);

	if (!d)
		return LIBC(readv)(fd, iov, count);
	return SCATTERING(d, fd, CALL_readv, iov, count,
			  LIBC_DIRECT(readv, (fd, iov, count), SYS_readv, fd,
				      iov, count));
}

EXPORT ssize_t readv(int fd, const struct iovec *iov, int count)
{
	return BY_KIND(fd, readv, fd, iov, count);
}

REST RARE ssize_t preadv2_rest(int fd, const struct iovec *iov, int count,
			       off_t offset, int flags)
{
	struct desc *d = desc_tcp(fd);

	if (!d)
		return LIBC(preadv2)(fd, iov, count, offset, flags);
	return SCATTERING(d, fd, CALL_preadv2, iov, count,
			  LIBC(preadv2)(fd, iov, count, offset, flags));
}

EXPORT ssize_t preadv2(int fd, const struct iovec *iov, int count, off_t offset,
		       int flags)
{
	return BY_KIND(fd, preadv2, fd, iov, count, offset, flags);
}

REST RARE ssize_t preadv64v2_rest(int fd, const struct iovec *iov, int count,
				  off64_t offset, int flags)
{
	struct desc *d = desc_tcp(fd);

	if (!d)
		return LIBC(preadv64v2)(fd, iov, count, offset, flags);
	return SCATTERING(d, fd, CALL_preadv64v2, iov, count,
			  LIBC(preadv64v2)(fd, iov, count, offset, flags));
}

EXPORT ssize_t preadv64v2(int fd, const struct iovec *iov, int count,
			  off64_t offset, int flags)
{
	return BY_KIND(fd, preadv64v2, fd, iov, count, offset, flags);
}

REST ssize_t recv_rest(int fd, void *buf, size_t n, int flags)
{
	struct desc *d = desc_tcp(fd);

	if (!d)
		return LIBC(recv)(fd, buf, n, flags);
	return RECEIVING(d, fd, CALL_recv, buf, n, flags,
			 LIBC_DIRECT(recv, (fd, buf, n, flags), SYS_recvfrom,
				     fd, buf, n, flags, NULL, NULL));
}

EXPORT ssize_t recv(int fd, void *buf, size_t n, int flags)
{
	return BY_KIND(fd, recv, fd, buf, n, flags);
}

REST ssize_t __recv_chk_rest(int fd, void *buf, size_t n, size_t buflen,
			     int flags)
{
	struct desc *d = desc_tcp(fd);

	if (!d)
		return LIBC(__recv_chk)(fd, buf, n, buflen, flags);
	return RECEIVING(d, fd, CALL_recv, buf, n, flags,
			 LIBC(__recv_chk)(fd, buf, n, buflen, flags));
}

EXPORT ssize_t __recv_chk(int fd, void *buf, size_t n, size_t buflen, int flags)
{
	return BY_KIND(fd, __recv_chk, fd, buf, n, buflen, flags);
}

REST ssize_t recvfrom_rest(int fd, void *buf, size_t n, int flags,
			   __SOCKADDR_ARG addr, socklen_t *len)
{
	struct desc *d = desc_tcp(fd);

	if (!d)
		return LIBC(recvfrom)(fd, buf, n, flags, addr, len);
	return RECEIVING(d, fd, CALL_recvfrom, buf, n, flags,
			 LIBC_DIRECT(recvfrom, (fd, buf, n, flags, addr, len),
				     SYS_recvfrom, fd, buf, n, flags,
				     addr.__sockaddr__, len));
}

EXPORT ssize_t recvfrom(int fd, void *buf, size_t n, int flags,
			__SOCKADDR_ARG addr, socklen_t *len)
{
	return BY_KIND(fd, recvfrom, fd, buf, n, flags, addr, len);
}

REST ssize_t __recvfrom_chk_rest(int fd, void *buf, size_t n, size_t buflen,
				 int flags, __SOCKADDR_ARG addr, socklen_t *len)
{
	struct desc *d = desc_tcp(fd);

	if (!d)
		return LIBC(__recvfrom_chk)(fd, buf, n, buflen, flags, addr,
					    len);
	return RECEIVING(
		d, fd, CALL_recvfrom, buf, n, flags,
		LIBC(__recvfrom_chk)(fd, buf, n, buflen, flags, addr, len));
}

EXPORT ssize_t __recvfrom_chk(int fd, void *buf, size_t n, size_t buflen,
			      int flags, __SOCKADDR_ARG addr, socklen_t *len)
{
	return BY_KIND(fd, __recvfrom_chk, fd, buf, n, buflen, flags, addr,
		       len);
}

static size_t room_in(const struct msghdr *msg)
{
	return room_of(msg->msg_iov, (int)msg->msg_iovlen);
}

EXPORT ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	struct desc *d = desc_tcp(fd);
	const uint64_t life = d ? desc_life(d) : 0;
	ssize_t r;

	if (d)
		thread_enter(d);
	r = LIBC(recvmsg)(fd, msg, flags);
	if (d)
		received(d, fd, CALL_recvmsg, life,
			 r > 0 ? first_of(msg->msg_iov, (int)msg->msg_iovlen, r)
			       : NULL,
			 r, r == 0 ? room_in(msg) : 0, flags);
	/* A number that io_uring closed may be a UNIX socket's by now. */
	if (r >= 0 && msg->msg_controllen > 0)
		watch_arrived(msg, flags);
	return r;
}

EXPORT RARE int recvmmsg(int fd, struct mmsghdr *vec, unsigned int n, int flags,
			 struct timespec *timeout)
{
	struct desc *d = desc_tcp(fd);
	const uint64_t life = d ? desc_life(d) : 0;
	ssize_t bytes;
	int r;

	if (d)
		thread_enter(d);
	r = LIBC(recvmmsg)(fd, vec, n, flags, timeout);
	bytes = r;
	/* Several messages of a stream: the last tells how it stands. */
	if (d && r > 0)
		bytes = vec[r - 1].msg_len;
	if (d)
		received(d, fd, CALL_recvmmsg, life, NULL, bytes,
			 r > 0 ? room_in(&vec[r - 1].msg_hdr) : 0, flags);
	for (int i = 0; !d && i < r; i++)
		if (vec[i].msg_hdr.msg_controllen > 0)
			watch_arrived(&vec[i].msg_hdr, flags);
	return r;
}

/* The kernel gave the number; what it was before doesn't count. */
EXPORT RARE int pidfd_getfd(int pidfd, int target, unsigned int flags)
{
	struct desc *d = desc_peek(target);
	int fd;

	relatives_take();
	fd = LIBC(pidfd_getfd)(pidfd, target, flags);
	if (fd >= 0)
		desc_forget(fd);
	/* The process may have been this one. */
	if (fd >= 0 && d)
		desc_mark(d, DESC_SHARED);
	return fd;
}
