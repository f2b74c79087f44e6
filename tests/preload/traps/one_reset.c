/* SPDX-License-Identifier: MIT */
/* one_reset.c - for tests in which only the circumstances differ. */
#include "trap.h"

int main(int argc, char **argv)
{
	for (int i = argc > 1 ? atoi(argv[1]) : 1; i > 0; i--)
		reset_once();
	printf("done\n");
	return 0;
}
