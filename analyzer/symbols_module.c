/* SPDX-License-Identifier: MIT */
/* symbols_module.c - opens the file that a log's module names, if it is it. */
#include "symbols_module.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rstwatch/record.h"

enum { BUILD_ID_HEX_MIN = 4, BUILD_ID_HEX_MAX = 128 };

/* The path comes out of a log: it may name a pipe or a device. */
static int open_regular(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd >= 0 && (fstat(fd, &st) || !S_ISREG(st.st_mode))) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Records leave out what is longer than theirs may be. */
static _Bool has_build_id(Dwfl_Module *module, const char *hex)
{
	char own[BUILD_ID_HEX_MAX + 1] = "";
	const unsigned char *bits;
	GElf_Addr where;
	int len = dwfl_module_build_id(module, &bits, &where);

	if (len > RST_BUILD_ID_MAX && !*hex)
		return 1;
	if (len > BUILD_ID_HEX_MAX / 2)
		return 0;
	for (int i = 0; i < len; i++)
		snprintf(own + 2 * i, 3, "%02x", bits[i]);
	return !strcasecmp(own, hex);
}

/* Reads path as libdwfl does files that no process has mapped. */
static void open_file(struct symbols_module *m, const char *path,
		      const Dwfl_Callbacks *callbacks)
{
	int fd = open_regular(path);

	if (fd < 0)
		return;
	m->dwfl = dwfl_begin(callbacks);
	m->module = m->dwfl ? dwfl_report_offline(m->dwfl, path, path, fd)
			    : NULL;
	if (!m->module) {
		close(fd);
		symbols_module_close(m);
		return;
	}
	dwfl_report_end(m->dwfl, NULL, NULL);
}

/* The debug file of a build-id in one directory: DIR/.build-id/ab/cdef.debug */
static void open_debug_file(struct symbols_module *m, const char *dir,
			    int dir_len, const char *build_id,
			    const Dwfl_Callbacks *callbacks)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%.*s/.build-id/%.2s/%s.debug",
		     dir_len, dir, build_id, build_id + 2) >= (int)sizeof(path))
		return;
	open_file(m, path, callbacks);
	if (m->module && !has_build_id(m->module, build_id))
		symbols_module_close(m);
}

/* Tries the absolute directories of the search path, "+:DIR:DIR". */
static void find_debug_file(struct symbols_module *m, const char *build_id,
			    const Dwfl_Callbacks *callbacks)
{
	const char *dir = *callbacks->debuginfo_path;

	while (*dir && !m->module) {
		int len = (int)strcspn(dir, ":");

		if (*dir == '/')
			open_debug_file(m, dir, len, build_id, callbacks);
		dir += len + (dir[len] == ':');
	}
}

/* Only digits, so that no build-id of a log leads out of the directory. */
static _Bool is_build_id(const char *hex)
{
	size_t len = strspn(hex, "0123456789abcdefABCDEF");

	return !hex[len] && len >= BUILD_ID_HEX_MIN && len <= BUILD_ID_HEX_MAX;
}

struct symbols_module symbols_module_open(const char *path,
					  const char *build_id,
					  const Dwfl_Callbacks *callbacks)
{
	struct symbols_module m = {0};

	open_file(&m, path, callbacks);
	if (!build_id || (m.module && has_build_id(m.module, build_id)))
		return m;
	m.is_stale = m.module != NULL;
	symbols_module_close(&m);
	if (!is_build_id(build_id))
		return m;
	find_debug_file(&m, build_id, callbacks);
	if (m.module)
		m.is_stale = 0;
	return m;
}

void symbols_module_close(struct symbols_module *m)
{
	if (m->dwfl)
		dwfl_end(m->dwfl);
	m->dwfl = NULL;
	m->module = NULL;
}
