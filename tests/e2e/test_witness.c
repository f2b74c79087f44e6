/* SPDX-License-Identifier: MIT */
/* test_witness.c - the kernel's account of a reset reaches us, whole. */
#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "../preload/programs/tcp.h"
#include "netns.h"
#include "witness.h"

enum { SEEN_MAX = 64 };

/* What the witness said of our own address. */
static struct {
	struct netns_address address;
	struct rst_addr v4;
	struct witness *witness;
	struct witness_reset seen[SEEN_MAX];
	size_t count;
	size_t sent;
} here;

static bool is_here(const struct rst_addr *a)
{
	return a->family == 4 && memcmp(a->ip, here.v4.ip, 4) == 0;
}

static void take(const struct witness_reset *r, void *arg)
{
	(void)arg;
	if (!is_here(&r->local) && !is_here(&r->peer))
		return;
	if (here.count < SEEN_MAX)
		here.seen[here.count++] = *r;
	here.sent += !r->is_received;
}

/* The one reset that was sent, or received, since the test began. */
static const struct witness_reset *the_one(bool is_received)
{
	const struct witness_reset *found = NULL;

	witness_drain(here.witness, take, NULL);
	for (size_t i = 0; i < here.count; i++) {
		if (here.seen[i].is_received != is_received)
			continue;
		assert_null(found);
		found = &here.seen[i];
	}
	assert_non_null(found);
	return found;
}

static uint64_t clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int fresh(void **state)
{
	char why[NETNS_ERROR_MAX];

	(void)state;
	here.address = netns_new_address();
	inet_pton(AF_INET, here.address.v4, here.v4.ip);
	here.count = here.sent = 0;
	if (netns_enter(&here.address, why) == 0)
		here.witness = witness_open(why);
	if (!here.witness)
		print_message("skipped: %s\n", why);
	return 0;
}

static int done(void **state)
{
	(void)state;
	witness_close(here.witness);
	here.witness = NULL;
	return 0;
}

static void need_witness(void)
{
	if (!here.witness)
		skip();
}

static void *libc_base(void)
{
	Dl_info place;

	assert_true(dladdr((void *)(uintptr_t)dlsym(RTLD_DEFAULT, "close"),
			   &place));
	return place.dli_fbase;
}

static void an_abort_is_seen_with_reason_and_state(void **state)
{
	const struct witness_reset *r;
	struct pair p;
	uint16_t port;
	char comm[16] = "";
	Dl_info place;

	(void)state;
	need_witness();
	p = tcp_pair(here.address.v4);
	port = ntohs(name_of(p.ours).v4.sin_port);
	MUST(shutdown(p.ours, SHUT_WR) == 0);
	await_state(p.ours, TCP_FIN_WAIT2);
	tcp_linger(p.ours, 1, 0);
	close(p.ours);

	r = the_one(false);
	assert_true(r->is_active);
	assert_int_equal(r->local.port, port);
	assert_int_equal(r->peer.port, ntohs(name_of(p.theirs).v4.sin_port));
	assert_int_equal(r->state, RST_CLOSE);
	assert_int_equal(r->before, RST_FIN_WAIT2);
	/* Kernels before 6.10 give no reason. */
	if (r->reason[0])
		assert_string_equal(r->reason, "TCP_STATE");
	assert_int_equal(r->pid, getpid());
	assert_int_equal(r->tid, gettid());
	pthread_getname_np(pthread_self(), comm, sizeof(comm));
	assert_string_equal(r->comm, comm);
	/* Innermost is the function that makes the system call. */
	assert_true(r->stack_len > 0);
	assert_true(dladdr((void *)(uintptr_t)r->stack[0], &place));
	assert_ptr_equal(place.dli_fbase, libc_base());
	close(p.theirs);
}

static void the_other_end_is_seen_to_receive_it(void **state)
{
	const struct witness_reset *r;
	struct pair p;
	uint64_t cookie = 0;
	socklen_t len = sizeof(cookie);

	(void)state;
	need_witness();
	p = tcp_pair(here.address.v4);
	MUST(getsockopt(p.theirs, SOL_SOCKET, SO_COOKIE, &cookie, &len) == 0);
	tcp_linger(p.ours, 1, 0);
	close(p.ours);

	r = the_one(true);
	assert_int_equal(r->local.port, ntohs(name_of(p.theirs).v4.sin_port));
	assert_int_equal(r->cookie, cookie);
	close(p.theirs);
}

static void an_answer_is_seen_as_passive(void **state)
{
	const struct witness_reset *r;
	struct pair p;

	(void)state;
	need_witness();
	p = tcp_pair(here.address.v4);
	close(p.theirs);
	await(p.ours, POLLIN);
	MUST(write(p.ours, "late", 4) == 4);
	await(p.ours, POLLERR);

	r = the_one(false);
	assert_false(r->is_active);
	assert_int_equal(r->stack_len, 0);
	assert_int_equal(r->peer.port, ntohs(name_of(p.ours).v4.sin_port));
	close(p.ours);
}

static void a_v4_mapped_socket_is_told_as_ipv4(void **state)
{
	char mapped[64];
	struct pair p;

	(void)state;
	need_witness();
	snprintf(mapped, sizeof(mapped), "::ffff:%s", here.address.v4);
	p = tcp_pair(mapped);
	tcp_linger(p.ours, 1, 0);
	close(p.ours);
	assert_true(is_here(&the_one(false)->local));
	close(p.theirs);
}

static void both_clocks_tell_the_time_of_the_call(void **state)
{
	const struct witness_reset *r;
	uint64_t mono[2];
	uint64_t real[2];
	const uint64_t slack = 1000000; /* realtime is computed afterwards */
	struct pair p;

	(void)state;
	need_witness();
	p = tcp_pair(here.address.v4);
	tcp_linger(p.ours, 1, 0);
	mono[0] = clock_ns(CLOCK_MONOTONIC);
	real[0] = clock_ns(CLOCK_REALTIME);
	close(p.ours);
	mono[1] = clock_ns(CLOCK_MONOTONIC);
	real[1] = clock_ns(CLOCK_REALTIME);

	r = the_one(false);
	assert_in_range(r->mono_ns, mono[0], mono[1]);
	assert_in_range(r->realtime_ns, real[0] - slack, real[1] + slack);
	close(p.theirs);
}

static void abort_one(void)
{
	struct pair p = tcp_pair(here.address.v4);

	tcp_linger(p.ours, 1, 0);
	close(p.ours);
	close(p.theirs);
}

static void nothing_is_lost_to_who_drains_when_asked(void **state)
{
	const size_t many = 4000; /* more than the ring holds at a time */
	struct pollfd full = {.events = POLLIN};
	size_t asked = 0;

	(void)state;
	need_witness();
	full.fd = witness_fd(here.witness);
	for (size_t i = 0; i < many; i++) {
		abort_one();
		if (poll(&full, 1, 0) != 1)
			continue;
		witness_drain(here.witness, take, NULL);
		asked++;
	}
	witness_drain(here.witness, take, NULL);
	assert_int_equal(here.sent, many);
	assert_int_equal(witness_lost(here.witness), 0);
	assert_in_range(asked, 1, many / 100);
}

static void a_ring_that_overflows_says_how_much_it_lost(void **state)
{
	const size_t many = 4000;

	(void)state;
	need_witness();
	for (size_t i = 0; i < many; i++)
		abort_one();
	witness_drain(here.witness, take, NULL);
	assert_in_range(here.sent, 1, many - 1);
	assert_true(witness_lost(here.witness) >= many - here.sent);
}

static size_t mounts(void)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	size_t lines = 0;
	int c;

	assert_non_null(f);
	while ((c = fgetc(f)) != EOF)
		lines += c == '\n';
	fclose(f);
	return lines;
}

static void nothing_is_mounted_for_it(void **state)
{
	size_t before = mounts();
	char why[WITNESS_ERROR_MAX];
	struct witness *w;

	(void)state;
	need_witness();
	w = witness_open(why);
	assert_non_null(w);
	assert_int_equal(mounts(), before);
	witness_close(w);
	assert_int_equal(mounts(), before);
}

static void without_the_right_to_it_one_sentence_says_why(void **state)
{
	int status;
	int child;

	(void)state;
	need_witness();
	child = fork();
	if (child == 0) {
		char why[WITNESS_ERROR_MAX] = "";

		MUST(setresuid(65534, 65534, 65534) == 0);
		_exit(!witness_open(why) && strstr(why, "CAP_") &&
				      !strchr(why, '\n')
			      ? 0
			      : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, done)
	const struct CMUnitTest tests[] = {
		TEST(an_abort_is_seen_with_reason_and_state),
		TEST(the_other_end_is_seen_to_receive_it),
		TEST(an_answer_is_seen_as_passive),
		TEST(a_v4_mapped_socket_is_told_as_ipv4),
		TEST(both_clocks_tell_the_time_of_the_call),
		TEST(nothing_is_lost_to_who_drains_when_asked),
		TEST(a_ring_that_overflows_says_how_much_it_lost),
		TEST(nothing_is_mounted_for_it),
		TEST(without_the_right_to_it_one_sentence_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
