/* SPDX-License-Identifier: MIT */
/* a_root_without_anything_in_it.c - the log was opened before. */
#include "trap.h"

int main(void)
{
	char name[] = "/tmp/trap.XXXXXX";

	CHECK(mkdtemp(name) && chdir(name) == 0 && rmdir(name) == 0);
	CHECK(chroot(".") == 0);
	reset_once();
	reset_once();
	return 0;
}
