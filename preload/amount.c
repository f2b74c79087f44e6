/* SPDX-License-Identifier: MIT */
/* amount.c - counts what a call is about to send. */
#include "amount.h"

#include <limits.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "raw.h"
#include "readable.h"

enum { LOOKED_AT = 16 }; /* parts; a vector that has more sends more */

static ssize_t of_buffer(const void *p, size_t n)
{
	return n && is_readable(p, 1) ? (ssize_t)n : 0;
}

/*
 * The first that isn't empty decides whether anything is sent. import_iovec()
 * and copy_msghdr_from_user() refuse too many parts, and lengths below 0.
 */
static ssize_t of_parts(const struct iovec *parts, size_t count)
{
	size_t sum = 0;

	if (count > IOV_MAX)
		return 0;
	for (size_t i = 0; i < count && i < LOOKED_AT; i++) {
		if (!is_readable(&parts[i], sizeof(parts[i])))
			return -1;
		if ((ssize_t)parts[i].iov_len < 0 ||
		    (!sum && parts[i].iov_len &&
		     !of_buffer(parts[i].iov_base, parts[i].iov_len)))
			return 0;
		sum += parts[i].iov_len;
	}
	return sum || count <= LOOKED_AT ? (ssize_t)sum : -1;
}

static ssize_t of_message(const struct msghdr *m)
{
	/* sock_cmsg_send() may refuse what it doesn't know. */
	if (!is_readable(m, sizeof(*m)) || m->msg_controllen > 0)
		return -1;
	return of_parts(m->msg_iov, m->msg_iovlen);
}

static ssize_t of_messages(const struct mmsghdr *m, size_t count)
{
	ssize_t least = 0;

	for (size_t i = 0; i < count && i < LOOKED_AT && least == 0; i++)
		least = of_message(&m[i].msg_hdr);
	return least || count <= LOOKED_AT ? least : -1;
}

/* A file of /proc says that it is empty, whatever can be read of it. */
static ssize_t of_file(const struct amount_source *from)
{
	const int how = raw_fcntl(from->fd, F_GETFL, 0);
	off64_t at;
	struct stat st;

	/* do_sendfile(): EBADF. */
	if ((how & O_ACCMODE) == O_WRONLY || how & O_PATH)
		return 0;
	if (raw_fstat(from->fd, &st) != 0 || !S_ISREG(st.st_mode) ||
	    st.st_size == 0)
		return -1;
	if (!from->offset)
		at = raw_call(SYS_lseek, from->fd, 0, SEEK_CUR);
	else if (is_readable(from->offset, sizeof(at)))
		at = *from->offset;
	else
		return -1;
	/* A place before the file is refused. */
	if (at < 0 || at >= st.st_size)
		return 0;
	return st.st_size - at < (off64_t)from->n ? st.st_size - at
						  : (ssize_t)from->n;
}

static ssize_t of_pipe(const struct amount_source *from)
{
	struct pollfd p = {.fd = from->fd};
	int n = 0;

	if (raw_ioctl(from->fd, FIONREAD, &n) != 0)
		return -1;
	if (n > 0)
		return (size_t)n < from->n ? n : (ssize_t)from->n;
	/* Without a writer nothing will come. */
	return !from->may_wait ||
			       (raw_poll_now(&p, 1) == 1 && p.revents & POLLHUP)
		       ? 0
		       : -1;
}

ssize_t amount_least(struct amount a)
{
	switch (a.kind) {
	case AMOUNT_PARTS:
		return of_parts((const struct iovec *)a.given, a.parts);
	case AMOUNT_MESSAGES:
		return of_messages((const struct mmsghdr *)a.given, a.parts);
	case AMOUNT_FILE: return of_file((const struct amount_source *)a.given);
	case AMOUNT_PIPE: return of_pipe((const struct amount_source *)a.given);
	case AMOUNT_BYTES: return (ssize_t)a.given;
	case AMOUNT_BUFFER: return of_buffer((const void *)a.given, a.parts);
	case AMOUNT_UNKNOWN: break;
	}
	return -1;
}
