/* SPDX-License-Identifier: MIT */
/* capture_file.h - builds pcap and pcapng files in memory, good and bad. */
#ifndef RSTWATCH_TESTS_CAPTURE_FILE_H
#define RSTWATCH_TESTS_CAPTURE_FILE_H

#include <stddef.h>
#include <stdint.h>

enum {
	CAPTURE_FILE_MAX = 64 * 1024,
	CAPTURE_FILE_PATH_MAX = 32,
	/* Magic numbers of classic pcap. */
	MICRO = 0xa1b2c3d4,
	NANO = 0xa1b23c4d,
	KUZNETZOV = 0xa1b2cd34,
	/* LINKTYPE_ values. */
	ETHERNET = 1,
	RAW = 101,
	SLL = 113,
	SNAPLEN = 65535,
	NOON = 1700000000, /* a time, seconds since 1970 */
};

#define NS_PER_S 1000000000ULL

/* A file as it grows. Every function ends the test where it is full. */
struct capture_file {
	uint8_t bytes[CAPTURE_FILE_MAX];
	size_t len;
	size_t block;	  /* where the open pcapng block or option began */
	_Bool is_swapped; /* numbers in the order this machine hasn't */
};

void file_bytes(struct capture_file *f, const void *bytes, size_t len);
void file_u16(struct capture_file *f, uint16_t v);
void file_u32(struct capture_file *f, uint32_t v);
void file_u64(struct capture_file *f, uint64_t v);

/* Classic pcap. fraction is in the unit that magic says. */
void file_pcap_header(struct capture_file *f, uint32_t magic, uint32_t snaplen,
		      uint32_t network);
void file_pcap_packet(struct capture_file *f, uint32_t s, uint32_t fraction,
		      const void *data, uint32_t caplen, uint32_t len);

/* A pcapng block: begin, its body by the functions above, end. */
void file_block_begin(struct capture_file *f, uint32_t type);
void file_block_end(struct capture_file *f);

/* An option inside an open block. */
void file_option(struct capture_file *f, uint16_t code, const void *value,
		 uint16_t len);

/* Whole blocks. The section takes the byte order of f->is_swapped. */
void file_section(struct capture_file *f);
void file_interface(struct capture_file *f, uint16_t linktype,
		    uint32_t snaplen);
void file_enhanced(struct capture_file *f, uint32_t interface, uint64_t ticks,
		   const void *data, uint32_t caplen, uint32_t len);

/*
 * Three packets, at NOON: as classic pcap "one", "three" and an empty one; as
 * a section of two interfaces, the second SLL, "ether" in an enhanced packet
 * block, a block that nobody knows, "cooked", and "old" in an obsolete block.
 */
void file_savefile(struct capture_file *f);
void file_mixed_section(struct capture_file *f);

/* The same bytes in gzip or zstd, as one member, appended to out. */
void file_gzip(struct capture_file *out, const struct capture_file *in);
void file_zstd(struct capture_file *out, const struct capture_file *in);

/* A file descriptor of a memory file that holds the first len bytes of f, and
 * a path to open it by. The caller closes it. */
int file_open(const struct capture_file *f, size_t len,
	      char path[CAPTURE_FILE_PATH_MAX]);

#endif
