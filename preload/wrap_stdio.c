/* SPDX-License-Identifier: MIT */
/* wrap_stdio.c - streams on sockets, as far as libc's calls pass us. */
#include <errno.h>
#include <stdio_ext.h>
#include <string.h>

#include "readable.h"
#include "watch.h"
#include "wrap_stdio.h"

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
	libc_testcancel();
	return watch_send(d, fd, call, amount_bytes(pending));
}

static void flush_done(struct desc *d, int fd, enum rst_call call,
		       uint64_t life, int result, struct watch_hold hold)
{
	/* What was sent is not told; only a failure, or nothing. */
	if (d && (result != 0 || hold.is_held))
		watch_sent(d, fd, call, life, result ? -1 : 0, hold);
}

static int flush(FILE *file, enum rst_call call, int (*libcs)(FILE *))
{
	/* Without a file, all of them: which can't be told from outside. */
	int fd = file ? fd_of(file) : -1;
	struct desc *d = fd >= 0 ? desc_tcp(fd) : NULL;
	const uint64_t life = d ? desc_life(d) : 0;
	struct watch_hold hold = flush_look(file, d, fd, call);
	int r = libcs(file);

	flush_done(d, fd, call, life, r, hold);
	return r;
}

EXPORT int fflush(FILE *file)
{
	return flush(file, CALL_fflush, LIBC(fflush));
}

EXPORT_ALSO(_IO_fflush, fflush);

EXPORT int fflush_unlocked(FILE *file)
{
	return flush(file, CALL_fflush_unlocked, LIBC(fflush_unlocked));
}

/*
 * These write to the descriptor by themselves. How much is only known by
 * formatting it, and that is not done twice: a conversion may be the program's
 * own (register_printf_specifier()).
 */
static struct amount printed(const char *format)
{
	return is_readable(format, 1) && !strchr(format, '%')
		       ? amount_bytes(strlen(format))
		       : amount_unknown();
}

static int print(int fd, enum rst_call call, int flag, const char *format,
		 va_list ap)
{
	bool is_checked = flag >= 0;
	struct desc *d = desc_tcp(fd);
	const uint64_t life = d ? desc_life(d) : 0;
	struct watch_hold hold = {0};
	int r;

	if (d) {
		libc_testcancel();
		hold = watch_send(d, fd, call, printed(format));
	}
	r = is_checked ? LIBC(__vdprintf_chk)(fd, flag, format, ap)
		       : LIBC(vdprintf)(fd, format, ap);
	if (d)
		watch_sent(d, fd, call, life, r, hold);
	return r;
}

enum { UNCHECKED = -1 };

EXPORT int vdprintf(int fd, const char *format, va_list ap)
{
	return print(fd, CALL_vdprintf, UNCHECKED, format, ap);
}

EXPORT int dprintf(int fd, const char *format, ...)
{
	va_list ap;
	int r;

	va_start(ap, format);
	r = print(fd, CALL_dprintf, UNCHECKED, format, ap);
	va_end(ap);
	return r;
}

EXPORT int __vdprintf_chk(int fd, int flag, const char *format, va_list ap)
{
	return print(fd, CALL_vdprintf, flag, format, ap);
}

EXPORT int __dprintf_chk(int fd, int flag, const char *format, ...)
{
	va_list ap;
	int r;

	va_start(ap, format);
	r = print(fd, CALL_dprintf, flag, format, ap);
	va_end(ap);
	return r;
}

/* The flush and the close that libc makes of one call. */
static struct watch_hold end_look(FILE *file, enum rst_call call)
{
	int fd = fd_of(file);
	struct desc *d = fd >= 0 ? desc_tcp(fd) : NULL;
	struct watch_hold hold = flush_look(file, d, fd, call);

	/* The peer's reset is there before the close. */
	if (d && desc_has(d, DESC_SEND_SURE))
		desc_mark(d, DESC_CLOSE_TOLD);
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

EXPORT_ALSO(_IO_fclose, fclose);

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

/*
 * The program may have put something else there, and freed it. Of other streams
 * there is no list that could be gone through without libc's lock.
 */
static void exit_flush(FILE *file, int fd)
{
	struct desc *d = desc_peek(fd);
	size_t pending;

	if (!d || DESC_GET(d->kind) != DESC_TCP ||
	    !is_readable(file, sizeof(FILE)) || fd_of(file) != fd)
		return;
	pending = __fpending(file);
	if (pending > 0)
		watch_let_go(
			watch_send(d, fd, CALL_exit, amount_bytes(pending)));
	if (desc_has(d, DESC_SEND_SURE))
		desc_mark_copies(d, DESC_CLOSE_TOLD);
}

void stdio_exit(void)
{
	exit_flush(stdout, STDOUT_FILENO);
	exit_flush(stderr, STDERR_FILENO);
}
