/* formats/saved_reader.h: what a saved file consists of, for the readers of the formats. Each reader fills in the pool
 * and the root of a file that has been mapped; on failure it leaves both to whoever opened the file.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FORMATS_SAVED_READER_H
#define CTORCH_FORMATS_SAVED_READER_H

#include "formats/map.h"
#include "formats/saved_file.h"
#include "formats/zip.h"

#include <stdatomic.h>

struct saved_file {
    atomic_size_t references;
    saved_format format;
    file_map *map;
    size_t memory_limit; /* that the caller has set; 0 for none */
    record_pool *pool;
    const record *root, *constants, *metadata;
    zip_archive zip; /* empty in other formats */
    char *folder;    /* of it, in which everything is; NULL in other formats */
    bool by_path;       /* its map's path is a path: files beside it can be found */
    saved_file **parts; /* the files that hold what this one names */
    size_t part_count;
};

/* Sets file->pool, with what it grants at first and the caller's limit. */
ct_status saved_file_new_pool(saved_file *file, size_t granted);

/* Opens a file that must be of one format, for a reader of files that name others. */
ct_status saved_file_open_format(saved_file **out, const char *path, saved_format format, size_t memory_limit);

/* The zip format of torch.save, and those that are built on it: sets file->format, too. */
ct_status pt_zip_read(saved_file *file);

/* The format that torch.save had before, a stream of pickles and bytes: whether a file begins like one, and the
 * reader. */
bool pt_stream_recognise(const unsigned char *bytes, size_t size);
ct_status pt_stream_read(saved_file *file);

/* safetensors, and the index of several files of it. */
bool safetensors_recognise(const unsigned char *bytes, size_t size);
ct_status safetensors_read(saved_file *file);
bool safetensors_shards_recognise(const unsigned char *bytes, size_t size);
ct_status safetensors_shards_read(saved_file *file);

#endif
