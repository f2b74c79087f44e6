/* SPDX-License-Identifier: MIT */
/* outfile.c - a file that appears under its name whole or not at all. */
#include "outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct outfile {
	char *path; /* the name it is to have; no symbolic link */
	char *temp; /* the name it has meanwhile */
	FILE *file;
	uint64_t len;
	int error; /* errno of the first failure */
};

static void release(struct outfile *o)
{
	if (o->file)
		fclose(o->file);
	free(o->path);
	free(o->temp);
	free(o);
}

static struct outfile *give_up(struct outfile *o, const char *path,
			       const char *what, char why[OUTFILE_ERROR_MAX])
{
	snprintf(why, OUTFILE_ERROR_MAX, "%s: %s", path, what);
	if (o)
		release(o);
	return NULL;
}

/* Creates the file under its other name: 0, or -1 and errno. */
static int create(struct outfile *o, const char *path)
{
	int fd;

	o->path = realpath(path, NULL);
	if (!o->path)
		o->path = strdup(path);
	if (!o->path ||
	    asprintf(&o->temp, "%s.part-%ld", o->path, (long)getpid()) < 0) {
		o->temp = NULL;
		errno = ENOMEM;
		return -1;
	}
	fd = open(o->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return -1;
	o->file = fdopen(fd, "w");
	if (o->file)
		return 0;
	close(fd);
	unlink(o->temp);
	return -1;
}

struct outfile *outfile_open(const char *path, char why[OUTFILE_ERROR_MAX])
{
	_Bool is_there;
	struct outfile *o;
	struct stat st;

	is_there = stat(path, &st) == 0;
	if (is_there && !S_ISREG(st.st_mode))
		return give_up(NULL, path, "not a regular file", why);
	o = calloc(1, sizeof(*o));
	if (!o || create(o, path))
		return give_up(o, path, strerror(errno), why);
	/* Who may not read the old one may not read the new one. */
	if (is_there)
		fchmod(fileno(o->file), st.st_mode & 0777);
	return o;
}

void outfile_write(struct outfile *o, const void *bytes, size_t len)
{
	if (o->error)
		return;
	if (fwrite(bytes, 1, len, o->file) != len)
		o->error = errno;
	o->len += len;
}

uint64_t outfile_len(const struct outfile *o)
{
	return o->len;
}

void outfile_patch(struct outfile *o, uint64_t at, const void *bytes,
		   size_t len)
{
	if (o->error)
		return;
	if (fseeko(o->file, (off_t)at, SEEK_SET) ||
	    fwrite(bytes, 1, len, o->file) != len ||
	    fseeko(o->file, 0, SEEK_END))
		o->error = errno;
}

int outfile_commit(struct outfile *o, char why[OUTFILE_ERROR_MAX])
{
	/* A full disk may show only now. */
	if (fclose(o->file) && !o->error)
		o->error = errno;
	o->file = NULL;
	if (!o->error && rename(o->temp, o->path))
		o->error = errno;
	if (!o->error) {
		release(o);
		return 0;
	}
	unlink(o->temp);
	give_up(o, o->path, strerror(o->error), why);
	return -1;
}

void outfile_abandon(struct outfile *o)
{
	unlink(o->temp);
	release(o);
}
