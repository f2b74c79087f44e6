/* SPDX-License-Identifier: MIT */
/* html_parts.c - text that is safe inside a page. */
#include "html_parts.h"

#include <string.h>

#include "evidence.h"

static const char *entity(char c)
{
	switch (c) {
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '&': return "&amp;";
	case '"': return "&quot;";
	case '\'': return "&#39;";
	default: return NULL;
	}
}

/* First what could act on a reader (control and bidi), then the markup. */
void html_bytes(FILE *out, const char *s, size_t len)
{
	while (len > 0) {
		char buf[1024];
		struct rst_text t = rst_text_on(buf, sizeof(buf));
		size_t n = len < 200 ? len : 200;

		/* Not through the middle of a character. */
		while (n < len && n > 190 && (s[n] & 0xc0) == 0x80)
			n--;
		rst_text_plain(&t, s, n, n);
		for (size_t i = 0; i < t.len; i++)
			if (entity(buf[i]))
				fputs(entity(buf[i]), out);
			else
				putc(buf[i], out);
		s += n;
		len -= n;
	}
}

void html_text(FILE *out, const char *s)
{
	if (s)
		html_bytes(out, s, strlen(s));
}

void html_endpoint(FILE *out, const struct rst_addr *a)
{
	char buf[80];
	struct rst_text t = rst_text_on(buf, sizeof(buf));

	rst_text_endpoint(&t, a);
	html_bytes(out, buf, t.len);
}

void html_time(const struct page *page, uint64_t ts_ns)
{
	FILE *out = page->out;
	char buf[40];
	struct rst_text t = rst_text_on(buf, sizeof(buf));

	rst_text_time(&t, ts_ns);
	fprintf(out, "<time datetime=\"%.*s\">", (int)t.len, buf);
	if (page->has_days)
		fprintf(out, "%.10s ", buf);
	fprintf(out, "%.8s.%.6s</time>", buf + 11, buf + 20);
}

void html_cause(FILE *out, enum rst_cause cause)
{
	const char *slug = rst_cause_slug(cause);

	fprintf(out, "<span class=\"swatch c-%s\"></span>%s", slug, slug);
}

void html_group_name(FILE *out, const struct group *g)
{
	html_text(out, *g->program ? g->program : g->peer);
	if (*g->call) {
		fputc(' ', out);
		html_text(out, g->call);
		fputs("()", out);
	}
	if (*g->site) {
		fputs(" in ", out);
		html_text(out, g->site);
	}
}

void html_loss(FILE *out, const char *before, const struct log_event *e)
{
	char buf[600];
	struct rst_text t = rst_text_on(buf, sizeof(buf));

	if (!e || !evidence_write_facts(&t, e))
		return;
	fputs(before, out);
	html_bytes(out, buf, t.len);
}
