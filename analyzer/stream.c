/* SPDX-License-Identifier: MIT */
/* stream.c - reads files and pipes, unpacking what is packed. */
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unpack.h"

/*
 * Files are read, not mapped: a mapped file that somebody cuts while it is
 * read ends the process by SIGBUS. 256 KiB stay in the second-level cache.
 */
enum { INPUT_SIZE = 256 * 1024 };

struct stream {
	char *name;
	int fd;
	uint8_t *in; /* bytes of the file that nobody has taken yet */
	size_t in_pos;
	size_t in_len;
	uint64_t file_read; /* bytes of the file that came into our hands */
	uint64_t file_total;
	_Bool is_file;		   /* a regular one, opened by its name */
	struct unpacker *unpacker; /* NULL where the file is plain */
	enum unpack_result unpacked;
	uint64_t given;	    /* unpacked bytes handed out */
	char *stdio_buffer; /* of stream_file() */
	uint8_t peeked[STREAM_PEEK_MAX];
	size_t peeked_len;
	char why[STREAM_ERROR_MAX];
};

static ssize_t fail(struct stream *s, const char *what)
{
	uint64_t at = s->file_read - (s->in_len - s->in_pos);

	snprintf(s->why, sizeof(s->why), "%s: byte %llu: %s", s->name,
		 (unsigned long long)at, what);
	return -1;
}

static ssize_t read_file(struct stream *s, void *buf, size_t len)
{
	ssize_t got;

	do
		got = read(s->fd, buf, len);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return fail(s, strerror(errno));
	s->file_read += (size_t)got;
	return got;
}

/* Makes sure of min bytes of input, if the file has them: 0, or -1. */
static int fill(struct stream *s, size_t min)
{
	ssize_t got;

	if (s->in_pos == s->in_len)
		s->in_pos = s->in_len = 0;
	while (s->in_len - s->in_pos < min) {
		got = read_file(s, s->in + s->in_len, INPUT_SIZE - s->in_len);
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		s->in_len += (size_t)got;
	}
	return 0;
}

static ssize_t read_plain(struct stream *s, void *buf, size_t len)
{
	size_t ahead = s->in_len - s->in_pos;

	if (!ahead)
		return read_file(s, buf, len);
	if (len > ahead)
		len = ahead;
	memcpy(buf, s->in + s->in_pos, len);
	s->in_pos += len;
	return (ssize_t)len;
}

static ssize_t read_packed(struct stream *s, void *buf, size_t len)
{
	struct unpack_io io = {.out = buf, .out_len = len};

	while (!io.made) {
		if (s->unpacked == UNPACK_DAMAGED)
			return fail(s, unpacker_error(s->unpacker));
		if (fill(s, 1))
			return -1;
		if (s->in_pos == s->in_len)
			return s->unpacked == UNPACK_BETWEEN
				       ? 0
				       : fail(s, "the packed data is cut here");
		io.in = s->in + s->in_pos;
		io.in_len = s->in_len - s->in_pos;
		s->unpacked = unpack(s->unpacker, &io);
		s->in_pos += io.taken;
	}
	return (ssize_t)io.made;
}

static ssize_t read_on(struct stream *s, void *buf, size_t len)
{
	if (s->why[0])
		return -1;
	return s->unpacker ? read_packed(s, buf, len) : read_plain(s, buf, len);
}

ssize_t stream_read(struct stream *s, void *buf, size_t len)
{
	ssize_t got;

	if (s->peeked_len) {
		if (len > s->peeked_len)
			len = s->peeked_len;
		memcpy(buf, s->peeked, len);
		s->peeked_len -= len;
		memmove(s->peeked, s->peeked + len, s->peeked_len);
		got = (ssize_t)len;
	} else {
		got = read_on(s, buf, len);
	}
	if (got > 0)
		s->given += (size_t)got;
	return got;
}

size_t stream_peek(struct stream *s, void *buf, size_t len)
{
	ssize_t got;

	if (len > STREAM_PEEK_MAX)
		len = STREAM_PEEK_MAX;
	while (s->peeked_len < len) {
		got = read_on(s, s->peeked + s->peeked_len,
			      len - s->peeked_len);
		if (got <= 0)
			break;
		s->peeked_len += (size_t)got;
	}
	if (len > s->peeked_len)
		len = s->peeked_len;
	memcpy(buf, s->peeked, len);
	return len;
}

_Bool stream_is_file(const struct stream *s)
{
	return s->is_file;
}

const char *stream_error(const struct stream *s)
{
	return s->why;
}

const char *stream_name(const struct stream *s)
{
	return s->name;
}

const char *stream_unit(const struct stream *s)
{
	return s->unpacker ? " (unpacked)" : "";
}

void stream_progress(const struct stream *s, uint64_t *done, uint64_t *total)
{
	*done = s->file_read - (s->in_len - s->in_pos);
	*total = s->file_total;
}

static ssize_t cookie_read(void *cookie, char *buf, size_t len)
{
	return stream_read(cookie, buf, len);
}

/* Only what ftello() asks: where are we? */
static int cookie_seek(void *cookie, off64_t *offset, int whence)
{
	struct stream *s = cookie;

	if (whence != SEEK_CUR || *offset != 0) {
		errno = ESPIPE;
		return -1;
	}
	*offset = (off64_t)s->given;
	return 0;
}

FILE *stream_file(struct stream *s)
{
	cookie_io_functions_t io = {.read = cookie_read, .seek = cookie_seek};
	FILE *file = fopencookie(s, "r", io);

	/* glibc heeds the size only where it is given the buffer too. */
	if (!s->stdio_buffer)
		s->stdio_buffer = malloc(INPUT_SIZE);
	if (file && s->stdio_buffer)
		setvbuf(file, s->stdio_buffer, _IOFBF, INPUT_SIZE);
	return file;
}

static int open_path(struct stream *s, const char *path)
{
	_Bool is_stdin = !strcmp(path, "-");
	struct stat st;

	s->name = strdup(is_stdin ? "standard input" : path);
	s->fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (!s->name || s->fd < 0 || fstat(s->fd, &st))
		return -1;
	if (!S_ISREG(st.st_mode))
		return 0;
	s->is_file = !is_stdin;
	s->file_total = (uint64_t)st.st_size;
	posix_fadvise(s->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	return 0;
}

static int start_unpacking(struct stream *s)
{
	if (fill(s, UNPACK_MAGIC_LEN))
		return -1;
	if (s->in_len < UNPACK_MAGIC_LEN || !unpack_is_packed(s->in))
		return 0;
	s->unpacker = unpacker_new(s->in);
	return s->unpacker ? 0 : (int)fail(s, strerror(ENOMEM));
}

static struct stream *give_up(struct stream *s, const char *path,
			      const char *what, char why[STREAM_ERROR_MAX])
{
	snprintf(why, STREAM_ERROR_MAX, "%s: %s", path, what);
	stream_close(s);
	return NULL;
}

struct stream *stream_open(const char *path, char why[STREAM_ERROR_MAX])
{
	struct stream *s = calloc(1, sizeof(*s));

	if (!s)
		return give_up(NULL, path, strerror(ENOMEM), why);
	s->fd = -1;
	s->in = malloc(INPUT_SIZE);
	if (!s->in)
		return give_up(s, path, strerror(ENOMEM), why);
	if (open_path(s, path))
		return give_up(s, path, strerror(errno), why);
	if (start_unpacking(s)) {
		memcpy(why, s->why, sizeof(s->why));
		stream_close(s);
		return NULL;
	}
	return s;
}

void stream_close(struct stream *s)
{
	if (!s)
		return;
	if (s->fd > STDIN_FILENO)
		close(s->fd);
	unpacker_free(s->unpacker);
	free(s->name);
	free(s->stdio_buffer);
	free(s->in);
	free(s);
}
