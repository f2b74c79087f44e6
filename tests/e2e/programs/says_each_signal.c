/* SPDX-License-Identifier: MIT */
/* says_each_signal.c - prints what comes, and with which value, until SIGTERM
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
	siginfo_t info;
	sigset_t set;

	sigfillset(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	puts("ready");
	do {
		fflush(stdout);
		if (sigwaitinfo(&set, &info) < 0)
			return 1;
		printf("%s %d\n", sigabbrev_np(info.si_signo),
		       info.si_code == SI_QUEUE ? info.si_value.sival_int : 0);
	} while (info.si_signo != SIGTERM);
	return 0;
}
