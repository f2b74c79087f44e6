/* SPDX-License-Identifier: MIT */
/* shifted.c - a log or capture as if its host's clock had been another. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/*
 * shifted MILLISECONDS [PACKETS] <FILE
 *
 * FILE is a log, or a pcap file of microseconds; of that the first PACKETS stay
 * as they are, as if the clock had been set then.
 */
static int shift_capture(int64_t us, long packets)
{
	static unsigned char packet[1 << 18];
	uint32_t head[6], record[4];

	if (fread(head, sizeof(head), 1, stdin) != 1)
		return 1;
	fwrite(head, sizeof(head), 1, stdout);
	while (fread(record, sizeof(record), 1, stdin) == 1) {
		int64_t at = record[0] * INT64_C(1000000) + record[1] +
			     (packets-- > 0 ? 0 : us);

		if (record[2] > sizeof(packet) ||
		    fread(packet, 1, record[2], stdin) != record[2])
			return 1;
		record[0] = (uint32_t)(at / 1000000);
		record[1] = (uint32_t)(at % 1000000);
		fwrite(record, sizeof(record), 1, stdout);
		fwrite(packet, 1, record[2], stdout);
	}
	return 0;
}

static void shift_line(char *line, int64_t us)
{
	static const char key[] = "{\"@timestamp\":\"";
	char text[32];
	struct tm tm = {0};
	char *end = strncmp(line, key, strlen(key))
			    ? NULL
			    : strptime(line + strlen(key), "%Y-%m-%dT%H:%M:%S",
				       &tm);
	int64_t at;

	if (!end) {
		fputs(line, stdout);
		return;
	}
	at = timegm(&tm) * INT64_C(1000000000) + strtol(end + 1, &end, 10) +
	     us * 1000;
	tm = *gmtime(&(time_t){at / 1000000000});
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	printf("%s%s.%09" PRId64 "%s", key, text, at % 1000000000, end);
}

int main(int argc, char **argv)
{
	int64_t us = argc > 1 ? strtol(argv[1], NULL, 10) * 1000 : 0;
	char *line = NULL;
	size_t room = 0;
	int first = getchar();

	ungetc(first, stdin);
	if (first != '{')
		return shift_capture(us,
				     argc > 2 ? strtol(argv[2], NULL, 10) : 0);
	while (getline(&line, &room, stdin) > 0)
		shift_line(line, us);
	free(line);
	return 0;
}
