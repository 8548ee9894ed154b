/* formats/map.c: see map.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/map.h"

#include "core/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NO_FILE = -1 };

struct file_map {
    unsigned char *bytes;
    size_t size;
    int fd;                      /* of the mapped file until it is settled, else NO_FILE */
    bool lent;                   /* by the caller, else mapped */
    void (*deleter)(void *user); /* of lent bytes; NULL for none */
    void *user;
    char path[];
};

static file_map *map_new(const char *path)
{
    size_t length = strlen(path) + 1;
    file_map *map = calloc(1, sizeof *map + length);
    if (!map) {
        core_fail(CT_ERROR_MEMORY, "%s: out of memory", path);
        return NULL;
    }
    map->fd = NO_FILE;
    memcpy(map->path, path, length);
    return map;
}

static ct_status map_pages(file_map *map, int fd)
{
    struct stat info;
    if (fstat(fd, &info) != 0)
        return core_fail(CT_ERROR_IO, "%s: %s", map->path, strerror(errno));
    if (S_ISDIR(info.st_mode))
        return core_fail(CT_ERROR_IO, "%s: is a directory; give the path of a file", map->path);
    if (!S_ISREG(info.st_mode))
        return core_fail(CT_ERROR_IO, "%s: is not a regular file, and only those can be mapped; copy it to one",
                         map->path);
    if ((uintmax_t)info.st_size > SIZE_MAX)
        return core_fail(CT_ERROR_MEMORY, "%s: is too large for this machine's address space", map->path);
    map->size = (size_t)info.st_size;
    if (map->size == 0)
        return CT_OK; /* mmap refuses an empty range */
    /* Without a reserve: the file may be larger than the memory, of which only pages that are written to take any. */
    void *pages = mmap(NULL, map->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, fd, 0);
    if (pages == MAP_FAILED)
        return core_fail(CT_ERROR_IO, "%s: cannot be mapped: %s", map->path, strerror(errno));
    map->bytes = pages;
    map->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0); /* where there is none left, the pages will do */
    return CT_OK;
}

ct_status file_map_open(file_map **out, const char *path)
{
    /* O_NONBLOCK, or opening a FIFO would wait for its writer; it changes nothing for a regular file. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return core_fail(CT_ERROR_IO, "%s: cannot be opened: %s", path, strerror(errno));
    ct_status status = file_map_descriptor(out, fd, path);
    close(fd);
    return status;
}

ct_status file_map_descriptor(file_map **out, int fd, const char *name)
{
    file_map *map = map_new(name);
    ct_status status = map ? map_pages(map, fd) : CT_ERROR_MEMORY;
    if (status != CT_OK) {
        file_map_close(map);
        return status;
    }
    *out = map;
    return CT_OK;
}

ct_status file_map_copy(file_map **out, const void *bytes, size_t size, const char *name)
{
    void *copy = malloc(size ? size : 1);
    if (!copy)
        return core_fail(CT_ERROR_MEMORY, "%s: no memory for %zu bytes", name, size);
    if (size)
        memcpy(copy, bytes, size);
    return file_map_lend(out, copy, size, name, free, copy);
}

ct_status file_map_lend(file_map **out, void *bytes, size_t size, const char *name, void (*deleter)(void *user),
                        void *user)
{
    file_map *map = map_new(name);
    if (!map) {
        if (deleter)
            deleter(user);
        return CT_ERROR_MEMORY;
    }
    map->bytes = bytes;
    map->size = size;
    map->lent = true;
    map->deleter = deleter;
    map->user = user;
    *out = map;
    return CT_OK;
}

void file_map_close(file_map *map)
{
    if (!map)
        return;
    if (map->deleter)
        map->deleter(map->user);
    else if (map->bytes && !map->lent)
        munmap(map->bytes, map->size);
    file_map_settle(map);
    free(map);
}

ct_status file_map_read(const file_map *map, size_t offset, void *out, size_t size)
{
    if (map->fd == NO_FILE) {
        memcpy(out, map->bytes + offset, size);
        return CT_OK;
    }
    ssize_t got = pread(map->fd, out, size, (off_t)offset);
    if (got == (ssize_t)size)
        return CT_OK;
    return core_fail(CT_ERROR_IO, "%s: byte %zu cannot be read: %s", map->path, offset,
                     got < 0 ? strerror(errno) : "the file has become shorter");
}

void file_map_settle(file_map *map)
{
    if (map->fd != NO_FILE)
        close(map->fd);
    map->fd = NO_FILE;
}

unsigned char *file_map_bytes(const file_map *map)
{
    return map->bytes;
}

size_t file_map_size(const file_map *map)
{
    return map->size;
}

const char *file_map_path(const file_map *map)
{
    return map->path;
}
