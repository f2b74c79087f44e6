/* SPDX-License-Identifier: MIT */
/* calls.c - what one call costs: prints "name nanoseconds", a line each. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MUST(x) \
	do { \
		if (!(x)) { \
			perror(#x); \
			exit(1); \
		} \
	} while (0)

/* Of this process alone: others may run on the machine. */
static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static struct sockaddr_in address;

static int listener(void)
{
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_family = AF_INET;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	MUST(bind(fd, (void *)&address, len) == 0 && listen(fd, 512) == 0);
	MUST(getsockname(fd, (void *)&address, &len) == 0);
	return fd;
}

static void pair(int l, int fd[2])
{
	const int on = 1;

	fd[0] = socket(AF_INET, SOCK_STREAM, 0);
	MUST(connect(fd[0], (void *)&address, sizeof(address)) == 0);
	fd[1] = accept(l, NULL, NULL);
	MUST(fd[1] >= 0);
	setsockopt(fd[1], IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

enum { CALLS = 200000, QUEUE = 16384 };

static void report(const char *name, uint64_t ns, unsigned calls)
{
	printf("%s %.1f\n", name, (double)ns / calls);
}

static void other_descriptors(void)
{
	int in = open("/dev/zero", O_RDONLY), out = open("/dev/null", O_WRONLY);
	uint64_t start;
	char c = 0;

	MUST(read(in, &c, 1) == 1 && write(out, &c, 1) == 1);
	start = now_ns();
	for (int i = 0; i < CALLS; i++)
		MUST(read(in, &c, 1) == 1);
	report("read-other", now_ns() - start, CALLS);
	start = now_ns();
	for (int i = 0; i < CALLS; i++)
		MUST(write(out, &c, 1) == 1);
	report("write-other", now_ns() - start, CALLS);
	close(in);
	close(out);
}

/* The smallest call there is, and a poll(2) that doesn't wait. */
static void measures(int l)
{
	struct pollfd p = {.events = POLLIN};
	uint64_t start = now_ns();
	int fd[2];

	for (int i = 0; i < CALLS; i++)
		syscall(SYS_getppid);
	report("getppid", now_ns() - start, CALLS);
	pair(l, fd);
	p.fd = fd[0];
	start = now_ns();
	for (int i = 0; i < CALLS; i++)
		MUST(poll(&p, 1, 0) == 0);
	report("poll", now_ns() - start, CALLS);
}

/* Byte by byte, each after a poll(2) if asked for; how long that took. */
static uint64_t written(int fd, int count, bool polled)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	const uint64_t start = now_ns();

	for (int i = 0; i < count; i++) {
		if (polled)
			MUST(poll(&p, 1, 0) == 0);
		MUST(write(fd, "x", 1) == 1);
	}
	return now_ns() - start;
}

/*
 * Bytes go one by one, and come back from a queue that was filled before. A
 * poll(2) is also measured where it stands in the way of a write(2), which
 * costs more than in a loop of its own.
 */
static void connection(int l)
{
	static char block[QUEUE];
	uint64_t ns[3] = {0, 0, 0}, start;
	int fd[2], calls = 0;
	const int some = QUEUE / 64;

	pair(l, fd);
	for (; calls < CALLS; calls += QUEUE) {
		MUST(write(fd[0], block, QUEUE) == QUEUE);
		start = now_ns();
		for (int i = 0; i < QUEUE; i++)
			MUST(read(fd[1], block, 1) == 1);
		ns[0] += now_ns() - start;
		for (int polled = 0; polled <= 1; polled++) {
			ns[1 + polled] += written(fd[1], some, polled);
			MUST(recv(fd[0], block, (size_t)some, MSG_WAITALL) ==
			     some);
		}
	}
	report("read-tcp", ns[0], (unsigned)calls);
	report("write-tcp", ns[1], (unsigned)calls / 64);
	report("polled-write-tcp", ns[2], (unsigned)calls / 64);
	close(fd[0]);
	close(fd[1]);
}

enum { PAIRS = 200, ROUNDS = 40 };

/*
 * Nothing is unread, linger is off, the peer is there. In every other round
 * three of the smallest calls stand before each.
 */
static void closing(int l)
{
	static int fd[PAIRS][2];
	uint64_t ns[2] = {0, 0}, start;

	for (int round = 0; round < 2 * ROUNDS; round++) {
		for (int i = 0; i < PAIRS; i++)
			pair(l, fd[i]);
		start = now_ns();
		for (int i = 0; i < PAIRS; i++) {
			for (int k = 0; round % 2 && k < 3; k++)
				syscall(SYS_getppid);
			close(fd[i][1]);
		}
		ns[round % 2] += now_ns() - start;
		for (int i = 0; i < PAIRS; i++)
			close(fd[i][0]);
	}
	report("close-tcp", ns[0], PAIRS * ROUNDS);
	report("delayed-close-tcp", ns[1], PAIRS * ROUNDS);
}

static long memory_kib(void)
{
	struct rusage use;

	getrusage(RUSAGE_SELF, &use);
	return use.ru_maxrss;
}

/* Resets by unread data, and how much memory all but the first 1000 took. */
static void storm(int l, int resets)
{
	static int fd[PAIRS][2];
	uint64_t ns = 0, start;
	long before = 0;

	for (int done = 0; done < resets; done += PAIRS) {
		for (int i = 0; i < PAIRS; i++) {
			pair(l, fd[i]);
			MUST(write(fd[i][0], "x", 1) == 1);
		}
		start = now_ns();
		for (int i = 0; i < PAIRS; i++)
			close(fd[i][1]);
		ns += now_ns() - start;
		for (int i = 0; i < PAIRS; i++)
			close(fd[i][0]);
		if (done == 1000)
			before = memory_kib();
	}
	report("storm", ns, (unsigned)resets);
	printf("storm-kib %ld\n", memory_kib() - before);
}

enum { LEVELS = 3 };

static void deep_storm(int l, int resets, int levels);

/* No compiler may make one function of these. */
static void (*volatile deeper)(int, int, int) = deep_storm;

/* With libc's two, _start() and main() its stack is longer than 8 frames. */
static void deep_storm(int l, int resets, int levels)
{
	if (levels)
		deeper(l, resets, levels - 1);
	else
		storm(l, resets);
	__asm__ volatile(""); /* no call in place of a return */
}

enum { COUNTED = 100 };

/* What is counted is what this function does, with what it calls. */
static void repeat(const char *name, int fd[][2], int in, int out)
{
	char c = 0;

	for (int i = 0; i < COUNTED; i++)
		if (!strcmp(name, "read-other"))
			MUST(read(in, &c, 1) == 1);
		else if (!strcmp(name, "write-other"))
			MUST(write(out, &c, 1) == 1);
		else if (!strcmp(name, "read-tcp"))
			MUST(read(fd[0][1], &c, 1) == 1);
		else if (!strcmp(name, "write-tcp"))
			MUST(write(fd[1][0], &c, 1) == 1);
		else
			MUST(close(fd[i + 2][1]) == 0);
}

static void count(const char *name, int l)
{
	/* No compiler may make another function of it. */
	void (*volatile work)(const char *, int[][2], int, int) = repeat;
	static int fd[PAIRS][2];
	int in = open("/dev/zero", O_RDONLY), out = open("/dev/null", O_WRONLY);
	char c = 0;

	for (int i = 0; i < PAIRS; i++)
		pair(l, fd[i]);
	MUST(read(in, &c, 1) == 1 && write(out, &c, 1) == 1);
	for (int i = 0; i <= COUNTED; i++)
		MUST(write(fd[0][0], &c, 1) == 1);
	MUST(read(fd[0][1], &c, 1) == 1);
	work(name, fd, in, out);
}

int main(int argc, char **argv)
{
	int l = listener();

	if (argc == 2)
		deep_storm(l, atoi(argv[1]), LEVELS);
	if (argc == 3)
		count(argv[2], l);
	if (argc > 1)
		return 0;
	other_descriptors();
	measures(l);
	connection(l);
	closing(l);
	return 0;
}
