/* SPDX-License-Identifier: MIT */
/* elf_kind.h - what kind of program an ELF file is, from its headers. */
#ifndef ANALYZER_ELF_KIND_H
#define ANALYZER_ELF_KIND_H

#include "executable.h"

/*
 * The kind of the ELF file open at fd. DYNAMIC, STATIC, GO, MUSL or FOREIGN;
 * -1 where it is no ELF file or its headers make no sense. Not named
 * elf_kind(): that is libelf's, which would then call this one.
 */
int kind_of_elf(int fd);

enum { LOADER_MAX = 256 };

/* And which loader it names, "" where it names none or too long a one. */
int kind_and_loader_of_elf(int fd, char loader[LOADER_MAX]);

#endif
