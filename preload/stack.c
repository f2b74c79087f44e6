/* SPDX-License-Identifier: MIT */
/* stack.c - walks the stack with libgcc's unwinder, linked statically. */
#include "stack.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <string.h>
#include <unwind.h>

#include "process.h"

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
	const void *own_start, *own_end;
};

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

void stack_frame(uintptr_t address, struct rst_frame *frame)
{
	struct dl_find_object o;

	memset(frame, 0, sizeof(*frame));
	if (!_dl_find_object || _dl_find_object((void *)address, &o) != 0) {
		frame->offset = address; /* code made at run time */
		return;
	}
	frame->module = o.dlfo_link_map->l_name;
	/* The program itself has an empty name there. */
	if (!frame->module || !*frame->module)
		frame->module = process.executable;
	frame->offset = address - o.dlfo_link_map->l_addr;
	build_id_read(o.dlfo_map_start, o.dlfo_map_end, o.dlfo_link_map->l_addr,
		      frame);
}

static _Unwind_Reason_Code step(struct _Unwind_Context *context, void *arg)
{
	struct walk *w = arg;
	const void *pc = (const void *)_Unwind_GetIP(context);

	if (!pc || w->len == w->max)
		return _URC_END_OF_STACK;
	if (pc < w->own_start || pc >= w->own_end)
		stack_frame((uintptr_t)pc, &w->frames[w->len++]);
	return _URC_NO_REASON;
}

unsigned stack_take(struct rst_frame *frames, unsigned max)
{
	struct walk w = {.frames = frames, .max = max};
	struct dl_find_object own;

	if (max == 0 || !_dl_find_object ||
	    _dl_find_object((void *)stack_take, &own) != 0)
		return 0;
	w.own_start = own.dlfo_map_start;
	w.own_end = own.dlfo_map_end;
	_Unwind_Backtrace(step, &w);
	return w.len;
}
