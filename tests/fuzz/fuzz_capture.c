/* SPDX-License-Identifier: MIT */
/* fuzz_capture.c - any bytes as a capture: read, commented, read again. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "annotate.h"
#include "capture.h"
#include "fuzz.h"

/* Reads them all, so that a byte that isn't there is noticed. */
static void touch(const uint8_t *bytes, size_t len)
{
	static volatile uint8_t last;

	for (size_t i = 0; i < len; i++)
		last = bytes[i];
	(void)last;
}

/* Reads all packets, every byte of them; how many there were. */
static uint64_t read_all(const char *path, int *result)
{
	char why[CAPTURE_ERROR_MAX];
	struct capture *c = capture_open(path, why);
	struct packet p;
	uint64_t last = 0;

	*result = -1;
	if (!c) {
		fuzz_must(why[0], "a file that is refused is told why");
		return 0;
	}
	while ((*result = capture_next(c, &p)) == 1) {
		touch(p.data, p.caplen);
		fuzz_must(p.frame == last + 1, "frames are counted one by one");
		last = p.frame;
	}
	fuzz_must(!*result || capture_error(c)[0], "damage is told");
	capture_close(c);
	return last;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct annotation comments[] = {
		{1, {{"for people", "for programs"}}},
		{3, {{"for people", NULL}}},
	};
	const char *in = fuzz_file(0, data, size), *dir = getenv("TMPDIR");
	char out[256], why[ANNOTATE_ERROR_MAX];
	enum annotate_result annotated;
	uint64_t packets;
	int result, copy_result;

	snprintf(out, sizeof(out), "%s/%d.pcapng", dir ? dir : "/tmp",
		 getpid());
	packets = read_all(in, &result);
	annotated = annotate(in, out, comments, 2, why);
	if (annotated == ANNOTATE_FAILED)
		return 0;
	/* What is wrong inside a block is copied as it is. */
	fuzz_must(result || annotated == ANNOTATE_DONE,
		  "a good capture is copied whole");
	fuzz_must(read_all(out, &copy_result) == packets,
		  "a commented copy has the same packets");
	fuzz_must(result || !copy_result, "a copy of a good one is good");
	unlink(out);
	return 0;
}
