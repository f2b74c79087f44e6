/* SPDX-License-Identifier: MIT */
/* what_is_printed_is_formatted_once.c - by a conversion of the program's. */
#include <printf.h>

#include "trap.h"

static int calls;

static int count(FILE *file, const struct printf_info *info,
		 const void *const *arguments)
{
	(void)info;
	(void)arguments;
	return fprintf(file, "%d", ++calls);
}

static int no_arguments(const struct printf_info *info, size_t n, int *types,
			int *size)
{
	(void)info;
	(void)n;
	(void)types;
	(void)size;
	return 0;
}

int main(void)
{
	/* What the compiler can't check. */
	const char *volatile format = "[%W]";
	int fd[2];

	tcp_pair(fd);
	CHECK(register_printf_specifier('W', count, no_arguments) == 0);
	CHECK(shutdown(fd[1], SHUT_WR) == 0);
	CHECK(read(fd[0], fd, 0) == 0);
	for (int i = 0; i < 3; i++)
		printf("%d %d\n", dprintf(fd[0], format, 0), calls);
	return 0;
}
