/* SPDX-License-Identifier: MIT */
/* exec_of_a_program_without_its_linker_is_silent.c - nothing was closed */
#include <elf.h>
#include <link.h>

#include "file.h"

int main(int argc, char **argv)
{
	static const char linker[] = "/nowhere/ld.so";
	struct pair p = tcp_pair(own_address(argc, argv));
	int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct {
		ElfW(Ehdr) elf;
		ElfW(Phdr) interpreter;
		char linker[sizeof(linker)];
	} file = {.linker = "/nowhere/ld.so"};
	char path[64];

	MUST(read(self, &file.elf, sizeof(file.elf)) == sizeof(file.elf));
	file.elf.e_phoff = sizeof(file.elf);
	file.elf.e_phnum = 1;
	file.interpreter.p_type = PT_INTERP;
	file.interpreter.p_offset = sizeof(file.elf) + sizeof(file.interpreter);
	file.interpreter.p_filesz = sizeof(linker);
	file_make(&file, sizeof(file), path);
	MUST(fcntl(p.ours, F_SETFD, FD_CLOEXEC) == 0);
	tcp_deliver(p.theirs, p.ours, 11);
	SAY(execl(path, "program", NULL));
	SAY(tcp_drain(p.ours));
	SAY(close(p.ours));
	return 0;
}
