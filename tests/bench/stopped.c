/* SPDX-License-Identifier: MIT */
/* stopped.c - what calls cost where somebody is asked: prints nanoseconds. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCHES = 15, CALLS = 200 };

static int listener, null, sender, receiver;
static struct sockaddr_in address = {.sin_family = AF_INET};

/* By the clock on the wall: the time goes by in another process. */
static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int check(long result)
{
	if (result < 0) {
		perror("stopped");
		exit(1);
	}
	return (int)result;
}

/* Over which a byte has gone. */
static int open_connection(int *accepted)
{
	int fd = check(socket(AF_INET, SOCK_STREAM, 0));
	char byte = 0;

	check(connect(fd, (struct sockaddr *)&address, sizeof(address)));
	*accepted = check(accept(listener, NULL, NULL));
	check(write(fd, &byte, 1));
	check(read(*accepted, &byte, 1));
	return fd;
}

static uint64_t write_file(void)
{
	uint64_t begin = now_ns();

	check(write(null, "x", 1));
	return now_ns() - begin;
}

static uint64_t write_tcp(void)
{
	uint64_t begin = now_ns();
	char byte;

	check(write(sender, "x", 1));
	check(read(receiver, &byte, 1));
	return now_ns() - begin;
}

static uint64_t close_tcp(void)
{
	int theirs, ours = open_connection(&theirs);
	uint64_t begin = now_ns(), took;

	check(close(ours));
	took = now_ns() - begin;
	check(close(theirs));
	return took;
}

/* The same with a call that isn't looked at: what is left is the way to the
 * supervisor and back. */
static uint64_t way_tcp(void)
{
	int theirs, ours = open_connection(&theirs);
	uint64_t begin = now_ns(), took;

	check(dup2(ours, ours));
	took = now_ns() - begin;
	check(close(ours));
	check(close(theirs));
	return took;
}

/* The best batch: what else the machine does can only add to it. */
static void measure(const char *name, uint64_t one(void))
{
	uint64_t best = UINT64_MAX;

	for (int b = 0; b < BATCHES; b++) {
		uint64_t sum = 0;

		for (int i = 0; i < CALLS; i++)
			sum += one();
		if (sum < best)
			best = sum;
	}
	printf("%s %llu\n", name, (unsigned long long)(best / CALLS));
}

int main(void)
{
	socklen_t len = sizeof(address);

	null = check(open("/dev/null", O_WRONLY));
	listener = check(socket(AF_INET, SOCK_STREAM, 0));
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	check(bind(listener, (struct sockaddr *)&address, sizeof(address)));
	check(listen(listener, 1));
	check(getsockname(listener, (struct sockaddr *)&address, &len));
	sender = open_connection(&receiver);
	measure("stopped-file", write_file);
	measure("stopped-tcp", write_tcp);
	measure("stopped-close", close_tcp);
	measure("stopped-way", way_tcp);
	return 0;
}
