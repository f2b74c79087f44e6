/* SPDX-License-Identifier: MIT */
/* maps.c - looks an address up in /proc/self/maps, by raw calls. */
#include "maps.h"

#include <fcntl.h>
#include <string.h>

#include "raw.h"
#include "temporary.h"

/* A page, as the kernel gives at once; one line at least, if not any path. */
enum { MAPS_BUF = 4096 };

/* The number, and what is behind the character that ends it. */
static const char *hex_read(const char *s, uintptr_t *n)
{
	for (*n = 0; *s && *s != '-' && *s != ' '; s++)
		*n = *n << 4 |
		     (uintptr_t)(*s <= '9' ? *s - '0' : *s - 'a' + 10);
	return *s ? s + 1 : s;
}

/* "START-END rights offset device inode   path" */
static bool is_at(const char *line, uintptr_t address)
{
	uintptr_t start, end;

	hex_read(hex_read(line, &start), &end);
	return address >= start && address < end;
}

static bool path_take(char *line, struct rst_text *t)
{
	static const char deleted[] = " (deleted)";
	const size_t mark = sizeof(deleted) - 1, before = t->len;
	char *path = strchr(line, '/');
	size_t len = path ? strlen(path) : 0;

	if (len > mark && !strcmp(path + len - mark, deleted))
		len -= mark;
	if (len > 0) {
		path[len] = '\0';
		rst_text_bytes(t, path, len + 1);
	}
	return t->len > before;
}

/* The line of buf that tells of address, or NULL and what is behind the last
 * whole line in *rest. */
static char *line_find(char *buf, char *end, uintptr_t address, char **rest)
{
	char *line = buf, *stop;

	while ((stop = memchr(line, '\n', (size_t)(end - line)))) {
		*stop = '\0';
		if (is_at(line, address))
			return line;
		line = stop + 1;
	}
	*rest = line;
	return NULL;
}

bool maps_path(uintptr_t address, struct rst_text *t)
{
	int fd = temporary_open(AT_FDCWD, "/proc/self/maps", 0);
	char buf[MAPS_BUF], *rest = buf, *line = NULL;
	size_t have = 0;
	ssize_t n;

	if (fd < 0)
		return false;
	while ((n = raw_read(fd, buf + have, sizeof(buf) - have)) > 0) {
		have += (size_t)n;
		line = line_find(buf, buf + have, address, &rest);
		if (line)
			break;
		have -= (size_t)(rest - buf);
		memmove(buf, rest, have);
	}
	raw_close(fd);
	return line && path_take(line, t);
}
