/* SPDX-License-Identifier: MIT */
/* bad_pointers_are_the_kernels_to_refuse.c - EFAULT, and nobody dies. */
#include <sys/uio.h>

#include "trap.h"

int main(void)
{
	/* Not to be seen through by the compiler. */
	void *volatile nowhere = (void *)8;
	void *bad = nowhere;
	int six, fd[2], fresh = socket(AF_INET, SOCK_STREAM, 0);

	tcp_pair(fd);
	printf("%d %d\n", connect(fresh, bad, 16), errno);
	printf("%d %d\n", connect(fresh, NULL, 0), errno);
	printf("%zd %d\n", read(fd[1], bad, 0), errno);
	printf("%zd %d\n", write(fd[0], bad, 4), errno);
	printf("%zd %d\n", writev(fd[0], bad, 1), errno);
	printf("%zd %d\n", readv(fd[0], bad, 1), errno);
	printf("%zd %d\n", sendmsg(fd[0], bad, 0), errno);
	printf("%zd %d\n", recvmsg(fd[0], bad, MSG_DONTWAIT), errno);
	printf("%d %d\n", setsockopt(fd[0], SOL_SOCKET, SO_LINGER, bad, 8),
	       errno);
	/* Some it takes: here nothing stands for 0. */
	six = socket(AF_INET6, SOCK_STREAM, 0);
	printf("%d\n", setsockopt(six, IPPROTO_IPV6, IPV6_RECVPKTINFO, NULL,
				  sizeof(int)));
	printf("%d %d\n", accept(fd[0], bad, bad), errno);
	return 0;
}
