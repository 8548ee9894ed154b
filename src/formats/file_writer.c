/* formats/file_writer.c: see file_writer.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/file_writer.h"

#include "core/error.h"
#include "core/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct file_writer {
    char *path, *target, *temporary; /* target is path without symbolic links */
    FILE *file;
};

static ct_status fail(const file_writer *w, const char *what)
{
    return core_fail(CT_ERROR_IO, "%s: cannot be written: %s", w->path, what);
}

static void end(file_writer *w)
{
    free(w->path);
    free(w->target);
    free(w->temporary);
    free(w);
}

/* A name that no other writer of this machine has taken: O_EXCL tells. A file that is replaced hands on its mode. */
static int open_temporary(file_writer *w, const struct stat *old)
{
    for (int i = 0; i < 100; i++) {
        free(w->temporary);
        w->temporary = text_format("%s.%ld-%d.tmp", w->target, (long)getpid(), i);
        int fd = w->temporary ? open(w->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666) : -1;
        if (fd >= 0 && old)
            (void)!fchmod(fd, old->st_mode & 07777);
        if (fd >= 0 || !w->temporary || errno != EEXIST)
            return fd;
    }
    return -1;
}

static ct_status begin(file_writer *w)
{
    struct stat info;
    bool exists = stat(w->target, &info) == 0;
    if (exists && !S_ISREG(info.st_mode))
        return fail(w, S_ISDIR(info.st_mode) ? "it is a directory" : "it is not a regular file");
    int fd = open_temporary(w, exists ? &info : NULL);
    w->file = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (w->file)
        return CT_OK;
    ct_status status = fail(w, strerror(errno));
    if (fd >= 0) {
        close(fd);
        unlink(w->temporary);
    }
    return status;
}

ct_status file_writer_open(file_writer **out, const char *path)
{
    file_writer *w = calloc(1, sizeof *w);
    if (w) {
        w->path = text_copy(path);
        w->target = realpath(path, NULL); /* NULL for a file that is new */
        if (!w->target)
            w->target = text_copy(path);
    }
    if (!w || !w->path || !w->target) {
        if (w)
            end(w);
        return core_fail(CT_ERROR_MEMORY, "%s: out of memory", path);
    }
    ct_status status = begin(w);
    if (status != CT_OK) {
        end(w);
        return status;
    }
    *out = w;
    return CT_OK;
}

ct_status file_writer_add(file_writer *w, const void *bytes, size_t size)
{
    /* No bytes may be NULL, which fwrite must not be given. */
    bool done = size == 0 || fwrite(bytes, 1, size, w->file) == size;
    return done ? CT_OK : fail(w, strerror(errno));
}

ct_status file_writer_commit(file_writer *w)
{
    bool done = fflush(w->file) == 0 && fsync(fileno(w->file)) == 0;
    int error = errno;
    if (fclose(w->file) != 0 && done) {
        done = false;
        error = errno;
    }
    if (done && rename(w->temporary, w->target) != 0) {
        done = false;
        error = errno;
    }
    ct_status status = done ? CT_OK : fail(w, strerror(error));
    if (!done)
        unlink(w->temporary);
    end(w);
    return status;
}

void file_writer_discard(file_writer *w)
{
    if (!w)
        return;
    fclose(w->file);
    unlink(w->temporary);
    end(w);
}

const char *file_writer_path(const file_writer *w)
{
    return w->path;
}
