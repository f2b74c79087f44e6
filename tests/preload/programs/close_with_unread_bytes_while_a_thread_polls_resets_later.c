/* SPDX-License-Identifier: MIT */
/* close_with_unread_bytes_while_a_thread_polls_resets_later.c - the thread in
 * poll() holds the last reference */
#include <pthread.h>
#include <sys/syscall.h>

#include "tcp.h"

static int polled;
static int tid;

static void *wait_for_urgent_data(void *unused)
{
	struct pollfd p = {.fd = polled, .events = POLLPRI};

	__atomic_store_n(&tid, (int)syscall(SYS_gettid), __ATOMIC_RELEASE);
	poll(&p, 1, 100);
	return unused;
}

/* True once the kernel says that the thread waits inside poll(2). */
static int is_polling(int fd, int unused)
{
	char path[64];
	char call[64] = "";
	int id = __atomic_load_n(&tid, __ATOMIC_ACQUIRE);
	FILE *f;

	(void)fd;
	(void)unused;
	snprintf(path, sizeof(path), "/proc/self/task/%d/syscall", id);
	f = id ? fopen(path, "r") : NULL;
	if (!f)
		return 0;
	if (!fgets(call, sizeof(call), f))
		call[0] = '\0';
	fclose(f);
	return atoi(call) == SYS_poll && strncmp(call, "running", 7) != 0;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	polled = p.ours;
	MUST(pthread_create(&thread, NULL, wait_for_urgent_data, NULL) == 0);
	MUST(await_check(is_polling, 0, 0));
	SAY(close(p.ours));
	pthread_join(thread, NULL);
	return 0;
}
