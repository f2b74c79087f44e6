/* SPDX-License-Identifier: MIT */
/* close_of_a_duplicate_after_the_main_thread_ended_is_silent.c - its /proc is
 * empty */
#include <pthread.h>

#include "tcp.h"

static struct pair p;

static int is_zombie(int unused, int unused2)
{
	char path[64], text[512] = "";
	FILE *f;

	(void)unused;
	(void)unused2;
	snprintf(path, sizeof(path), "/proc/%d/stat", getpid());
	f = fopen(path, "r");
	if (!f)
		return 0;
	if (!fgets(text, sizeof(text), f))
		text[0] = '\0';
	fclose(f);
	return strstr(text, ") Z ") != NULL;
}

static void *closes(void *unused)
{
	int copy = dup(p.ours);

	(void)unused;
	MUST(await_check(is_zombie, 0, 0));
	SAY(close(p.ours));
	SAY(tcp_drain(copy));
	SAY(close(copy));
	exit(0);
}

int main(int argc, char **argv)
{
	pthread_t thread;

	p = tcp_pair(own_address(argc, argv));
	tcp_deliver(p.theirs, p.ours, 11);
	MUST(pthread_create(&thread, NULL, closes, NULL) == 0);
	pthread_exit(NULL);
}
