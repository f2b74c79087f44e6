/* SPDX-License-Identifier: MIT */
/* captured.c - reads a whole capture into memory, to be looked at. */
#include "captured.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct captured captured;

static int read_on(struct capture *c, size_t *n)
{
	struct packet *p = captured.packets;
	int rc;

	while ((rc = capture_next(c, &p[*n])) == 1) {
		assert_true(p[*n].caplen <= CAPTURED_BYTES);
		memcpy(captured.contents[*n], p[*n].data, p[*n].caplen);
		++*n;
		assert_true(*n < CAPTURED_PACKETS);
	}
	return rc;
}

size_t captured_from(const char *path)
{
	struct capture *c = capture_open(path, captured.why);
	size_t n = 0;

	if (!c)
		return 0;
	captured.why[0] = 0;
	if (read_on(c, &n) < 0) {
		snprintf(captured.why, sizeof(captured.why), "%s",
			 capture_error(c));
		/* After an error nothing more comes, not even another. */
		assert_int_equal(capture_next(c, &captured.packets[n]), -1);
		assert_string_equal(captured.why, capture_error(c));
	}
	capture_close(c);
	return n;
}

size_t captured_start(const struct capture_file *f, size_t len)
{
	char path[CAPTURE_FILE_PATH_MAX];
	int fd = file_open(f, len, path);
	size_t n = captured_from(path);

	close(fd);
	return n;
}

size_t captured_good(const struct capture_file *f)
{
	size_t n = captured_start(f, f->len);

	assert_string_equal(captured.why, "");
	return n;
}

size_t captured_bad(const struct capture_file *f, const char *what)
{
	size_t n = captured_start(f, f->len);

	if (!strstr(captured.why, what))
		fail_msg("\"%s\" is not in \"%s\"", what, captured.why);
	assert_non_null(strstr(captured.why, "/proc/self/fd/"));
	return n;
}

void captured_is(size_t i, uint64_t ns, uint32_t linktype, uint32_t interface,
		 const char *data, uint32_t len)
{
	const struct packet *p = &captured.packets[i];

	assert_int_equal(p->ts_ns, ns);
	assert_int_equal(p->linktype, linktype);
	assert_int_equal(p->interface, interface);
	assert_int_equal(p->caplen, strlen(data));
	assert_memory_equal(captured.contents[i], data, p->caplen);
	assert_int_equal(p->len, len);
}
