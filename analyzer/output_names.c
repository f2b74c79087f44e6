/* SPDX-License-Identifier: MIT */
/* output_names.c - whether what is written would take the place of what is
 * used. */
#include "output_names.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* A file, or where it would be: then its directory, and its name in there. */
struct location {
	bool is_file;
	dev_t dev;
	ino_t ino;
	const char *name;
};

/* Of a file that is not there yet. */
static struct location future_location(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	char directory[PATH_MAX] = ".";
	struct stat st;

	if (name - path >= PATH_MAX)
		return (struct location){.is_file = false};
	if (slash) {
		memcpy(directory, path, (size_t)(name - path));
		directory[name - path] = '\0';
	}
	if (stat(directory, &st))
		return (struct location){.is_file = false};
	return (struct location){true, st.st_dev, st.st_ino, name};
}

static struct location location_of(const char *path)
{
	struct stat st;

	if (!path || !strcmp(path, "-"))
		return (struct location){.is_file = false};
	if (stat(path, &st))
		return future_location(path);
	return (struct location){S_ISREG(st.st_mode), st.st_dev, st.st_ino,
				 NULL};
}

static bool is_same(const struct location *a, const struct location *b)
{
	if (!a->is_file || !b->is_file || a->dev != b->dev || a->ino != b->ino)
		return false;
	return a->name && b->name ? !strcmp(a->name, b->name)
				  : a->name == b->name;
}

int output_names_differ(const char *command, const struct output_name *outputs,
			size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct location a = location_of(outputs[i].path);

		for (size_t k = i + 1; k < count; k++) {
			struct location b = location_of(outputs[k].path);

			if (!is_same(&a, &b))
				continue;
			fprintf(stderr,
				"rstwatch %s: %s and %s would both be written "
				"to %s: give each a file of its own\n",
				command, outputs[i].option, outputs[k].option,
				outputs[i].path);
			return -1;
		}
	}
	return 0;
}

int output_names_spare(const char *command, const struct output_name *outputs,
		       size_t count, const char *const *inputs,
		       size_t input_count)
{
	for (size_t i = 0; i < count; i++) {
		struct location to = location_of(outputs[i].path);

		for (size_t k = 0; to.is_file && k < input_count; k++) {
			struct location from = location_of(inputs[k]);

			if (!is_same(&to, &from))
				continue;
			fprintf(stderr,
				"rstwatch %s: %s would overwrite %s, which is "
				"read: give it another file\n",
				command, outputs[i].option, inputs[k]);
			return -1;
		}
	}
	return 0;
}
