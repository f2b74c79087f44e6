/* SPDX-License-Identifier: MIT */
/* supervise_stack.c - where in a program a waiting system call comes from. */
#include "supervise_stack.h"

#include <elfutils/libdwfl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "executable.h"
#include "go_names.h"

/* The stack pointer, as DWARF counts an architecture's registers. */
#ifdef __aarch64__
enum { STACK_POINTER = 31 };
#else
enum { STACK_POINTER = 7 };
#endif

/* The files of the process that was asked about last. */
static struct {
	Dwfl *dwfl;
	pid_t pid;
} known;

struct walk {
	pid_t tid;
	const char *call;
	Dwarf_Word pc, sp;
	struct rst_frame *frames;
	unsigned len, max;
	bool is_lost; /* came to code of no file that is known */
};

static pid_t next_thread(Dwfl *dwfl, void *arg, void **thread_arg)
{
	const struct walk *w = arg;

	(void)dwfl;
	if (*thread_arg)
		return 0;
	*thread_arg = arg;
	return w->tid;
}

static bool memory_read(Dwfl *dwfl, Dwarf_Addr address, Dwarf_Word *result,
			void *arg)
{
	const struct walk *w = arg;

	(void)dwfl;
	return target_read(w->tid, address, result, sizeof(*result));
}

/*
 * The other registers the kernel tells only to a tracer. Code that finds its
 * frame by them ends the walk; Go's doesn't, nor does most that gcc optimized.
 */
static bool registers_set(Dwfl_Thread *thread, void *arg)
{
	const struct walk *w = arg;

	dwfl_thread_state_register_pc(thread, w->pc);
	return dwfl_thread_state_registers(thread, STACK_POINTER, 1, &w->sp);
}

static const Dwfl_Thread_Callbacks thread_callbacks = {
	.next_thread = next_thread,
	.memory_read = memory_read,
	.set_initial_registers = registers_set,
};

static bool begins(const char *name, const char *with)
{
	return strncmp(name, with, strlen(with)) == 0;
}

/* libc's function around the system call: "__close", "__libc_write". */
static bool is_of_libc(const char *name, const char *call)
{
	name += strspn(name, "_");
	if (begins(name, "GI_") || begins(name, "libc_"))
		name = strchr(name, '_') + 1;
	name += strspn(name, "_");
	return begins(name, call) || begins(name, "syscall");
}

static bool is_file_of_libc(Dwfl_Module *m)
{
	const char *path =
		dwfl_module_info(m, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
	const char *name = path ? executable_basename(path) : "";

	return begins(name, "libc.so") || begins(name, "libc-") ||
	       begins(name, "libpthread") || begins(name, "ld-musl");
}

static bool is_inside_library(Dwfl_Module *m, Dwarf_Addr pc, const char *call)
{
	const char *name = dwfl_module_addrname(m, pc - 1);

	return is_file_of_libc(m) ||
	       (name && (go_is_library(name) || is_of_libc(name, call)));
}

static void frame_fill(Dwfl_Module *m, Dwarf_Addr pc, struct rst_frame *frame)
{
	const unsigned char *id;
	const char *file = NULL;
	GElf_Addr bias = 0, id_at;
	int len;

	*frame = (struct rst_frame){.offset = pc};
	if (!m || !dwfl_module_getelf(m, &bias))
		return;
	dwfl_module_info(m, NULL, NULL, NULL, NULL, NULL, &file, NULL);
	frame->module = file;
	frame->offset = pc - bias;
	len = dwfl_module_build_id(m, &id, &id_at);
	if (len > 0 && len <= RST_BUILD_ID_MAX) {
		memcpy(frame->build_id, id, (size_t)len);
		frame->build_id_len = (uint8_t)len;
	}
}

static int step(Dwfl_Frame *frame, void *arg)
{
	struct walk *w = arg;
	Dwfl_Module *m;
	Dwarf_Addr pc;
	bool is_exact;

	if (w->len == w->max || !dwfl_frame_pc(frame, &pc, &is_exact))
		return DWARF_CB_ABORT;
	/* What a signal interrupted; the first is behind its system call. */
	pc += is_exact && pc != w->pc;
	m = dwfl_addrmodule(known.dwfl, pc);
	w->is_lost |= !m;
	if (w->len > 0 || !m || !is_inside_library(m, pc, w->call))
		frame_fill(m, pc, &w->frames[w->len++]);
	return DWARF_CB_OK;
}

/* The last two words of /proc/TID/syscall: stack pointer and pc. */
static Dwarf_Word stack_pointer(pid_t tid)
{
	char path[64], line[256] = "";
	const char *at;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/syscall", (int)tid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	if (!fgets(line, sizeof(line), f))
		line[0] = '\0';
	fclose(f);
	at = strrchr(line, ' ');
	while (at && at > line && at[-1] != ' ')
		at--;
	return at && at > line ? strtoull(at, NULL, 16) : 0;
}

static void dwfl_forget(void)
{
	if (known.dwfl)
		dwfl_end(known.dwfl);
	known.dwfl = NULL;
}

/* Tables for the walk are in the files themselves, and the program waits. */
static int debuginfo_none(Dwfl_Module *m, void **data, const char *name,
			  Dwarf_Addr base, const char *file, const char *link,
			  GElf_Word crc, char **found)
{
	(void)m;
	(void)data;
	(void)name;
	(void)base;
	(void)file;
	(void)link;
	(void)crc;
	(void)found;
	return -1;
}

/* With what was loaded since, but without reading again what is known. */
static bool files_learn(pid_t pid)
{
	dwfl_report_begin_add(known.dwfl);
	return dwfl_linux_proc_report(known.dwfl, pid) == 0 &&
	       dwfl_report_end(known.dwfl, NULL, NULL) == 0;
}

/* w stays where it is: it is attached once, and filled anew each time. */
static bool files_open(pid_t pid, struct walk *w)
{
	static const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_linux_proc_find_elf,
		.find_debuginfo = debuginfo_none,
	};

	if (known.dwfl && known.pid == pid)
		return true;
	dwfl_forget();
	known.pid = pid;
	known.dwfl = dwfl_begin(&callbacks);
	if (known.dwfl && files_learn(pid) &&
	    dwfl_attach_state(known.dwfl, NULL, pid, &thread_callbacks, w))
		return true;
	dwfl_forget();
	return false;
}

unsigned supervise_stack_take(const struct target *t, pid_t tid,
			      const char *call, uint64_t pc,
			      struct rst_frame *frames, unsigned max)
{
	static struct walk w;

	w = (struct walk){.tid = tid,
			  .call = call,
			  .pc = pc,
			  .sp = stack_pointer(tid),
			  .frames = frames,
			  .max = max};
	if (w.sp == 0 || max == 0 || !files_open(t->pid, &w))
		return 0;
	dwfl_getthread_frames(known.dwfl, tid, step, &w);
	if (w.is_lost && files_learn(t->pid)) {
		w.len = 0;
		dwfl_getthread_frames(known.dwfl, tid, step, &w);
	}
	return w.len;
}

void supervise_stack_forget(const struct target *t)
{
	if (known.pid == t->pid)
		dwfl_forget();
}
