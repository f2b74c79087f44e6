/* SPDX-License-Identifier: MIT */
/* test_trace_program.c - the BPF program is whole, whatever the record is. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "trace_program.h"

static struct tracepoint tp;
static struct trace_program program;

/* A tracepoint whose record has one field of so many bytes. */
static struct trace_event event_of(unsigned bytes)
{
	char format[256];

	snprintf(format, sizeof(format),
		 "ID: 1\n\tfield:int state;\toffset:8;\tsize:4;\tsigned:1;\n"
		 "\tfield:__u8 rest[1];\toffset:12;\tsize:%u;\tsigned:0;\n",
		 bytes);
	assert_int_equal(tracepoint_parse(&tp, strdup(format)), 0);
	return (struct trace_event){.tp = &tp};
}

static int done(void **state)
{
	(void)state;
	tracepoint_free(&tp);
	return 0;
}

static int write_it(const struct trace_event *event)
{
	return trace_program_write(&program, event, 0, 3, 4, 1024);
}

static bool is_jump(const struct bpf_insn *i)
{
	int what = BPF_OP(i->code);

	return BPF_CLASS(i->code) == BPF_JMP && what != BPF_CALL &&
	       what != BPF_EXIT;
}

static void every_jump_lands_inside(void **state)
{
	struct trace_event event = event_of(76);
	size_t jumps = 0;

	(void)state;
	event.only[0].field = "state";
	event.only[0].value = 7;
	assert_int_equal(write_it(&event), 0);
	for (uint32_t i = 0; i < program.len; i++) {
		if (!is_jump(&program.code[i]))
			continue;
		jumps++;
		assert_in_range(i + 1 + (uint32_t)program.code[i].off, i + 2,
				program.len - 1);
	}
	assert_int_equal(jumps, 4); /* fits, room, counter, early */
}

static void every_way_out_leaves_the_record_to_others(void **state)
{
	struct trace_event event = event_of(76);
	size_t ways = 0;

	(void)state;
	assert_int_equal(write_it(&event), 0);
	for (uint32_t i = 1; i < program.len; i++) {
		const struct bpf_insn *before = &program.code[i - 1];

		if (program.code[i].code != (BPF_JMP | BPF_EXIT))
			continue;
		ways++;
		assert_int_equal(before->code, BPF_ALU64 | BPF_MOV | BPF_K);
		assert_int_equal(before->dst_reg, BPF_REG_0);
		assert_int_equal(before->imm, 1);
	}
	assert_int_equal(ways, 2);
	assert_int_equal(program.code[program.len - 1].code,
			 BPF_JMP | BPF_EXIT);
}

static void a_record_of_any_length_is_copied_to_its_end(void **state)
{
	(void)state;
	for (unsigned bytes = 1; bytes <= 9; bytes++) {
		struct trace_event event = event_of(bytes);
		unsigned end = 0;

		assert_int_equal(write_it(&event), 0);
		for (uint32_t i = 0; i < program.len; i++) {
			const struct bpf_insn *in = &program.code[i];
			static const unsigned sizes[] = {4, 2, 1, 8};

			if (BPF_CLASS(in->code) == BPF_LDX &&
			    in->src_reg == BPF_REG_6)
				end = (unsigned)in->off +
				      sizes[BPF_SIZE(in->code) >> 3];
		}
		assert_int_equal(end, 12 + bytes);
		tracepoint_free(&tp);
	}
}

static void a_stack_is_taken_only_where_it_is_wanted(void **state)
{
	struct trace_event event = event_of(76);

	(void)state;
	for (int wanted = 0; wanted <= 1; wanted++) {
		size_t taken = 0, at = sizeof(struct trace_sample);

		event.wants_stack = wanted;
		if (wanted)
			at += TRACE_STACK_MAX * sizeof(uint64_t);
		assert_int_equal(trace_program_record_at(&event), at);
		assert_int_equal(write_it(&event), 0);
		for (uint32_t i = 0; i < program.len; i++)
			taken += program.code[i].code == (BPF_JMP | BPF_CALL) &&
				 program.code[i].imm == BPF_FUNC_get_stack;
		assert_int_equal(taken, wanted);
	}
}

static void a_record_that_is_too_long_is_refused(void **state)
{
	struct trace_event event = event_of(2000);

	(void)state;
	assert_int_equal(write_it(&event), -1);
	assert_int_equal(errno, E2BIG);
}

static void a_condition_on_no_field_is_refused(void **state)
{
	struct trace_event event = event_of(8);

	(void)state;
	event.only[0].field = "newstate";
	assert_int_equal(write_it(&event), -1);
	assert_int_equal(errno, EINVAL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, done)
	const struct CMUnitTest tests[] = {
		TEST(every_jump_lands_inside),
		TEST(every_way_out_leaves_the_record_to_others),
		TEST(a_record_of_any_length_is_copied_to_its_end),
		TEST(a_stack_is_taken_only_where_it_is_wanted),
		TEST(a_record_that_is_too_long_is_refused),
		TEST(a_condition_on_no_field_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
