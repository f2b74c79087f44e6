/* SPDX-License-Identifier: MIT */
/* test_tracepoint.c - formats of several kernels are understood alike. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tracepoint.h"

#define FIELD(decl, offset, size) \
	"\tfield:" decl ";\toffset:" offset ";\tsize:" size ";\tsigned:0;\n"

/* tcp:tcp_send_reset of Linux 6.18, shortened. */
static const char new_format[] =
	"name: tcp_send_reset\nID: 2280\nformat:\n" /* */
	FIELD("unsigned short common_type", "0", "2") FIELD(
		"int common_pid", "4",
		"4") "\n" FIELD("const void * skbaddr", "8",
				"8") FIELD("const void * skaddr", "16",
					   "8") FIELD("int state", "24",
						      "4") FIELD("enum sk_rst_reason reason",
								 "28", "4")
		FIELD("__u8 saddr[28]", "32", "28") FIELD(
			"__u8 daddr[28]", "60",
			"28") "\nprint fmt: \"skaddr=%p state=%s reason=%s\", REC->skaddr, "
			      "REC->state ? __print_symbolic(REC->state, { TCP_ESTABLISHED, "
			      "\"TCP_ESTABLISHED\" }, { TCP_CLOSE, \"TCP_CLOSE\" }) : \"UNKNOWN\", "
			      "__print_symbolic(REC->reason, { 0, \"NOT_SPECIFIED\" }, { 1, "
			      "\"NO_SOCKET\" }, { 11, \"TCP_ABORT_ON_CLOSE\" })\n";

/* The same of Linux 6.1: no reason, and addresses of another form. */
static const char old_format[] =
	"name: tcp_send_reset\nID: 1371\nformat:\n" /* */
	FIELD("const void * skbaddr", "8", "8") FIELD(
		"const void * skaddr", "16",
		"8") FIELD("int state", "24",
			   "4") FIELD("__u16 sport", "28",
				      "2") FIELD("__u16 family", "32",
						 "2") FIELD("__u8 saddr[4]",
							    "34", "4")
		FIELD("__u8 saddr_v6[16]", "42",
		      "16") "\nprint fmt: \"state=%s\", __print_symbolic(REC->state, { 1, "
			    "\"TCP_ESTABLISHED\" })\n";

static struct tracepoint load(const char *format)
{
	struct tracepoint tp;

	assert_int_equal(tracepoint_parse(&tp, strdup(format)), 0);
	return tp;
}

static void assert_field(const struct tracepoint *tp, const char *name,
			 unsigned offset, unsigned size)
{
	struct trace_field f = tracepoint_field(tp, name);

	assert_int_equal(f.offset, offset);
	assert_int_equal(f.size, size);
}

static void fields_stand_where_the_format_says(void **state)
{
	struct tracepoint tp = load(new_format);

	(void)state;
	assert_int_equal(tp.id, 2280);
	assert_field(&tp, "common_type", 0, 2);
	assert_field(&tp, "skbaddr", 8, 8);
	assert_field(&tp, "reason", 28, 4);
	assert_field(&tp, "saddr", 32, 28);
	assert_field(&tp, "daddr", 60, 28);
	assert_int_equal(tracepoint_size(&tp), 88);
	tracepoint_free(&tp);
}

static void a_field_that_does_not_exist_has_no_size(void **state)
{
	struct tracepoint tp = load(old_format);

	(void)state;
	assert_int_equal(tp.id, 1371);
	assert_field(&tp, "reason", 0, 0);
	assert_field(&tp, "addr", 0, 0); /* the end of a name is no name */
	assert_field(&tp, "saddr", 34, 4);
	assert_field(&tp, "saddr_v6", 42, 16);
	tracepoint_free(&tp);
}

static void values_get_the_kernels_own_names(void **state)
{
	struct tracepoint tp = load(new_format);
	char name[32];

	(void)state;
	assert_true(tracepoint_symbol(&tp, "reason", 11, name, sizeof(name)));
	assert_string_equal(name, "TCP_ABORT_ON_CLOSE");
	assert_true(tracepoint_symbol(&tp, "reason", 0, name, sizeof(name)));
	assert_string_equal(name, "NOT_SPECIFIED");
	tracepoint_free(&tp);
}

static void a_value_without_a_name_is_told(void **state)
{
	struct tracepoint tp = load(new_format);
	char name[32];

	(void)state;
	assert_false(tracepoint_symbol(&tp, "reason", 99, name, sizeof(name)));
	assert_string_equal(name, "");
	/* Enum names that the kernel has not resolved to numbers. */
	assert_false(tracepoint_symbol(&tp, "state", 0, name, sizeof(name)));
	/* A table that is not there, and a name that does not fit. */
	assert_false(tracepoint_symbol(&tp, "family", 2, name, sizeof(name)));
	assert_false(tracepoint_symbol(&tp, "reason", 11, name, 8));
	tracepoint_free(&tp);
}

static void a_format_without_an_id_is_refused(void **state)
{
	struct tracepoint tp;

	(void)state;
	assert_int_equal(tracepoint_parse(&tp, strdup("name: x\n")), -1);
	assert_null(tp.format);
}

static void numbers_are_read_in_every_size(void **state)
{
	const uint8_t record[] = {1, 2, 3, 4, 5, 6, 7, 8};

	(void)state;
	assert_int_equal(trace_number(record, 8, (struct trace_field){0, 1}),
			 1);
	assert_int_equal(trace_number(record, 8, (struct trace_field){1, 2}),
			 0x0302);
	assert_int_equal(trace_number(record, 8, (struct trace_field){2, 4}),
			 0x06050403);
	assert_int_equal(trace_number(record, 8, (struct trace_field){0, 8}),
			 0x0807060504030201);
	assert_int_equal(trace_number(record, 8, (struct trace_field){4, 8}),
			 0);
	assert_int_equal(trace_number(record, 8, (struct trace_field){0, 3}),
			 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_stand_where_the_format_says),
		cmocka_unit_test(a_field_that_does_not_exist_has_no_size),
		cmocka_unit_test(values_get_the_kernels_own_names),
		cmocka_unit_test(a_value_without_a_name_is_told),
		cmocka_unit_test(a_format_without_an_id_is_refused),
		cmocka_unit_test(numbers_are_read_in_every_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
