/* SPDX-License-Identifier: MIT */
/* stack.c - walks the stack: quickly, or with libgcc, linked statically. */
#include "stack.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <string.h>
#include <ucontext.h>
#include <unwind.h>

#include "cfi.h"
#include "maps.h"
#include "process.h"
#include "readable.h"

/*
 * backtrace(3) would load libgcc_s and allocate at its first call. The same
 * unwinder linked into this library does neither: it finds the tables through
 * _dl_find_object (glibc 2.35), which takes no lock. Where libc lacks that
 * function, no stack is taken: the older way locks the loader.
 */
extern int _dl_find_object(void *, struct dl_find_object *)
	__attribute__((weak));

struct walk {
	struct rst_frame *frames;
	unsigned len, max;
	struct dl_find_object own, last; /* last: of the frame before */
	uint64_t salt;			 /* tells last's file from others */
	struct rst_text *paths;
};

static bool is_in(const struct dl_find_object *o, uintptr_t address)
{
	return address >= (uintptr_t)o->dlfo_map_start &&
	       address < (uintptr_t)o->dlfo_map_end;
}

/* The GNU build-id among the notes of a mapped ELF file. */
static void build_id_read(const char *image, const char *end,
			  uintptr_t load_bias, struct rst_frame *frame)
{
	const ElfW(Ehdr) *header = (const void *)image;
	const ElfW(Phdr) *ph = (const void *)(image + header->e_phoff);

	if ((const char *)(ph + header->e_phnum) > end)
		return;
	for (int i = 0; i < header->e_phnum; i++) {
		const char *p = (const char *)(load_bias + ph[i].p_vaddr);
		const char *stop = p + ph[i].p_memsz;

		if (ph[i].p_type != PT_NOTE || p < image || stop > end)
			continue;
		while (stop - p >= (long)sizeof(ElfW(Nhdr))) {
			const ElfW(Nhdr) *n = (const void *)p;
			const char *name = p + sizeof(*n);
			const char *desc = name + ((n->n_namesz + 3) & ~3u);

			if (n->n_type == NT_GNU_BUILD_ID && n->n_namesz == 4 &&
			    memcmp(name, "GNU", 4) == 0 &&
			    n->n_descsz <= RST_BUILD_ID_MAX) {
				memcpy(frame->build_id, desc, n->n_descsz);
				frame->build_id_len = (uint8_t)n->n_descsz;
				return;
			}
			p = desc + ((n->n_descsz + 3) & ~3u);
		}
	}
}

/*
 * The loader's name of the file mapped at address, made absolute: the working
 * directory that it was opened from may be another by now. The vdso, which is
 * no file, keeps its name.
 */
static const char *absolute(const char *name, uintptr_t address,
			    struct rst_text *paths)
{
	const char *path = paths->buf + paths->len;

	return *name == '/' || !maps_path(address, paths) ? name : path;
}

/* True, and the object that it is in is *o, where a file is mapped there. */
static bool frame_find(uintptr_t address, struct rst_frame *frame,
		       struct dl_find_object *o, struct rst_text *paths)
{
	memset(frame, 0, sizeof(*frame));
	if (!_dl_find_object || _dl_find_object((void *)address, o) != 0) {
		frame->offset = address; /* code made at run time */
		return false;
	}
	frame->module = o->dlfo_link_map->l_name;
	/* The program itself has an empty name there. */
	if (!frame->module || !*frame->module)
		frame->module = process.executable;
	else
		frame->module = absolute(frame->module, address, paths);
	frame->offset = address - o->dlfo_link_map->l_addr;
	build_id_read(o->dlfo_map_start, o->dlfo_map_end,
		      o->dlfo_link_map->l_addr, frame);
	return true;
}

void stack_frame(uintptr_t address, struct rst_frame *frame,
		 struct rst_text *paths)
{
	struct dl_find_object o;

	frame_find(address, frame, &o, paths);
}

/*
 * Another file may be mapped where one was: it has another build-id. A plugin
 * without one, built anew and loaded in its own place, is not told from what it
 * was; the program, which has no name there, stays. 0: not told from others.
 */
static uint64_t salt_of(const struct dl_find_object *o,
			const struct rst_frame *frame)
{
	uint64_t id;

	if (!frame->build_id_len && *o->dlfo_link_map->l_name)
		return 0;
	memcpy(&id, frame->build_id, sizeof(id));
	return id ^ (uintptr_t)o->dlfo_map_end ^ (uintptr_t)o->dlfo_eh_frame;
}

/*
 * A function's caller is in the same file, mostly. Where is_exact, pc is not
 * behind a call but what a signal interrupted, and the frame before it is what
 * the handler returns to, which made no call either: a record's offset is then
 * one byte further (record.h), else it would mean the instruction before.
 */
static void frame_add(struct walk *w, uintptr_t pc, bool is_exact)
{
	struct rst_frame *frame = &w->frames[w->len++];

	if (is_exact && w->len > 1)
		frame[-1].offset++;
	if (is_in(&w->last, pc)) {
		*frame = frame[-1];
		frame->offset = pc - w->last.dlfo_link_map->l_addr;
	} else if (frame_find(pc, frame, &w->last, w->paths)) {
		w->salt = salt_of(&w->last, frame);
	} else {
		w->last = (struct dl_find_object){0};
		return;
	}
	frame->offset += is_exact;
}

#if defined(__x86_64__) && defined(__LP64__)

/* mov $15, %rax; syscall: rt_sigreturn(2), as unwinders know it. */
static const uint8_t handler_return[] = {0x48, 0xc7, 0xc0, 15,	0,
					 0,    0,    0x0f, 0x05};

/*
 * True if libgcc may go on from r. What it reads there is the code, where it
 * looks for handler_return, and what a table finds by rbp, which may have been
 * overwritten, as the return address may.
 */
static bool is_harmless(const struct registers *r)
{
	return is_readable((const void *)r->pc, sizeof(handler_return)) &&
	       is_readable((const void *)(r->bp - 8), 16);
}

/* True if what libgcc will read for context's caller can be read. */
static bool goes_on(struct _Unwind_Context *context, const struct walk *w)
{
	enum { RBP = 6 };
	int is_exact = 0;
	struct registers r = {_Unwind_GetIPInfo(context, &is_exact),
			      _Unwind_GetCFA(context),
			      (uintptr_t)_Unwind_GetGR(context, RBP)};
	enum unwound u;

	if (!w->last.dlfo_link_map)
		return false;
	r.pc += is_exact != 0;
	u = cfi_unwind(&r, w->salt);
	return u == UNWOUND || (u == UNWOUND_UNKNOWN && is_harmless(&r));
}

#else

static bool goes_on(struct _Unwind_Context *context, const struct walk *w)
{
	(void)context;
	(void)w;
	return true;
}

#endif

static _Unwind_Reason_Code step(struct _Unwind_Context *context, void *arg)
{
	struct walk *w = arg;
	int is_exact = 0;
	uintptr_t pc = _Unwind_GetIPInfo(context, &is_exact);

	if (!pc || w->len == w->max)
		return _URC_END_OF_STACK;
	if (is_in(&w->own, pc))
		return _URC_NO_REASON;
	frame_add(w, pc, is_exact);
	return goes_on(context, w) ? _URC_NO_REASON : _URC_END_OF_STACK;
}

static void backtrace_take(struct walk *w)
{
	_Unwind_Backtrace(step, w);
}

#if defined(__x86_64__) && defined(__LP64__)

/*
 * Half of a stack are frames of our own, each as dear as any other. They have
 * frame pointers, so the outermost is found at once; what it saved are the
 * caller's registers, as the unwinder is told here: rsp, rbp and the address.
 * No compiler counts from another register what a frame begins with.
 */
__asm__(".pushsection .text\n"
	".type rstwatch_backtrace_from, @function\n"
	"rstwatch_backtrace_from:\n"
	".cfi_startproc\n"
	"	endbr64\n"
	"	push %rbp\n"
	".cfi_def_cfa_offset 16\n"
	".cfi_offset %rbp, -16\n"
	"	mov %rsp, %rbp\n"
	".cfi_def_cfa_register %rbp\n"
	"	push %rdx\n"
	"	push %rdx\n"
	"	mov %rdi, %rax\n"
	"	mov %rsi, %rdi\n"
	".cfi_remember_state\n"
	/* The frame's beginning is *(rbp - 8) + 16. */
	".cfi_escape 0x0f, 5, 0x76, 0x78, 0x06, 0x23, 16\n"
	"	call *%rax\n"
	"	nop\n"
	".cfi_restore_state\n"
	"	leave\n"
	".cfi_def_cfa %rsp, 8\n"
	"	ret\n"
	".cfi_endproc\n"
	".size rstwatch_backtrace_from, . - rstwatch_backtrace_from\n"
	".popsection\n");

/* Where a frame pointer points to. */
struct saved {
	const struct saved *frame;
	uintptr_t address;
};

__attribute__((visibility("hidden"))) void
rstwatch_backtrace_from(void (*take)(struct walk *), struct walk *w,
			const struct saved *outermost);

/* To what a signal interrupted, if r is where its handler returns to. */
static bool is_interrupted(struct registers *r)
{
	const greg_t *saved = ((const ucontext_t *)r->sp)->uc_mcontext.gregs;

	/* Where to return to may have been overwritten, and lie in a gap. */
	if (!is_readable((const void *)r->pc, sizeof(handler_return)) ||
	    memcmp((const void *)r->pc, handler_return,
		   sizeof(handler_return)) != 0 ||
	    !is_readable(saved, sizeof(gregset_t)))
		return false;
	*r = (struct registers){(uintptr_t)saved[REG_RIP],
				(uintptr_t)saved[REG_RSP],
				(uintptr_t)saved[REG_RBP]};
	return true;
}

/*
 * False, and nothing taken, where a frame needs libgcc. No table tells of code
 * that is in no file: the stack ends there. libgcc would read that code, to see
 * whether it is what a handler returns to, and die where a program has jumped
 * to a bad address, or will return to one, and closes sockets nevertheless.
 */
static bool quick_take(struct walk *w, const struct saved *at)
{
	struct registers r = {at->address, (uintptr_t)(at + 1),
			      (uintptr_t)at->frame};
	bool is_exact = false;
	enum unwound u = UNWOUND;

	while (u == UNWOUND && w->len < w->max && !is_in(&w->own, r.pc)) {
		frame_add(w, r.pc, is_exact);
		if (!w->last.dlfo_link_map)
			return true;
		r.pc += is_exact;
		u = cfi_unwind(&r, w->salt);
		is_exact = u == UNWOUND_UNKNOWN && is_interrupted(&r);
		if (is_exact)
			u = UNWOUND;
	}
	if (u == UNWOUND_ALL || w->len == w->max || !is_harmless(&r))
		return true;
	w->len = 0;
	w->last = (struct dl_find_object){0};
	return false;
}

static void backtrace(struct walk *w)
{
	const struct saved *at = __builtin_frame_address(0);

	while (is_in(&w->own, at->address))
		at = at->frame;
	if (!quick_take(w, at))
		rstwatch_backtrace_from(backtrace_take, w, at);
}

#else

static void backtrace(struct walk *w)
{
	backtrace_take(w);
}

#endif

unsigned stack_take(struct rst_frame *frames, unsigned max,
		    struct rst_text *paths)
{
	struct walk w = {.frames = frames, .max = max, .paths = paths};

	if (max == 0 || !_dl_find_object ||
	    _dl_find_object((void *)stack_take, &w.own) != 0)
		return 0;
	backtrace(&w);
	return w.len;
}
