/* SPDX-License-Identifier: MIT */
/* report_page.c - a terminal's page: columns, wrapping, colours. */
#include <string.h>

#include "report_page.h"

static bool begin(const struct page *p, enum page_style style)
{
	static const char *const codes[] = {
		[PAGE_PLAIN] = "",     [PAGE_BOLD] = "1", [PAGE_DIM] = "2",
		[PAGE_RESET] = "1;31", [PAGE_LOG] = "33", [PAGE_GOOD] = "32",
	};

	if (style == PAGE_PLAIN || !p->options->has_color)
		return false;
	fprintf(p->out, "\033[%sm", codes[style]);
	return true;
}

void page_fill(const struct page *p, enum page_style style, const char *s,
	       unsigned n)
{
	bool has_begun = n && *s && begin(p, style);

	while (n--)
		fputs(s, p->out);
	if (has_begun)
		fputs("\033[m", p->out);
}

void page_put(const struct page *p, enum page_style style, const char *s)
{
	page_fill(p, style, s, 1);
}

void page_space(const struct page *p, unsigned n)
{
	page_fill(p, PAGE_PLAIN, " ", n);
}

unsigned page_columns(const char *s, size_t len)
{
	unsigned n = 0;

	for (size_t i = 0; i < len; i++)
		n += (s[i] & 0xc0) != 0x80;
	return n;
}

/* Words from column left on, where the cursor already is. */
static void put_words(const struct page *p, unsigned left,
		      const struct rst_text *t)
{
	unsigned at = left;
	const char *s = t->buf, *end = t->buf + t->len;

	while (s < end) {
		const char *space = memchr(s, ' ', (size_t)(end - s));
		size_t len = (size_t)((space ? space : end) - s);
		unsigned columns = page_columns(s, len);

		if (at > left && at + 1 + columns > p->options->width) {
			fputc('\n', p->out);
			page_space(p, left);
			at = left;
		} else if (at > left) {
			fputc(' ', p->out);
			at++;
		}
		fwrite(s, 1, len, p->out);
		at += columns;
		s += len + (space != NULL);
	}
	fputc('\n', p->out);
}

void page_paragraph(const struct page *p, unsigned indent, const char *label,
		    const struct rst_text *t)
{
	page_space(p, indent);
	page_put(p, PAGE_DIM, label);
	put_words(p, indent + page_columns(label, strlen(label)), t);
}

void page_item(const struct page *p, unsigned left, const struct rst_text *t)
{
	page_put(p, PAGE_DIM, p->options->has_utf8 ? "\u00b7 " : "- ");
	put_words(p, left + 2, t);
}

void page_count(struct rst_text *t, uint64_t n, const char *one,
		const char *many)
{
	rst_text_u64(t, n);
	rst_text_char(t, ' ');
	rst_text_str(t, n == 1 ? one : many);
}
