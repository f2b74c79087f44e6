/* SPDX-License-Identifier: MIT */
/* wrap_send.c - the calls that feed a socket. */

#include "readable.h"
#include "thread.h"
#include "watch.h"

/* The wrapped call on a TCP socket, between our look before and after. */
#define WATCHED(d, fd, call, amount, expression) \
	({ \
		const uint64_t life_ = desc_life(d); \
		struct watch_hold hold_ = watch_send(d, fd, call, amount); \
		ssize_t result_ = (expression); \
		watch_sent(d, fd, call, life_, result_, hold_); \
		result_; \
	})

/* The same of one that is a cancellation point. */
#define SENDING(d, fd, call, amount, expression) \
	({ \
		libc_testcancel(); \
		WATCHED(d, fd, call, amount, expression); \
	})

/* The same where it may be what opens the connection. */
#define OPENING(d, fd, call, flags, to, len, expression) \
	({ \
		bool opens_ = UNLIKELY((flags)&MSG_FASTOPEN); \
		const uint64_t begun_ = desc_life(d); \
		ssize_t sent_; \
		if (opens_) { \
			libc_testcancel(); \
			watch_connect(d, fd, call, to, len); \
		} \
		sent_ = (expression); \
		if (opens_) \
			watch_connected(d, fd, call, begun_, to, len, \
					sent_ >= 0 ? 0 : -1, CALLER()); \
		sent_; \
	})

REST ssize_t write_rest(int fd, const void *buf, size_t n)
{
	struct desc *d = desc_tcp(fd);

	if (!d)
		return LIBC(write)(fd, buf, n);
	return SENDING(d, fd, CALL_write, amount_buffer(buf, n),
		       LIBC_DIRECT(write, (fd, buf, n), SYS_write, fd, buf, n));
}

EXPORT ssize_t write(int fd, const void *buf, size_t n)
{
	return BY_KIND(fd, write, fd, buf, n);
}

REST ssize_t writev_rest(int fd, const struct iovec *iov, int count)
{
	struct desc *d = desc_tcp(fd);

	if (!d)
		return LIBC(writev)(fd, iov, count);
	return SENDING(d, fd, CALL_writev, amount_parts(iov, count),
		       LIBC_DIRECT(writev, (fd, iov, count), SYS_writev, fd,
				   iov, count));
}

EXPORT_ALSO(__write, write);

EXPORT ssize_t writev(int fd, const struct iovec *iov, int count)
{
	return BY_KIND(fd, writev, fd, iov, count);
}

/* With MSG_MORE it is kept for a while: none of it may leave now. */
static struct amount leaving(const void *buf, size_t n, int flags)
{
	return flags & MSG_MORE ? amount_unknown() : amount_buffer(buf, n);
}

static struct amount message(const struct msghdr *msg, int flags)
{
	return flags & MSG_MORE ? amount_unknown() : amount_message(msg);
}

REST ssize_t send_rest(int fd, const void *buf, size_t n, int flags)
{
	struct desc *d = desc_tcp(fd);

	if (!d)
		return LIBC(send)(fd, buf, n, flags);
	return SENDING(d, fd, CALL_send, leaving(buf, n, flags),
		       LIBC_DIRECT(send, (fd, buf, n, flags), SYS_sendto, fd,
				   buf, n, flags, NULL, 0));
}

EXPORT ssize_t send(int fd, const void *buf, size_t n, int flags)
{
	return BY_KIND(fd, send, fd, buf, n, flags);
}

REST ssize_t sendto_rest(int fd, const void *buf, size_t n, int flags,
			 __CONST_SOCKADDR_ARG addr, socklen_t len)
{
	struct desc *d = desc_tcp(fd);

	if (!d)
		return LIBC(sendto)(fd, buf, n, flags, addr, len);
	return OPENING(
		d, fd, CALL_sendto, flags, addr.__sockaddr__, len,
		SENDING(d, fd, CALL_sendto, leaving(buf, n, flags),
			LIBC_DIRECT(sendto, (fd, buf, n, flags, addr, len),
				    SYS_sendto, fd, buf, n, flags,
				    addr.__sockaddr__, len)));
}

EXPORT_ALSO(__send, send);

EXPORT ssize_t sendto(int fd, const void *buf, size_t n, int flags,
		      __CONST_SOCKADDR_ARG addr, socklen_t len)
{
	return BY_KIND(fd, sendto, fd, buf, n, flags, addr, len);
}

/* A bad pointer is the kernel's to refuse. */
static const struct msghdr *name_of(const struct msghdr *msg)
{
	static const struct msghdr nobody;

	return is_readable(msg, sizeof(*msg)) ? msg : &nobody;
}

EXPORT ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	struct desc *d = desc_tcp(fd);
	struct watch_passing passing;
	ssize_t r;

	passing.count = 0;
	/* A number that io_uring closed may be a UNIX socket's by now. */
	watch_passing(d, msg, 0, &passing);
	if (d)
		r = OPENING(d, fd, CALL_sendmsg, flags, name_of(msg)->msg_name,
			    name_of(msg)->msg_namelen,
			    SENDING(d, fd, CALL_sendmsg, message(msg, flags),
				    LIBC(sendmsg)(fd, msg, flags)));
	else
		r = LIBC(sendmsg)(fd, msg, flags);
	watch_passed(&passing, r >= 0);
	return r;
}

/* One question a page. */
static void passing_all(const struct mmsghdr *vec, unsigned n,
			struct watch_passing *p)
{
	uintptr_t known = 0; /* to be readable, up to there */

	for (unsigned i = 0; i < n && i < UIO_MAXIOV; i++) {
		const uintptr_t end = (uintptr_t)(&vec[i] + 1);

		if (end > known && !is_on_stack(&vec[i], sizeof(*vec)) &&
		    (desc_limit == 0 || !is_readable(&vec[i], sizeof(*vec))))
			return;
		if (end > known)
			known = ((end - 1) | (READABLE_PAGE - 1)) + 1;
		/* Never NULL: that isn't readable. */
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
		if (vec[i].msg_hdr.msg_controllen > 0)
			watch_passing_rest(&vec[i].msg_hdr, i, p);
	}
}

EXPORT RARE int sendmmsg(int fd, struct mmsghdr *vec, unsigned int n, int flags)
{
	struct desc *d = desc_tcp(fd);
	struct watch_passing passing;
	int r;

	if (d)
		return (int)SENDING(d, fd, CALL_sendmmsg,
				    flags & MSG_MORE ? amount_unknown()
						     : amount_messages(vec, n),
				    LIBC(sendmmsg)(fd, vec, n, flags));
	passing.count = 0;
	passing_all(vec, n, &passing);
	r = LIBC(sendmmsg)(fd, vec, n, flags);
	watch_passed(&passing, r > 0 ? (unsigned)r : 0);
	return r;
}

REST RARE ssize_t sendfile_rest(int out, int in, off_t *offset, size_t n)
{
	const struct amount_source from = {in, offset, n, false};
	struct desc *d = desc_tcp(out);

	if (!d)
		return LIBC(sendfile)(out, in, offset, n);
	return WATCHED(d, out, CALL_sendfile, amount_file(&from),
		       LIBC(sendfile)(out, in, offset, n));
}

EXPORT ssize_t sendfile(int out, int in, off_t *offset, size_t n)
{
	return BY_KIND(out, sendfile, out, in, offset, n);
}

REST RARE ssize_t sendfile64_rest(int out, int in, off64_t *offset, size_t n)
{
	const struct amount_source from = {in, offset, n, false};
	struct desc *d = desc_tcp(out);

	if (!d)
		return LIBC(sendfile64)(out, in, offset, n);
	return WATCHED(d, out, CALL_sendfile64, amount_file(&from),
		       LIBC(sendfile64)(out, in, offset, n));
}

EXPORT ssize_t sendfile64(int out, int in, off64_t *offset, size_t n)
{
	return BY_KIND(out, sendfile64, out, in, offset, n);
}

/*
 * A socket has no places (ESPIPE): -1 is what writev() does. Of the flags,
 * kiocb_set_rw_flags() knows these, or refuses the call for a socket.
 */
static struct amount placed(const struct iovec *iov, int count, off64_t offset,
			    int flags)
{
	enum { FLAGS = 0x3f }; /* to RWF_NOAPPEND */

	return offset != -1 || flags & ~FLAGS ? amount_bytes(0)
					      : amount_parts(iov, count);
}

REST RARE ssize_t pwritev2_rest(int fd, const struct iovec *iov, int count,
				off_t offset, int flags)
{
	struct desc *d = desc_tcp(fd);

	if (!d)
		return LIBC(pwritev2)(fd, iov, count, offset, flags);
	return SENDING(d, fd, CALL_pwritev2, placed(iov, count, offset, flags),
		       LIBC(pwritev2)(fd, iov, count, offset, flags));
}

EXPORT ssize_t pwritev2(int fd, const struct iovec *iov, int count,
			off_t offset, int flags)
{
	return BY_KIND(fd, pwritev2, fd, iov, count, offset, flags);
}

REST RARE ssize_t pwritev64v2_rest(int fd, const struct iovec *iov, int count,
				   off64_t offset, int flags)
{
	struct desc *d = desc_tcp(fd);

	if (!d)
		return LIBC(pwritev64v2)(fd, iov, count, offset, flags);
	return SENDING(d, fd, CALL_pwritev64v2,
		       placed(iov, count, offset, flags),
		       LIBC(pwritev64v2)(fd, iov, count, offset, flags));
}

EXPORT ssize_t pwritev64v2(int fd, const struct iovec *iov, int count,
			   off64_t offset, int flags)
{
	return BY_KIND(fd, pwritev64v2, fd, iov, count, offset, flags);
}

/* Out of a pipe into a socket, or out of a socket into a pipe. */
EXPORT RARE ssize_t splice(int in, off64_t *in_offset, int out,
			   off64_t *out_offset, size_t n, unsigned int flags)
{
	struct desc *from = desc_tcp(in);
	struct desc *to = from ? NULL : desc_tcp(out);
	const struct amount_source pipe = {in, NULL, n,
					   !(flags & SPLICE_F_NONBLOCK)};
	const uint64_t life = from ? desc_life(from) : 0;
	ssize_t r;

	if (to)
		return SENDING(
			to, out, CALL_splice, amount_pipe(&pipe),
			LIBC(splice)(in, in_offset, out, out_offset, n, flags));
	if (from)
		thread_enter(from);
	r = LIBC(splice)(in, in_offset, out, out_offset, n, flags);
	if (from)
		watch_received(from, in, CALL_splice, life, NULL, r, n > 0);
	return r;
}
