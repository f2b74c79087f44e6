/* SPDX-License-Identifier: MIT */
/* report.c - the table of forms in which an analysis can be told. */
#include <string.h>

#include "html.h"
#include "prometheus.h"
#include "report.h"

int report_html(const struct report *r, const struct report_options *o,
		FILE *out)
{
	return html_write(out, r, o->places, o->tells_all);
}

int report_prometheus(const struct report *r, const struct report_options *o,
		      FILE *out)
{
	(void)o;
	return prometheus_write(out, r);
}

static const struct reporter reporters[] = {
	{"text", report_text},
	{"json", report_json},
	{"html", report_html},
	{"prometheus", report_prometheus},
};

enum { REPORTERS = sizeof(reporters) / sizeof(reporters[0]) };

const struct reporter *reporter_find(const char *name)
{
	for (size_t i = 0; i < REPORTERS; i++)
		if (!strcmp(reporters[i].name, name))
			return &reporters[i];
	return NULL;
}

void reporter_names(char *buf, size_t size)
{
	size_t len = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < REPORTERS && len < size; i++)
		len += (size_t)snprintf(buf + len, size - len, "%s%s",
					i ? "|" : "", reporters[i].name);
}
