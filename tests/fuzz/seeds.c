/* SPDX-License-Identifier: MIT */
/* seeds.c - writes what the fuzzing of each target begins with. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "capture_file.h"
#include "packets.h"
#include "rstwatch/record.h"
#include "talk.h"

/* usage: seeds DIRECTORY; a directory for each target appears in it. */
static const char *base;

static FILE *seed(const char *target, const char *name)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", base, target);
	if (mkdir(path, 0777) && errno != EEXIST)
		perror(path);
	snprintf(path, sizeof(path), "%s/%s/%s", base, target, name);
	f = fopen(path, "we");
	if (f)
		return f;
	perror(path);
	exit(1);
}

static void whole(const char *target, const char *name, const void *bytes,
		  size_t len)
{
	FILE *f = seed(target, name);

	fwrite(bytes, len, 1, f);
	fclose(f);
}

static void keep(const char *name, struct capture_file *f)
{
	whole("capture", name, f->bytes, f->len);
	*f = (struct capture_file){0};
}

static void captures(void)
{
	static const uint32_t magics[] = {MICRO, NANO, KUZNETZOV};
	static struct capture_file f, packed;
	char name[16];

	for (unsigned i = 0; i < 6; i++) {
		f.is_swapped = i & 1;
		file_pcap_header(&f, magics[i / 2], SNAPLEN, RAW);
		file_pcap_packet(&f, NOON, 1, "one", 3, 3);
		snprintf(name, sizeof(name), "pcap-%u", i);
		keep(name, &f);
	}
	file_savefile(&f);
	file_gzip(&packed, &f);
	keep("pcap.gz", &packed);
	keep("pcap", &f);
	f.is_swapped = 1;
	file_mixed_section(&f);
	f.is_swapped = 0;
	file_mixed_section(&f);
	file_zstd(&packed, &f);
	keep("pcapng.zst", &packed);
	keep("pcapng", &f);
	file_section(&f);
	file_block_begin(&f, 1);
	file_u32(&f, RAW);
	file_u32(&f, SNAPLEN);
	file_option(&f, 9, "\x09", 1); /* if_tsresol: ns */
	file_option(&f, 14, "\1\0\0\0\0\0\0\0", 8);
	file_option(&f, 0, "", 0);
	file_block_end(&f);
	file_block_begin(&f, 3); /* a simple packet block */
	file_u32(&f, 6);
	file_bytes(&f, "simple", 6);
	file_block_end(&f);
	keep("pcapng-options", &f);
}

static void packet(const char *name, uint8_t linktype, struct bytes *b)
{
	FILE *f = seed("decode", name);

	fputc(linktype, f);
	fputc(0, f);
	fwrite(bytes_at(b), bytes_len(b), 1, f);
	fclose(f);
}

static void layers(const struct segment *s, struct bytes *b)
{
	bytes_begin(b);
	bytes_tcp(b, s);
	bytes_ip(b, s, 6);
}

static void in_udp(struct bytes *b, const struct segment *s, uint16_t port)
{
	uint8_t *p = bytes_prepend(b, 8);

	p[2] = (uint8_t)(port >> 8);
	p[3] = (uint8_t)port;
	bytes_ip(b, s, 17);
}

static void tunnels(const struct segment *s, struct bytes *b)
{
	layers(s, b);
	bytes_ethernet(b, 0x0800);
	bytes_prepend(b, 8)[0] = 8;
	in_udp(b, s, 4789);
	packet("vxlan", 101, b);
	layers(s, b);
	bytes_ethernet(b, 0x0800);
	memcpy(bytes_prepend(b, 12), "\x01\x00\x65\x58", 4);
	in_udp(b, s, 6081);
	packet("geneve", 101, b);
	layers(s, b);
	memcpy(bytes_prepend(b, 16), "\xb0\0\x08\0", 4);
	bytes_ip(b, s, 47);
	packet("gre", 101, b);
	layers(s, b);
	bytes_ip(b, s, 4);
	packet("ipip", 101, b);
}

static void packets(void)
{
	struct talk t = talk_new();
	struct segment s = talk_say(&t, CLIENT, SEG_SYN, 0);
	struct bytes b;

	layers(&s, &b);
	packet("raw", 101, &b);
	bytes_vlan(&b, 0x88a8, 0x0800);
	packet("vlan", 1, &b);
	layers(&s, &b);
	memcpy(bytes_prepend(&b, 4), "\2\0\0\0", 4);
	packet("null", 0, &b);
	layers(&s, &b);
	memcpy(bytes_prepend(&b, 16) + 14, "\x08\x00", 2);
	packet("sll", 113, &b);
	layers(&s, &b);
	memcpy(bytes_prepend(&b, 20), "\x08\x00", 2);
	packet("sll2", 20, &b);
	layers(&s, &b);
	memcpy(bytes_prepend(&b, 4), "\xff\x03\x00\x21", 4);
	packet("ppp", 9, &b);
	tunnels(&s, &b);
	s.src = address("fd00::1", 40000);
	s.dst = address("fd00::2", 80);
	s.flags = SEG_RST;
	s.options |= SEG_HAS_MP_TCPRST;
	bytes_begin(&b);
	bytes_tcp(&b, &s);
	memcpy(bytes_prepend(&b, 8), "\x06\0\0\0\0\0\0\x01", 8);
	memcpy(bytes_prepend(&b, 16), "\x2c\x01", 2);
	bytes_ip(&b, &s, 0);
	packet("ipv6", 101, &b);
}

/* A record of the client's about the conversation t. */
static struct rst_event event_of(const struct talk *t)
{
	static const struct rst_frame frames[] = {
		{"/usr/bin/client", 4660, {0xab, 1, 255}, 3},
		{"/usr/lib/libc.so.6", 99, {0}, 0},
	};

	return (struct rst_event){
		.action = RST_RESET_PREDICTED,
		.level = RST_WARN,
		.realtime_ns = t->now_ns,
		.seq = 2,
		.host = "box",
		.pid = 42,
		.tid = 42,
		.process_name = "client",
		.executable = "/usr/bin/client",
		.cause = RST_CAUSE_UNREAD_DATA,
		.certainty = RST_CERTAIN,
		.sender = RST_SENDER_SELF,
		.call = "close",
		.fd = 5,
		.facts = {.have = ~0u,
			  .state = RST_ESTABLISHED,
			  .unread = 11,
			  .linger = RST_LINGER_OFF,
			  .bytes_sent = t->next[CLIENT] - 1001,
			  .bytes_received = t->next[SERVER] - 5001,
			  .local = t->end[CLIENT],
			  .peer = t->end[SERVER]},
		.stack = frames,
		.stack_len = 2,
		.opened_at = &frames[0],
		.opened_by = "connect",
		.unread_kind = "TLS close_notify",
	};
}

static void record(FILE *f, const struct rst_event *e)
{
	char buf[RST_RECORD_STACK_BUF];
	struct rst_text text = rst_text_on(buf, sizeof(buf));

	rst_record_json(&text, e);
	fwrite(buf, text.len, 1, f);
}

static void logs(void)
{
	struct talk t = talk_new();
	struct rst_event e = event_of(&t);
	FILE *f = seed("log", "one");

	record(f, &e);
	fclose(f);
	f = seed("log", "mixed");
	e.action = RST_PROCESS_STARTED;
	record(f, &e);
	fputs("not a record\n{\"event.action\":\"other\"}\n", f);
	e.action = RST_RESET_RECEIVED;
	e.error = ECONNRESET;
	e.last = (struct rst_last){"write", -1, 1234567, true};
	e.facts.local.port = 0;
	record(f, &e);
	fputs("{\"event.action\":\"reset-predicted\",", f);
	fclose(f);
}

enum story { STORY_ABORT, STORY_REFUSED, STORY_LATE, STORY_COUNT };

static void greet(struct talk *t, FILE *f)
{
	struct segment s[4] = {
		talk_say(t, CLIENT, SEG_SYN, 0),
		talk_say(t, SERVER, SEG_SYN | SEG_ACK, 0),
		talk_say(t, CLIENT, SEG_ACK, 0),
		talk_say(t, SERVER, SEG_PSH | SEG_ACK, 11),
	};

	for (int i = 0; i < 4; i++)
		pcap_add(f, &s[i]);
}

static void tell(enum story story, struct talk *t, FILE *f)
{
	struct segment s, answer;

	if (story == STORY_REFUSED) {
		s = talk_say(t, CLIENT, SEG_SYN, 0);
	} else {
		greet(t, f);
		s = talk_say(t, CLIENT, SEG_PSH | SEG_ACK, 5);
	}
	if (story == STORY_LATE) {
		answer = talk_say(t, SERVER, SEG_FIN | SEG_ACK, 0);
		pcap_add(f, &answer);
		talk_wait(t, 60);
		s = talk_say(t, CLIENT, SEG_PSH | SEG_ACK, 5);
	}
	pcap_add(f, &s);
	answer = story == STORY_ABORT ? talk_abort(t, CLIENT)
				      : talk_deny(t, SERVER, &s);
	pcap_add(f, &answer);
}

/* A log and its capture, with what fuzz_analysis.c splits at between them. */
static void analyses(void)
{
	static const char *const names[] = {"abort", "refused", "late"};
	static const struct {
		enum rst_cause cause;
		enum rst_sender sender;
	} foretold[] = {{RST_CAUSE_UNREAD_DATA, RST_SENDER_SELF},
			{RST_CAUSE_REFUSED, RST_SENDER_PEER},
			{RST_CAUSE_DATA_AFTER_CLOSE, RST_SENDER_PEER}};

	for (int i = 0; i < STORY_COUNT; i++) {
		struct talk t = talk_new(), before = t;
		struct rst_event e;
		FILE *f = seed("analysis", names[i]);
		char *capture;
		size_t len;
		FILE *c = open_memstream(&capture, &len);

		if (!c)
			abort();
		pcap_begin(c);
		tell((enum story)i, &t, c);
		fclose(c);
		e = event_of(&t);
		e.cause = foretold[i].cause;
		e.sender = foretold[i].sender;
		e.realtime_ns = (i == STORY_REFUSED ? before : t).now_ns;
		record(f, &e);
		fputs("\n--8<--\n", f);
		fwrite(capture, len, 1, f);
		fclose(f);
		free(capture);
	}
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fputs("usage: seeds DIRECTORY\n", stderr);
		return 2;
	}
	base = argv[1];
	captures();
	packets();
	logs();
	analyses();
	return 0;
}
