/* SPDX-License-Identifier: MIT */
/* close_with_the_urgent_pointer_ahead_of_the_data_is_silent.c - SIOCATMARK says
 * 1, and nothing is queued */
#include "tcp.h"

/* Drops what is one byte long: the urgent byte itself. */
static void drop_single_bytes(int fd)
{
	struct sock_filter code[] = {
		/* The header's length in bytes: the high nibble * 4. */
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 12),
		BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 4),
		BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 2),
		BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, 1),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, 65535),
	};
	struct sock_fprog filter = {.len = 9, .filter = code};

	MUST(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter,
			sizeof(filter)) == 0);
}

int main(int argc, char **argv)
{
	char data[256];
	int listener = tcp_listen(own_address(argc, argv), 1);
	struct pair p = {.ours = tcp_socket_of(name_of(listener), 0)};
	int mss = 0;
	socklen_t len = sizeof(mss);

	tcp_option(p.ours, IPPROTO_TCP, TCP_MAXSEG, 100);
	MUST(tcp_connect(p.ours, listener) == 0);
	p.theirs = tcp_accept(listener);
	close(listener);
	drop_single_bytes(p.ours);
	MUST(getsockopt(p.theirs, IPPROTO_TCP, TCP_MAXSEG, &mss, &len) == 0);
	/* One full segment that announces the urgent byte, then that byte. */
	MUST(mss < 255 && send(p.theirs, data, mss + 1, MSG_OOB) == mss + 1);
	await_bytes(p.ours, mss);
	MUST(recv(p.ours, data, sizeof(data), 0) == mss);
	SAY(sockatmark(p.ours));
	SAY(close(p.ours));
	/* It takes our FIN, and its own would come behind the missing byte. */
	await(p.theirs, POLLRDHUP);
	MUST(tcp_drain(p.theirs) == 0);
	tcp_option(p.theirs, IPPROTO_TCP, TCP_QUICKACK, 1);
	tcp_vanish(p.theirs);
	return 0;
}
