/* SPDX-License-Identifier: MIT */
/* tap.c - a packet socket with a ring. */
#include "tap.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* Headers alone are kept, behind those of the ring itself. */
enum { SNAP = 160, BLOCK = 1 << 20 };

static bool prepare(struct tap *t)
{
	struct sock_filter snap = BPF_STMT(BPF_RET | BPF_K, SNAP);
	struct sock_fprog program = {1, &snap};
	struct sockaddr_ll any = {.sll_family = AF_PACKET,
				  .sll_protocol = htons(ETH_P_ALL)};
	struct tpacket_req ring = {.tp_block_size = BLOCK,
				   .tp_frame_size = TAP_FRAME,
				   .tp_frame_nr = t->frames};
	int version = TPACKET_V2;

	ring.tp_block_nr = t->frames / (BLOCK / TAP_FRAME);
	if (setsockopt(t->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
		       sizeof(program)) != 0 ||
	    setsockopt(t->fd, SOL_PACKET, PACKET_VERSION, &version,
		       sizeof(version)) != 0 ||
	    setsockopt(t->fd, SOL_PACKET, PACKET_RX_RING, &ring,
		       sizeof(ring)) != 0)
		return false;
	t->ring = mmap(NULL, (size_t)t->frames * TAP_FRAME,
		       PROT_READ | PROT_WRITE, MAP_SHARED, t->fd, 0);
	return t->ring != MAP_FAILED &&
	       bind(t->fd, (void *)&any, sizeof(any)) == 0;
}

bool tap_open(struct tap *t, unsigned frames)
{
	*t = (struct tap){.frames = frames};
	/* Protocol 0: nothing comes before there is a ring to take it. */
	t->fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (t->fd < 0)
		return false;
	if (prepare(t))
		return true;
	close(t->fd);
	return false;
}

static struct tpacket2_hdr *frame(const struct tap *t)
{
	return (void *)(t->ring + (size_t)t->next * TAP_FRAME);
}

bool tap_next(struct tap *t, struct tapped *p)
{
	struct tpacket2_hdr *h = frame(t);
	const struct sockaddr_ll *from =
		(void *)((uint8_t *)h + TPACKET_ALIGN(sizeof(*h)));

	if (!(__atomic_load_n(&h->tp_status, __ATOMIC_ACQUIRE) &
	      TP_STATUS_USER))
		return false;
	p->ts_ns = (uint64_t)h->tp_sec * 1000000000 + h->tp_nsec;
	p->data = (uint8_t *)h + h->tp_net;
	p->caplen = h->tp_snaplen;
	p->is_sent = from->sll_pkttype == PACKET_OUTGOING;
	return true;
}

void tap_release(struct tap *t)
{
	__atomic_store_n(&frame(t)->tp_status, TP_STATUS_KERNEL,
			 __ATOMIC_RELEASE);
	t->next = (t->next + 1) % t->frames;
}

uint64_t tap_close(struct tap *t)
{
	struct tpacket_stats stats = {0};
	socklen_t len = sizeof(stats);

	getsockopt(t->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len);
	munmap(t->ring, (size_t)t->frames * TAP_FRAME);
	close(t->fd);
	return stats.tp_drops;
}
