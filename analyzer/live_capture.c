/* SPDX-License-Identifier: MIT */
/* live_capture.c - captures the headers of TCP while a program runs. */
#include "live_capture.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "path_resolve.h"

/* How long the kernel may collect packets before it hands them over, and how
 * many it can keep for us meanwhile. */
enum { TIMEOUT_MS = 50, BUFFER = 8 << 20 };

struct live_capture {
	pcap_t *pcap;
	pcap_dumper_t *out;
	char dir[PATH_MAX - 16];
	uint64_t packets;   /* in the file that is written now */
	uint64_t before;    /* in the one before it */
	uint64_t forgotten; /* in those that are gone */
	int error;	    /* errno of the first packet not written, or 0 */
};

enum { NOW, BEFORE };

static void file_name(const struct live_capture *c, int which,
		      char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/packets.%d", c->dir, which);
}

static bool is_ok(int status)
{
	return status >= 0;
}

/* Warnings are no errors: an old kernel has no SLL2, no nanoseconds. */
static bool configure(pcap_t *p)
{
	struct bpf_program filter;
	bool ok;

	pcap_set_snaplen(p, LIVE_CAPTURE_SNAPLEN);
	pcap_set_promisc(p, 0);
	pcap_set_timeout(p, TIMEOUT_MS);
	pcap_set_buffer_size(p, BUFFER);
	pcap_set_tstamp_precision(p, PCAP_TSTAMP_PRECISION_NANO);
	if (!is_ok(pcap_activate(p)))
		return false;
	pcap_set_datalink(p, DLT_LINUX_SLL2);
	if (!is_ok(pcap_compile(p, &filter, LIVE_CAPTURE_FILTER, 1,
				PCAP_NETMASK_UNKNOWN)))
		return false;
	ok = is_ok(pcap_setfilter(p, &filter));
	pcap_freecode(&filter);
	return ok && is_ok(pcap_setnonblock(p, 1, (char[PCAP_ERRBUF_SIZE]){0}));
}

static bool file_begin(struct live_capture *c)
{
	char path[PATH_MAX];

	file_name(c, NOW, path);
	c->out = pcap_dump_open(c->pcap, path);
	c->packets = 0;
	return c->out != NULL;
}

struct live_capture *live_capture_open(const char *dir, char *why, size_t size)
{
	struct live_capture *c = calloc(1, sizeof(*c));
	char error[PCAP_ERRBUF_SIZE] = "out of memory";

	if (c) {
		snprintf(c->dir, sizeof(c->dir), "%s", dir);
		c->pcap = pcap_create(LIVE_CAPTURE_DEVICE, error);
	}
	if (c && c->pcap && configure(c->pcap) && file_begin(c))
		return c;
	snprintf(why, size, "%s", c && c->pcap ? pcap_geterr(c->pcap) : error);
	if (c && c->pcap)
		pcap_close(c->pcap);
	free(c);
	return NULL;
}

int live_capture_fd(const struct live_capture *c)
{
	return pcap_get_selectable_fd(c->pcap);
}

static void take_one(u_char *arg, const struct pcap_pkthdr *h,
		     const u_char *bytes)
{
	struct live_capture *c = (struct live_capture *)arg;

	if (!c->out)
		return;
	c->packets++;
	pcap_dump((u_char *)c->out, h, bytes);
	if (!c->error && ferror(pcap_dump_file(c->out)))
		c->error = errno;
}

static void take_turns(struct live_capture *c)
{
	char now[PATH_MAX], before[PATH_MAX];

	pcap_dump_close(c->out);
	file_name(c, NOW, now);
	file_name(c, BEFORE, before);
	rename(now, before);
	c->forgotten += c->before;
	c->before = c->packets;
	file_begin(c);
}

void live_capture_take(struct live_capture *c)
{
	pcap_dispatch(c->pcap, -1, take_one, (u_char *)c);
	if (c->out && pcap_dump_ftell(c->out) > LIVE_CAPTURE_KEPT)
		take_turns(c);
}

/* Behind its header of 24 bytes, a capture is a sequence of packets. */
static int append(const char *from, const char *to)
{
	const off_t header = 24;
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CLOEXEC);
	char buf[1 << 16];
	ssize_t n = -1;

	if (in >= 0 && out >= 0 && lseek(in, header, SEEK_SET) == header &&
	    lseek(out, 0, SEEK_END) > 0)
		while ((n = read(in, buf, sizeof(buf))) > 0)
			if (write(out, buf, (size_t)n) != n) {
				n = -1;
				break;
			}
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return n == 0 ? 0 : -EIO;
}

static int copy(const char *from, const char *to)
{
	char buf[1 << 16];
	size_t n;
	FILE *in, *out;
	int r = 0;

	in = fopen(from, "re");
	out = fopen(to, "we");
	while (in && out && (n = fread(buf, 1, sizeof(buf), in)) > 0)
		fwrite(buf, 1, n, out);
	if (!in || !out || ferror(in) || ferror(out))
		r = -errno;
	if (in)
		fclose(in);
	if (out && fclose(out) != 0)
		r = -errno;
	unlink(from);
	return r;
}

/*
 * To another file system only the bytes can be moved. A link stays one, and who
 * may not read the old file may not read the new one.
 */
static int move(const char *from, const char *to)
{
	char real[PATH_MAX];
	struct stat st;
	int r = path_resolve(to, real);

	if (r)
		return r;
	if (stat(real, &st) == 0) {
		if (!S_ISREG(st.st_mode))
			return -EINVAL;
		chmod(from, st.st_mode & 0777);
	}
	if (rename(from, real) == 0)
		return 0;
	return errno == EXDEV ? copy(from, real) : -errno;
}

int live_capture_finish(struct live_capture *c, const char *path,
			uint64_t *dropped, uint64_t *forgotten)
{
	char now[PATH_MAX], before[PATH_MAX];
	struct pcap_stat stat = {0};
	int r = 0, moved;

	live_capture_take(c);
	pcap_stats(c->pcap, &stat);
	*dropped = stat.ps_drop;
	*forgotten = c->forgotten;
	if (!c->out)
		r = -EIO;
	else if (pcap_dump_flush(c->out) != 0)
		r = -errno;
	if (c->error)
		r = -c->error;
	if (c->out)
		pcap_dump_close(c->out);
	file_name(c, NOW, now);
	file_name(c, BEFORE, before);
	if (c->before > 0) {
		moved = append(now, before);
		r = r ? r : moved;
		unlink(now);
	}
	moved = move(c->before > 0 ? before : now, path);
	pcap_close(c->pcap);
	free(c);
	return r ? r : moved;
}
