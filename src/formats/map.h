/* formats/map.h: the bytes of a file, mapped into memory rather than read, so that opening costs the same for any size.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FORMATS_MAP_H
#define CTORCH_FORMATS_MAP_H

#include <ctorch/base.h>

/* The pages are private and writable: a tensor laid over them may be changed, and the file stays as it is.
 * As with every mapping, a file that somebody shortens in the meantime takes the reading process down with SIGBUS. */
typedef struct file_map file_map;

/* Maps the file at `path`. CT_ERROR_IO when it cannot be opened or is not a regular file. An empty file maps to 0
 * bytes. */
ct_status file_map_open(file_map **out, const char *path);

/* The same for a descriptor, which stays the caller's, from the beginning of its file wherever it stands; `name` stands
 * for the path in messages. */
ct_status file_map_descriptor(file_map **out, int fd, const char *name);

/* The same for bytes in memory, which are copied. */
ct_status file_map_copy(file_map **out, const void *bytes, size_t size, const char *name);

/* The same for bytes that are lent: who changes a tensor changes them. `deleter`, which may be NULL, is called with
 * `user` when nothing uses them any more, also when this fails. */
ct_status file_map_lend(file_map **out, void *bytes, size_t size, const char *name, void (*deleter)(void *user),
                        void *user);

/* Unmaps; takes NULL. A map has one owner: who hands out pointers into it counts references to that owner. */
void file_map_close(file_map *map);

/* Copies bytes that lie within the map. Until file_map_settle they come from the file itself, so that looking at a few
 * bytes here and there brings no pages into memory; the kernel maps sixteen around each that is touched. */
ct_status file_map_read(const file_map *map, size_t offset, void *out, size_t size);

/* Gives back the descriptor that file_map_read uses, for a map that stays: there may be more files than descriptors. */
void file_map_settle(file_map *map);

unsigned char *file_map_bytes(const file_map *map);
size_t file_map_size(const file_map *map);

/* The path as it was given, for messages. */
const char *file_map_path(const file_map *map);

#endif
