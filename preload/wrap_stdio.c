/* SPDX-License-Identifier: MIT */
/* wrap_stdio.c - streams on sockets, as far as libc's calls pass us. */
#include <errno.h>
#include <stdio_ext.h>

#include "watch.h"

/* The stream's descriptor; -1, and errno as it was, where it has none. */
static int fd_of(FILE *file)
{
	int saved = errno;
	int fd = fileno(file);

	errno = saved;
	return fd;
}

/*
 * libc writes what a stream holds by itself, without passing write(). What it
 * is about to send is looked at here; a stream that fills up in between
 * (fprintf() of a lot) goes unseen.
 */
static struct watch_hold flush_look(FILE *file, struct desc *d, int fd,
				    enum rst_call call)
{
	size_t pending = d ? __fpending(file) : 0;

	if (pending == 0)
		return (struct watch_hold){.is_held = false};
	return watch_send(d, fd, call, amount_bytes(pending));
}

static void flush_done(struct desc *d, int fd, enum rst_call call, int result,
		       struct watch_hold hold)
{
	/* What was sent is not told; only a failure, or nothing. */
	if (d && (result != 0 || hold.is_held))
		watch_sent(d, fd, call, result ? -1 : 0, hold);
}

EXPORT int fflush(FILE *file)
{
	/* Without a file, all of them: which can't be told from outside. */
	int fd = file ? fd_of(file) : -1;
	struct desc *d = fd >= 0 ? desc_tcp(fd) : NULL;
	struct watch_hold hold = flush_look(file, d, fd, CALL_fflush);
	int r = LIBC(fflush)(file);

	flush_done(d, fd, CALL_fflush, r, hold);
	return r;
}

/* The flush and the close that libc makes of one call. */
static struct watch_hold end_look(FILE *file, enum rst_call call)
{
	int fd = fd_of(file);
	struct desc *d = fd >= 0 ? desc_tcp(fd) : NULL;
	struct watch_hold hold = flush_look(file, d, fd, call);

	if (fd >= 0)
		watch_close(fd, call);
	return hold;
}

EXPORT int fclose(FILE *file)
{
	struct watch_hold hold = end_look(file, CALL_fclose);
	int r = LIBC(fclose)(file);

	watch_let_go(hold);
	return r;
}

EXPORT FILE *freopen(const char *path, const char *mode, FILE *file)
{
	struct watch_hold hold = end_look(file, CALL_freopen);
	FILE *r = LIBC(freopen)(path, mode, file);

	watch_let_go(hold);
	return r;
}

EXPORT FILE *freopen64(const char *path, const char *mode, FILE *file)
{
	struct watch_hold hold = end_look(file, CALL_freopen64);
	FILE *r = LIBC(freopen64)(path, mode, file);

	watch_let_go(hold);
	return r;
}
