/* SPDX-License-Identifier: MIT */
/* test_netlink.c - the kept descriptor, and programs that get in its way. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "diag.h"
#include "netlink.h"
#include "rstwatch/probe.h"
#include "tcp_situation.h"

/* A connection whose peer sock_diag knows, and a diag that asks it. */
struct fixture {
	struct tcp_pair pair;
	struct rst_diag diag;
};

/* Where it is kept below a limit that is no lower. */
enum { LIMIT = 2000, HIGH = 1022 };

static int fixture_open(void **state)
{
	struct fixture *x = calloc(1, sizeof(*x));

	tcp_network_enter();
	x->pair = tcp_pair_open(PAIR_IPV4, PAIR_CLIENT);
	*state = x;
	return 0;
}

static int fixture_close(void **state)
{
	struct fixture *x = *state;

	tcp_pair_drop(&x->pair);
	rst_diag_after_fork(&x->diag);
	free(x);
	return 0;
}

static bool finds_peer(struct fixture *x)
{
	struct rst_facts f;

	return rst_probe(x->pair.ours, RST_WANT_NAMES | RST_WANT_PEER, &x->diag,
			 NULL, &f) == 0 &&
	       f.peer_socket.where == RST_PEER_FOUND;
}

static int kept(const struct fixture *x)
{
	return x->diag.fd - 1;
}

static int open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static void kept_descriptor_lies_high_and_closes_on_exec(void **state)
{
	struct fixture *x = *state;

	assert_true(finds_peer(x));
	assert_int_equal(kept(x), HIGH);
	assert_int_equal(fcntl(kept(x), F_GETFD), FD_CLOEXEC);
	assert_true(fcntl(kept(x), F_GETFL) & O_NONBLOCK);
	assert_true(rst_diag_owns(&x->diag, kept(x)));
	assert_false(rst_diag_owns(&x->diag, kept(x) - 1));
	assert_false(rst_diag_owns(&x->diag, -1));
}

static void many_questions_leave_one_descriptor(void **state)
{
	struct fixture *x = *state;
	int before = open_descriptors();
	struct rst_facts f;

	for (int i = 0; i < 100; i++) {
		assert_true(finds_peer(x));
		assert_int_equal(rst_probe(x->pair.listener, RST_WANT_ALL,
					   &x->diag, NULL, &f),
				 0);
		rst_probe_listener(x->pair.ours, &x->diag, &f);
	}
	assert_int_equal(open_descriptors(), before + 1);
}

static int exit_status(pid_t child)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* What a child keeps with these limits; 255 for nothing. */
static int kept_below(struct fixture *x, rlim_t soft, rlim_t hard)
{
	const struct rlimit limit = {soft, hard};
	pid_t child = fork();

	if (child == 0) {
		rst_diag_after_fork(&x->diag);
		if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || !finds_peer(x))
			_exit(1);
		_exit(kept(x) & 255);
	}
	return exit_status(child);
}

static void low_limit_is_coped_with(void **state)
{
	struct fixture *x = *state;

	/* Of 16 the program may need each one: none is kept. */
	assert_int_equal(kept_below(x, 16, 16), 255);
	assert_int_equal(kept_below(x, 100, 100), 98);
	assert_int_equal(kept_below(x, 16, 100), 16);
	assert_int_equal(kept_below(x, 100, 200), 100);
}

/* In a child of its own: 0 if all is as it should be. */
static int without_free_descriptors(struct fixture *x)
{
	const struct rlimit few = {32, 32};
	struct rst_facts f;
	int last = -1, fd;

	rst_diag_after_fork(&x->diag);
	if (setrlimit(RLIMIT_NOFILE, &few) != 0)
		return 1;
	while ((fd = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
		last = fd;
	errno = ENOTTY;
	if (rst_probe(x->pair.ours, RST_WANT_ALL, &x->diag, NULL, &f) != 0 ||
	    errno != ENOTTY || f.have & RST_HAVE_PEER_SOCKET ||
	    x->diag.is_denied)
		return 2;
	/* One is enough to ask with, though not to keep. */
	close(last - 4);
	if (!finds_peer(x) || x->diag.fd != 0)
		return 3;
	return open("/dev/null", O_RDONLY | O_CLOEXEC) == last - 4 ? 0 : 4;
}

static void no_free_descriptor_leaves_the_fact_unknown(void **state)
{
	pid_t child = fork();

	if (child == 0)
		_exit(without_free_descriptors(*state));
	assert_int_equal(exit_status(child), 0);
}

static void descriptor_closed_by_the_program_is_opened_again(void **state)
{
	struct fixture *x = *state;
	int before;

	assert_true(finds_peer(x));
	before = open_descriptors();
	close(kept(x));
	assert_false(rst_diag_owns(&x->diag, kept(x)));
	assert_true(finds_peer(x));
	assert_int_equal(open_descriptors(), before);
}

/* The program's own descriptor is neither used, nor closed, nor read. */
static void descriptor_taken_by_the_program_is_left_alone(void **state)
{
	struct fixture *x = *state;
	int number, other;
	char buf[8];

	assert_true(finds_peer(x));
	number = kept(x);
	burden_load("unread", &x->pair);
	assert_int_equal(dup3(x->pair.ours, number, O_CLOEXEC), number);
	assert_false(rst_diag_owns(&x->diag, number));
	assert_true(finds_peer(x));
	assert_int_equal(kept(x), number + 1);
	assert_int_equal(recv(number, buf, sizeof(buf), MSG_DONTWAIT), 5);
	assert_int_equal(recv(x->pair.theirs, buf, 1, MSG_DONTWAIT), -1);
	/* Another netlink socket of the program's is not ours either. */
	other = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	number = kept(x);
	assert_int_equal(dup3(other, number, O_CLOEXEC), number);
	assert_false(rst_diag_owns(&x->diag, number));
	assert_true(finds_peer(x));
	assert_int_not_equal(kept(x), number);
	close(number);
	close(number - 1);
	close(other);
}

/*
 * The race that the check can't exclude: a TCP socket gets our number between
 * the check and the question. The kernel must refuse to send it to the peer.
 */
static void question_never_enters_a_tcp_stream(void **state)
{
	struct fixture *x = *state;
	struct netlink n;
	struct nlmsghdr question = {.nlmsg_len = sizeof(question),
				    .nlmsg_type = SOCK_DIAG_BY_FAMILY};
	char buf[64];

	assert_int_equal(
		netlink_begin(&n, &x->diag, NETLINK_KEPT, x->pair.ours), 0);
	assert_int_equal(dup3(x->pair.ours, n.fd, O_CLOEXEC), n.fd);
	assert_int_equal(netlink_ask(&n, &question), -EISCONN);
	netlink_end(&n);
	assert_int_equal(recv(x->pair.theirs, buf, sizeof(buf), MSG_DONTWAIT),
			 -1);
	assert_int_equal(errno, EAGAIN);
	close(n.fd);
}

static void late_answers_are_thrown_away(void **state)
{
	struct fixture *x = *state;
	struct diag_query q = {.fd = x->pair.ours, .ifindex = 1};
	struct diag_socket s;
	struct netlink n;

	assert_true(finds_peer(x));
	/* Questions whose answers nobody reads: they stay queued. */
	assert_int_equal(
		netlink_begin(&n, &x->diag, NETLINK_KEPT, x->pair.ours), 0);
	for (int i = 0; i < 3; i++) {
		struct {
			struct nlmsghdr header;
			char rest[56];
		} question = {.header = {.nlmsg_len = sizeof(question),
					 .nlmsg_type = SOCK_DIAG_BY_FAMILY}};

		assert_int_equal(netlink_ask(&n, &question.header), 0);
	}
	netlink_end(&n);
	q.local.family = 4;
	q.local.port = 1;
	assert_int_equal(diag_find(&x->diag, &q, &s), -ENOENT);
	assert_true(finds_peer(x));
}

static void descriptor_of_another_namespace_is_replaced(void **state)
{
	struct fixture *x = *state;
	const struct tcp_pair left_behind = x->pair;

	assert_true(finds_peer(x));
	tcp_network_enter();
	x->pair = tcp_pair_open(PAIR_IPV4, PAIR_CLIENT);
	assert_true(finds_peer(x));
	assert_int_equal(kept(x), 1022);
	tcp_pair_drop(&x->pair);
	/* Of whom it can't be asked any more, nothing is said. */
	x->pair = left_behind;
	assert_false(finds_peer(x));
}

static void busy_descriptor_is_replaced_for_one_question(void **state)
{
	struct fixture *x = *state;
	struct rst_diag before;
	int descriptors;

	assert_true(finds_peer(x));
	descriptors = open_descriptors();
	x->diag.busy = 1;
	before = x->diag;
	assert_true(finds_peer(x));
	assert_memory_equal(&x->diag, &before, sizeof(before));
	assert_int_equal(open_descriptors(), descriptors);
	x->diag.busy = 0;
}

/* Without rst_diag_after_fork() a child can't know that memory is its own. */
static void forked_child_leaves_its_parents_descriptor_alone(void **state)
{
	struct fixture *x = *state;
	struct rst_diag before;
	pid_t child;

	assert_true(finds_peer(x));
	before = x->diag;
	child = fork();
	if (child == 0) {
		if (!finds_peer(x))
			_exit(1);
		_exit(memcmp(&x->diag, &before, sizeof(before)) ? 2 : 0);
	}
	assert_int_equal(exit_status(child), 0);
	assert_true(finds_peer(x));
}

static void forked_child_starts_anew(void **state)
{
	struct fixture *x = *state;
	struct netlink n;
	pid_t child;

	assert_true(finds_peer(x));
	/* Another thread's question at the time of the fork stays a question.
	 */
	assert_int_equal(
		netlink_begin(&n, &x->diag, NETLINK_KEPT, x->pair.ours), 0);
	child = fork();
	if (child == 0) {
		uint64_t inode = x->diag.inode;

		rst_diag_after_fork(&x->diag);
		if (fcntl(HIGH, F_GETFD) != -1 || !finds_peer(x))
			_exit(1);
		_exit(kept(x) == HIGH && x->diag.inode != inode ? 0 : 2);
	}
	netlink_end(&n);
	assert_int_equal(exit_status(child), 0);
	assert_true(finds_peer(x));
}

struct shared_child {
	struct fixture *x;
	bool has_found;
};

static int ask_in_shared_memory(void *arg)
{
	struct shared_child *c = arg;

	c->has_found = finds_peer(c->x);
	return 0;
}

/* vfork() and posix_spawn(): another process in our memory. */
static void child_in_our_memory_writes_nothing(void **state)
{
	static char stack[65536] __attribute__((aligned(16)));
	struct shared_child c = {.x = *state};
	struct rst_diag before;
	pid_t child;

	assert_true(finds_peer(c.x));
	before = c.x->diag;
	child = clone(ask_in_shared_memory, stack + sizeof(stack),
		      CLONE_VM | CLONE_VFORK | SIGCHLD, &c);
	assert_int_equal(exit_status(child), 0);
	assert_true(c.has_found);
	assert_memory_equal(&c.x->diag, &before, sizeof(before));
}

enum { THREADS = 4, QUESTIONS = 300 };

static void *ask_often(void *arg)
{
	uintptr_t found = 0;

	for (int i = 0; i < QUESTIONS; i++)
		found += finds_peer(arg);
	return (void *)found;
}

static void threads_share_one_diag(void **state)
{
	struct fixture *x = *state;
	pthread_t thread[THREADS];
	int before = open_descriptors();

	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, ask_often, x),
				 0);
	for (int i = 0; i < THREADS; i++) {
		void *found;

		assert_int_equal(pthread_join(thread[i], &found), 0);
		assert_int_equal((uintptr_t)found, QUESTIONS);
	}
	assert_int_equal(open_descriptors(), before + 1);
}

static struct fixture *interrupted;
static volatile sig_atomic_t asked_in_handler;

static void ask_in_handler(int number)
{
	(void)number;
	if (finds_peer(interrupted))
		asked_in_handler++;
}

/* A storm of signals whose handler asks as well: both get their answers. */
static void signal_handler_may_ask_too(void **state)
{
	const struct itimerval storm = {{0, 200}, {0, 200}};
	const struct itimerval calm = {0};
	struct sigaction sa = {.sa_handler = ask_in_handler};
	struct sigaction old;

	interrupted = *state;
	asked_in_handler = 0;
	sigaction(SIGALRM, &sa, &old);
	setitimer(ITIMER_REAL, &storm, NULL);
	for (int i = 0; i < 100000 && asked_in_handler < 50; i++)
		assert_true(finds_peer(interrupted));
	setitimer(ITIMER_REAL, &calm, NULL);
	sigaction(SIGALRM, &old, NULL);
	assert_true(asked_in_handler >= 50);
	assert_int_equal(interrupted->diag.busy, 0);
}

static void signal_mask_is_as_before(void **state)
{
	sigset_t set, after;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_SETMASK, &set, NULL);
	assert_true(finds_peer(*state));
	sigemptyset(&set);
	sigprocmask(SIG_SETMASK, &set, &after);
	assert_true(sigismember(&after, SIGUSR1));
	assert_false(sigismember(&after, SIGUSR2));
}

#define WITH_FIXTURE(test) \
	cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FIXTURE(kept_descriptor_lies_high_and_closes_on_exec),
		WITH_FIXTURE(many_questions_leave_one_descriptor),
		WITH_FIXTURE(low_limit_is_coped_with),
		WITH_FIXTURE(no_free_descriptor_leaves_the_fact_unknown),
		WITH_FIXTURE(descriptor_closed_by_the_program_is_opened_again),
		WITH_FIXTURE(descriptor_taken_by_the_program_is_left_alone),
		WITH_FIXTURE(question_never_enters_a_tcp_stream),
		WITH_FIXTURE(late_answers_are_thrown_away),
		WITH_FIXTURE(descriptor_of_another_namespace_is_replaced),
		WITH_FIXTURE(busy_descriptor_is_replaced_for_one_question),
		WITH_FIXTURE(forked_child_leaves_its_parents_descriptor_alone),
		WITH_FIXTURE(forked_child_starts_anew),
		WITH_FIXTURE(child_in_our_memory_writes_nothing),
		WITH_FIXTURE(threads_share_one_diag),
		WITH_FIXTURE(signal_handler_may_ask_too),
		WITH_FIXTURE(signal_mask_is_as_before),
	};

	setrlimit(RLIMIT_NOFILE, &(struct rlimit){LIMIT, LIMIT});
	return cmocka_run_group_tests(tests, NULL, NULL);
}
