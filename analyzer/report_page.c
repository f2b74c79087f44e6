/* SPDX-License-Identifier: MIT */
/* report_page.c - a terminal's page: columns, wrapping, colours. */
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

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

/* The character that s begins with: its bytes, and its columns by the locale.
 */
static size_t character(const char *s, size_t len, unsigned *columns)
{
	mbstate_t state = {0};
	wchar_t c;
	size_t n = 1;
	int width = 1;

	if ((unsigned char)*s >= 0x80) {
		n = mbrtowc(&c, s, len, &state);
		if (n > 0 && n <= len)
			width = wcwidth(c);
		else /* not of this locale: then a sign for each lead byte */
			for (n = 1; n < len && (s[n] & 0xc0) == 0x80;)
				n++;
	}
	*columns = width > 0 ? (unsigned)width : 0;
	return n;
}

unsigned page_columns(const char *s, size_t len)
{
	unsigned n = 0, columns;

	for (size_t i = 0; i < len; n += columns)
		i += character(s + i, len - i, &columns);
	return n;
}

/* How many bytes of s take at most so many columns. */
static size_t bytes_of(const char *s, size_t len, unsigned room)
{
	size_t n = 0;
	unsigned columns;

	while (n < len) {
		size_t more = character(s + n, len - n, &columns);

		if (columns > room)
			break;
		room -= columns;
		n += more;
	}
	return n;
}

void page_fit(const struct page *p, enum page_style style, const char *s,
	      unsigned columns)
{
	const char *dots = p->options->has_utf8 ? "\u2026" : "...";
	unsigned wide = page_columns(s, strlen(s));
	unsigned dots_wide = page_columns(dots, strlen(dots));
	char buf[512];
	size_t n;

	if (wide <= columns) {
		page_put(p, style, s);
		page_space(p, columns - wide);
		return;
	}
	n = bytes_of(s, strlen(s),
		     columns > dots_wide ? columns - dots_wide : 0);
	snprintf(buf, sizeof(buf), "%.*s%s", (int)n, s, dots);
	page_put(p, style, buf);
	/* Half of a wide character is not shown. */
	wide = page_columns(buf, strlen(buf));
	page_space(p, columns > wide ? columns - wide : 0);
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

		/* What is longer than a line, a path or a name, is broken. */
		if (left + columns > p->options->width) {
			unsigned room = p->options->width - left;

			len = bytes_of(s, len, room);
			columns = page_columns(s, len);
			space = NULL;
		}
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

/* What a writer makes of a page of that width; NULL where memory is short. */
static char *written(const struct page *p, unsigned width, page_writer *write,
		     const void *arg)
{
	struct report_options options = *p->options;
	struct page part = {.options = &options};
	char *text = NULL;
	size_t len;

	options.width = width;
	part.out = open_memstream(&text, &len);
	if (!part.out)
		return NULL;
	write(&part, arg);
	if (fclose(part.out) == 0)
		return text;
	free(text);
	return NULL;
}

/* Writes the line of *s without its end and goes on to the next: its columns,
 * colours not counted. */
static unsigned put_line(const struct page *p, const char **s)
{
	size_t len = strcspn(*s, "\n");
	unsigned columns = page_columns(*s, len);

	for (const char *c = *s; c < *s + len; c++)
		if (*c == '\033')
			columns -= (unsigned)strcspn(c, "m") + 1;
	fwrite(*s, 1, len, p->out);
	*s += len + ((*s)[len] == '\n');
	return columns;
}

enum { GAP = 3 };

void page_beside(const struct page *p, unsigned left, page_writer *first,
		 page_writer *second, const void *arg)
{
	unsigned right = p->options->width - left - GAP;
	char *text[2] = {written(p, left, first, arg),
			 written(p, right, second, arg)};
	const char *a = text[0], *b = text[1];

	if (!a || !b) {
		first(p, arg);
		second(p, arg);
	}
	while (a && b && (*a || *b)) {
		unsigned columns = put_line(p, &a);

		if (*b)
			page_space(p, left + GAP - columns);
		put_line(p, &b);
		fputc('\n', p->out);
	}
	free(text[0]);
	free(text[1]);
}

void page_count(struct rst_text *t, uint64_t n, const char *one,
		const char *many)
{
	rst_text_u64(t, n);
	rst_text_char(t, ' ');
	rst_text_str(t, n == 1 ? one : many);
}
