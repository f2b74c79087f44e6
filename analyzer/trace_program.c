/* SPDX-License-Identifier: MIT */
/* trace_program.c - writes the BPF program that copies a record. */
#include "trace_program.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* The registers that a helper's call leaves alone, and what they hold. */
enum { CONTEXT = BPF_REG_6, SAMPLE = BPF_REG_7 };

/* Below the frame pointer. */
enum { NAMES_AT = -8, KEY_AT = -16 };

/* The first eight bytes of a record are not a program's to read. */
enum { COMMON_FIELDS = 8 };

static struct bpf_insn *emit(struct trace_program *p, uint8_t code, int to,
			     int from, int offset, int32_t number)
{
	static struct bpf_insn overflow;

	/* p->len goes on: trace_program_write() looks at it in the end. */
	struct bpf_insn *i = p->len < TRACE_PROGRAM_MAX ? &p->code[p->len]
							: &overflow;

	p->len++;
	*i = (struct bpf_insn){.code = code,
			       .dst_reg = (uint8_t)to & 15,
			       .src_reg = (uint8_t)from & 15,
			       .off = (int16_t)offset,
			       .imm = number};
	return i;
}

static void move(struct trace_program *p, int to, int from)
{
	emit(p, BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0);
}

static void set(struct trace_program *p, int to, int32_t number)
{
	emit(p, BPF_ALU64 | BPF_MOV | BPF_K, to, 0, 0, number);
}

static void add(struct trace_program *p, int to, int32_t number)
{
	emit(p, BPF_ALU64 + BPF_ADD + BPF_K, to, 0, 0, number);
}

static void load(struct trace_program *p, int size, int to, int from,
		 int offset)
{
	emit(p, (uint8_t)(BPF_LDX | BPF_MEM | size), to, from, offset, 0);
}

static void store(struct trace_program *p, int size, int to, int offset,
		  int from)
{
	emit(p, (uint8_t)(BPF_STX | BPF_MEM | size), to, from, offset, 0);
}

static void store_number(struct trace_program *p, int size, int to, int offset,
			 int32_t number)
{
	emit(p, (uint8_t)(BPF_ST | BPF_MEM | size), to, 0, offset, number);
}

/* 64 bits take two instructions. */
static void set_long(struct trace_program *p, int to, int kind, uint64_t number)
{
	emit(p, BPF_LD + BPF_DW + BPF_IMM, to, kind, 0, (int32_t)number);
	emit(p, 0, 0, 0, 0, (int32_t)(number >> 32));
}

static void call(struct trace_program *p, enum bpf_func_id helper)
{
	emit(p, BPF_JMP | BPF_CALL, 0, 0, 0, (int32_t)helper);
}

/*
 * Returns 1: to return 0 would keep the record from everybody else who listens
 * to this tracepoint through perf.
 */
static void leave(struct trace_program *p)
{
	set(p, BPF_REG_0, 1);
	emit(p, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

/* A jump whose target is the instruction that comes next when land() is due. */
static struct bpf_insn *jump(struct trace_program *p, int how, int reg,
			     int32_t number)
{
	return emit(p, (uint8_t)(BPF_JMP | how | BPF_K), reg, 0, (int)p->len,
		    number);
}

static void land(const struct trace_program *p, struct bpf_insn *from)
{
	from->off = (int16_t)((int)p->len - from->off - 1);
}

static int size_code(unsigned size)
{
	switch (size) {
	case 1: return BPF_B;
	case 2: return BPF_H;
	case 4: return BPF_W;
	case 8: return BPF_DW;
	}
	return -1;
}

/* Leaves unless the record fits. */
static int select_records(struct trace_program *p,
			  const struct trace_event *event)
{
	for (size_t i = 0; i < TRACE_ONLY_MAX && event->only[i].field; i++) {
		struct trace_field f =
			tracepoint_field(event->tp, event->only[i].field);
		struct bpf_insn *fits;

		if (size_code(f.size) < 0) {
			errno = EINVAL;
			return -1;
		}
		load(p, size_code(f.size), BPF_REG_1, CONTEXT, (int)f.offset);
		fits = jump(p, BPF_JEQ, BPF_REG_1,
			    (int32_t)event->only[i].value);
		leave(p);
		land(p, fits);
	}
	return 0;
}

/* SAMPLE = room in the ring; without it one more is lost, and it leaves. */
static void reserve(struct trace_program *p, size_t bytes, int ring, int lost)
{
	struct bpf_insn *has_room;
	struct bpf_insn *has_counter;

	set_long(p, BPF_REG_1, BPF_PSEUDO_MAP_FD, (uint32_t)ring);
	set(p, BPF_REG_2, (int32_t)bytes);
	set(p, BPF_REG_3, 0);
	call(p, BPF_FUNC_ringbuf_reserve);
	has_room = jump(p, BPF_JNE, BPF_REG_0, 0);
	store_number(p, BPF_W, BPF_REG_10, KEY_AT, 0);
	set_long(p, BPF_REG_1, BPF_PSEUDO_MAP_FD, (uint32_t)lost);
	move(p, BPF_REG_2, BPF_REG_10);
	add(p, BPF_REG_2, KEY_AT);
	call(p, BPF_FUNC_map_lookup_elem);
	has_counter = jump(p, BPF_JEQ, BPF_REG_0, 0);
	set(p, BPF_REG_1, 1);
	emit(p, BPF_STX | BPF_DW | BPF_ATOMIC, BPF_REG_0, BPF_REG_1, 0,
	     BPF_ADD);
	land(p, has_counter);
	leave(p);
	land(p, has_room);
	move(p, SAMPLE, BPF_REG_0);
}

/* Numbers as this process's own PID namespace gives them, 0 for others. */
static void name_process(struct trace_program *p)
{
	struct stat ns = {0};

	stat("/proc/self/ns/pid", &ns);
	set_long(p, BPF_REG_1, 0, ns.st_dev);
	set_long(p, BPF_REG_2, 0, ns.st_ino);
	move(p, BPF_REG_3, BPF_REG_10);
	add(p, BPF_REG_3, NAMES_AT);
	set(p, BPF_REG_4, sizeof(struct bpf_pidns_info));
	call(p, BPF_FUNC_get_ns_current_pid_tgid);
	load(p, BPF_DW, BPF_REG_1, BPF_REG_10, NAMES_AT);
	store(p, BPF_DW, SAMPLE, offsetof(struct trace_sample, tid), BPF_REG_1);
	move(p, BPF_REG_1, SAMPLE);
	add(p, BPF_REG_1, offsetof(struct trace_sample, comm));
	set(p, BPF_REG_2, sizeof(((struct trace_sample *)0)->comm));
	call(p, BPF_FUNC_get_current_comm);
}

size_t trace_program_record_at(const struct trace_event *event)
{
	return sizeof(struct trace_sample) +
	       (event->wants_stack ? TRACE_STACK_MAX * sizeof(uint64_t) : 0);
}

/* perf_callchain_user(): by the frame pointers of whatever process runs. */
static void take_stack(struct trace_program *p)
{
	move(p, BPF_REG_1, CONTEXT);
	move(p, BPF_REG_2, SAMPLE);
	add(p, BPF_REG_2, sizeof(struct trace_sample));
	set(p, BPF_REG_3, TRACE_STACK_MAX * sizeof(uint64_t));
	set(p, BPF_REG_4, BPF_F_USER_STACK);
	call(p, BPF_FUNC_get_stack);
	store(p, BPF_W, SAMPLE, offsetof(struct trace_sample, stack_bytes),
	      BPF_REG_0);
}

static void copy_record(struct trace_program *p, int base, unsigned size)
{
	unsigned at = COMMON_FIELDS;

	store_number(p, BPF_DW, SAMPLE, base, 0);
	while (at < size) {
		unsigned bytes = size - at >= 8	  ? 8
				 : size - at >= 4 ? 4
				 : size - at >= 2 ? 2
						  : 1;

		load(p, size_code(bytes), BPF_REG_1, CONTEXT, (int)at);
		store(p, size_code(bytes), SAMPLE, base + (int)at, BPF_REG_1);
		at += bytes;
	}
}

/* To wake somebody costs the process that is traced 18 us: rarely, then. */
static void submit(struct trace_program *p, int ring, uint32_t wake_bytes)
{
	struct bpf_insn *is_early;

	set_long(p, BPF_REG_1, BPF_PSEUDO_MAP_FD, (uint32_t)ring);
	set(p, BPF_REG_2, BPF_RB_AVAIL_DATA);
	call(p, BPF_FUNC_ringbuf_query);
	set(p, BPF_REG_2, BPF_RB_NO_WAKEUP);
	is_early = jump(p, BPF_JLT, BPF_REG_0, (int32_t)wake_bytes);
	set(p, BPF_REG_2, BPF_RB_FORCE_WAKEUP);
	land(p, is_early);
	move(p, BPF_REG_1, SAMPLE);
	call(p, BPF_FUNC_ringbuf_submit);
	leave(p);
}

int trace_program_write(struct trace_program *p,
			const struct trace_event *event, uint32_t number,
			int ring, int lost, uint32_t wake_bytes)
{
	unsigned size = tracepoint_size(event->tp);
	size_t at = trace_program_record_at(event);

	memset(p, 0, sizeof(*p));
	move(p, CONTEXT, BPF_REG_1);
	if (select_records(p, event) < 0)
		return -1;
	reserve(p, at + size, ring, lost);
	call(p, BPF_FUNC_ktime_get_ns);
	store(p, BPF_DW, SAMPLE, offsetof(struct trace_sample, mono_ns),
	      BPF_REG_0);
	store_number(p, BPF_W, SAMPLE, offsetof(struct trace_sample, event),
		     (int32_t)number);
	store_number(p, BPF_W, SAMPLE,
		     offsetof(struct trace_sample, stack_bytes), 0);
	if (event->wants_stack)
		take_stack(p);
	name_process(p);
	copy_record(p, (int)at, size);
	submit(p, ring, wake_bytes);
	if (p->len <= TRACE_PROGRAM_MAX)
		return 0;
	errno = E2BIG;
	return -1;
}
