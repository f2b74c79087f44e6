/* SPDX-License-Identifier: MIT */
/* tracepoint.c - reads the kernel's own description of its tracepoints. */
#include "tracepoint.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A mount that is attached nowhere: only this descriptor leads to it. */
static int mount_unseen(void)
{
	int context = syscall(SYS_fsopen, "tracefs", FSOPEN_CLOEXEC);
	int mounted = -1;

	if (context < 0)
		return -1;
	if (syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL,
		    0) == 0)
		mounted = syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0);
	close(context);
	return mounted;
}

int tracefs_open(char why[TRACEPOINT_ERROR_MAX])
{
	static const char *const usual[] = {"/sys/kernel/tracing",
					    "/sys/kernel/debug/tracing"};
	int fd = mount_unseen();
	int error = errno;

	for (size_t i = 0; i < 2 && fd < 0; i++) {
		fd = open(usual[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd >= 0 && faccessat(fd, "events/tcp", F_OK, 0) < 0) {
			close(fd);
			fd = -1;
		}
	}
	if (fd < 0)
		snprintf(why, TRACEPOINT_ERROR_MAX,
			 "tracefs can't be read here: %s (it needs "
			 "CAP_SYS_ADMIN, or tracefs mounted and readable)",
			 strerror(error));
	return fd;
}

/* All of a file of tracefs, whose size is not known beforehand. */
static char *read_all(int dir, const char *path)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	char *text = NULL;
	size_t cap = 0;

	if (!f)
		return NULL;
	if (getdelim(&text, &cap, '\0', f) < 0) {
		free(text);
		text = NULL;
	}
	fclose(f);
	return text;
}

int tracepoint_load(int tracefs, const char *event, struct tracepoint *tp,
		    char why[TRACEPOINT_ERROR_MAX])
{
	char path[128];
	char *format;

	*tp = (struct tracepoint){0};
	snprintf(path, sizeof(path), "events/%s/format", event);
	format = read_all(tracefs, path);
	if (!format) {
		snprintf(why, TRACEPOINT_ERROR_MAX,
			 "tracepoint %s can't be read: %s", event,
			 strerror(errno));
		return -1;
	}
	if (tracepoint_parse(tp, format) < 0) {
		snprintf(why, TRACEPOINT_ERROR_MAX,
			 "tracepoint %s has a format without an ID", event);
		return -1;
	}
	return 0;
}

int tracepoint_parse(struct tracepoint *tp, char *format)
{
	const char *id = strstr(format, "ID: ");

	tp->format = format;
	tp->id = id ? (unsigned)strtoul(id + 4, NULL, 10) : 0;
	if (tp->id)
		return 0;
	tracepoint_free(tp);
	return -1;
}

void tracepoint_free(struct tracepoint *tp)
{
	free(tp->format);
	*tp = (struct tracepoint){0};
}

/* If [start, end) is a declaration such as "__u8 saddr[28]" of name. */
static bool declares(const char *start, const char *end, const char *name)
{
	const char *bracket = memchr(start, '[', (size_t)(end - start));
	size_t len = strlen(name);

	if (bracket)
		end = bracket;
	return (size_t)(end - start) > len &&
	       memcmp(end - len, name, len) == 0 && end[-(long)len - 1] == ' ';
}

/*
 * The next declaration from *p on, "TYPE NAME;\toffset:N;\tsize:N;": its
 * place, and start and end of its text; *p moves behind it.
 */
static bool next_field(const char **p, struct trace_field *f,
		       const char **start, const char **end)
{
	*start = strstr(*p, "field:");
	if (!*start)
		return false;
	*start += strlen("field:");
	*end = strchr(*start, ';');
	if (!*end)
		return false;
	*p = *end;
	*f = (struct trace_field){0};
	if (sscanf(*end, "; offset:%u; size:%u;", &f->offset, &f->size) != 2)
		f->size = 0;
	return true;
}

struct trace_field tracepoint_field(const struct tracepoint *tp,
				    const char *name)
{
	const char *p = tp->format;
	const char *start;
	const char *end;
	struct trace_field f;

	while (next_field(&p, &f, &start, &end))
		if (f.size && declares(start, end, name))
			return f;
	return (struct trace_field){0};
}

unsigned tracepoint_size(const struct tracepoint *tp)
{
	const char *p = tp->format;
	const char *start;
	const char *end;
	struct trace_field f;
	unsigned size = 0;

	while (next_field(&p, &f, &start, &end))
		if (f.offset + f.size > size)
			size = f.offset + f.size;
	return size;
}

bool tracepoint_symbol(const struct tracepoint *tp, const char *field,
		       uint64_t value, char *name, size_t size)
{
	char start[64];
	const char *p;

	name[0] = '\0';
	snprintf(start, sizeof(start), "__print_symbolic(REC->%s, {", field);
	p = strstr(tp->format, start);
	p = p ? p + strlen(start) - 1 : NULL;
	while (p && *p == '{') {
		char *text;
		uint64_t number = strtoull(p + 1, &text, 0);
		size_t len;

		/* An enum that the kernel did not resolve is no number. */
		if (strncmp(text, ", \"", 3) != 0)
			return false;
		len = strcspn(text + 3, "\"");
		if (number == value && len < size) {
			memcpy(name, text + 3, len);
			name[len] = '\0';
			return true;
		}
		p = strpbrk(text + 3 + len, "{)");
	}
	return false;
}

uint64_t trace_number(const uint8_t *record, size_t size,
		      struct trace_field field)
{
	union {
		uint8_t u8;
		uint16_t u16;
		uint32_t u32;
		uint64_t u64;
	} v;

	if (field.offset + field.size > size || field.size > sizeof(v))
		return 0;
	memcpy(&v, record + field.offset, field.size);
	switch (field.size) {
	case 1: return v.u8;
	case 2: return v.u16;
	case 4: return v.u32;
	case 8: return v.u64;
	}
	return 0;
}
