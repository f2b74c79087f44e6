/* SPDX-License-Identifier: MIT */
/* analyze_loop.c - the least that reading a capture can cost: pcap_loop(). */
#include <stdio.h>

#include <pcap/pcap.h>

static void count(u_char *packets, const struct pcap_pkthdr *h, const u_char *p)
{
	(void)h;
	(void)p;
	++*(unsigned long *)packets;
}

int main(int argc, char **argv)
{
	char why[PCAP_ERRBUF_SIZE] = "usage: analyze_loop FILE";
	unsigned long packets = 0;
	pcap_t *p = argc == 2 ? pcap_open_offline(argv[1], why) : NULL;

	if (!p || pcap_loop(p, -1, count, (u_char *)&packets)) {
		fprintf(stderr, "%s\n", p ? pcap_geterr(p) : why);
		return 1;
	}
	pcap_close(p);
	printf("%lu\n", packets);
	return 0;
}
