/* SPDX-License-Identifier: MIT */
/* test_places.c - which line of a stack is to blame, and how it is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "groups.h"
#include "places.h"

#define LIB "/usr/lib/x86_64-linux-gnu/"

#define LIBC \
	{ \
		LIB "libc.so.6", NULL, 0x10 \
	}
#define TLS \
	{ \
		LIB "libssl.so.3", NULL, 0x20 \
	}
#define PLUGIN \
	{ \
		"/srv/app/plugin.so", NULL, 0x30 \
	}
#define OTHER \
	{ \
		"/srv/app/plugin.so", NULL, 0x38 \
	}
#define APP \
	{ \
		"/srv/app/app", NULL, 0x40 \
	}
#define INSTALLED \
	{ \
		"/usr/bin/app", NULL, 0x50 \
	}
#define NOWHERE \
	{ \
		NULL, NULL, 0x60 \
	}

static void the_site_is_the_programs_own(void **state)
{
	static const struct {
		struct log_frame stack[4];
		const char *executable, *site;
	} rows[] = {
		{{TLS, PLUGIN, APP}, "/srv/app/app", "plugin.so+0x30"},
		{{TLS, APP, PLUGIN}, "/srv/app/app", "app+0x40"},
		{{LIBC, TLS, INSTALLED}, "/usr/bin/app", "app+0x50"},
		{{LIBC, TLS, LIBC}, "/usr/bin/app", "libc.so.6+0x10"},
		{{NOWHERE, APP, APP}, "/srv/app/app", "app+0x40"},
		{{NOWHERE, NOWHERE, NOWHERE}, "/srv/app/app", "0x60"},
		{{TLS, APP, APP}, NULL, "app+0x40"},
	};
	struct places *p = places_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct log_event e = {.stack = rows[i].stack,
					    .stack_len = 3,
					    .executable = rows[i].executable};
		char buf[100];
		struct rst_text t = rst_text_on(buf, sizeof(buf) - 1);
		struct place site;

		assert_true(places_site(p, &e, &site));
		place_write(&t, &site);
		buf[t.len] = '\0';
		assert_string_equal(buf, rows[i].site);
	}
	places_free(p);
}

static void what_the_languages_library_does_is_glue(void **state)
{
	static const struct {
		const char *function, *file;
		bool is_glue;
	} rows[] = {
		{"<std::os::fd::owned::OwnedFd as core::ops::drop::Drop>::drop",
		 "/rustc/5980761/library/std/src/os/fd/owned.rs", true},
		{"core::ptr::drop_in_place<app::Server>", NULL, true},
		{"<app::Server as core::ops::drop::Drop>::drop",
		 "/srv/src/server.rs", false},
		{"std::unique_ptr<Conn>::~unique_ptr()", NULL, true},
		{"_M_invoke", "/usr/include/c++/12/bits/std_function.h", true},
		{"standard_close", "/srv/src/standard.c", false},
		{NULL, NULL, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct place place = {.function = rows[i].function,
					    .file = rows[i].file};

		assert_int_equal(place_is_glue(&place), rows[i].is_glue);
	}
}

#define AS \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void a_long_name_leaves_room_for_its_line(void **state)
{
	static const struct {
		struct place place;
		size_t room;
		const char *text;
	} rows[] = {
		{{.function = "serve", .file = "/x/a.c", .line = 8},
		 40,
		 "serve a.c:8"},
		{{.function = "app::serve(int, std::vector<int> const&)",
		  .file = "/x/a.cpp",
		  .line = 8},
		 40,
		 "app::serve(...) a.cpp:8"},
		{{.function = "(anonymous namespace)::serve(int, unsigned)",
		  .file = "/x/a.cpp",
		  .line = 8},
		 45,
		 "(anonymous namespace)::serve(...) a.cpp:8"},
		{{.function = AS AS AS, .file = "/x/a.c", .line = 8},
		 30,
		 "aaaaaaaaaaaaaaaaaaaaa... a.c:8"},
		{{.function = "serve",
		  .file = "/x/a.c",
		  .line = 8,
		  .in = "SSL_free"},
		 80,
		 "serve a.c:8, in SSL_free"},
		{{.function = "se\x1brve", .module = "/x/app"},
		 80,
		 "se\\x1brve (app)"},
		{{.module = "/x/app", .offset = 255, .from = "loop"},
		 80,
		 "app+0xff, from loop"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char buf[100];
		struct rst_text t = rst_text_on(buf, rows[i].room);

		place_write(&t, &rows[i].place);
		buf[t.len] = '\0';
		assert_string_equal(buf, rows[i].text);
	}
}

/* A cut in the middle of a character would be no UTF-8 any more. */
static void a_cut_name_is_whole_characters(void **state)
{
	const struct place place = {.function =
					    "\u00e4\u00e4\u00e4\u00e4\u00e4"
					    "\u00e4\u00e4\u00e4\u00e4\u00e4"
					    "\u00e4\u00e4\u00e4\u00e4\u00e4",
				    .file = "a.c"};

	(void)state;
	for (size_t room = 24; room < 30; room++) {
		char buf[100];
		struct rst_text t = rst_text_on(buf, room);

		place_write(&t, &place);
		buf[t.len] = '\0';
		assert_int_equal((unsigned char)buf[0], 0xc3);
		assert_int_equal(strspn(buf, "\u00e4") % 2, 0);
		assert_non_null(strstr(buf, "... a.c"));
	}
}

static void make(struct groups *g, struct finding *f, size_t n,
		 struct places *p)
{
	const struct report r = {.findings = f, .finding_count = n};

	assert_int_equal(groups_make(g, &r, p), 0);
}

static void one_mistake_towards_many_hosts_is_one_group(void **state)
{
	static const struct log_frame app = APP;
	struct log_event e = {.process = "app",
			      .executable = "/srv/app/app",
			      .call = "close",
			      .stack = &app,
			      .stack_len = 1};
	struct finding f[3] = {0};
	struct places *p = places_new();
	struct groups g;

	(void)state;
	for (int i = 0; i < 3; i++) {
		f[i].event = &e;
		f[i].destination.family = 4;
		f[i].destination.ip[3] = (uint8_t)(i / 2);
	}
	make(&g, f, 3, p);
	assert_int_equal(g.count, 1);
	assert_string_equal(g.group[0].peer, "2 hosts");
	groups_free(&g);
	make(&g, f, 2, p);
	assert_string_equal(g.group[0].peer, "0.0.0.0");
	groups_free(&g);
	places_free(p);
}

static void names_that_begin_alike_are_other_groups(void **state)
{
	static const struct log_frame plugin = PLUGIN, other = OTHER;
	struct log_event e[3] = {
		{.process = "payment-gateway-settlement-worker-region-eu-1",
		 .call = "close_range",
		 .stack = &plugin,
		 .stack_len = 1},
		{.process = "payment-gateway-settlement-worker-region-us-1",
		 .call = "close_range",
		 .stack = &plugin,
		 .stack_len = 1},
		{.process = "payment-gateway-settlement-worker-region-us-1",
		 .call = "close_range",
		 .stack = &other,
		 .stack_len = 1},
	};
	struct finding f[3] = {0};
	struct places *p = places_new();
	struct groups g;

	(void)state;
	for (int i = 0; i < 3; i++)
		f[i].event = &e[i];
	make(&g, f, 3, p);
	assert_int_equal(g.count, 3);
	for (int i = 0; i < 3; i++) {
		assert_string_equal(g.group[i].call, "close_range");
		assert_int_equal(strlen(g.group[i].program),
				 strlen(e[0].process));
	}
	groups_free(&g);
	places_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_site_is_the_programs_own),
		cmocka_unit_test(what_the_languages_library_does_is_glue),
		cmocka_unit_test(a_long_name_leaves_room_for_its_line),
		cmocka_unit_test(a_cut_name_is_whole_characters),
		cmocka_unit_test(one_mistake_towards_many_hosts_is_one_group),
		cmocka_unit_test(names_that_begin_alike_are_other_groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
