/* formats/guess.c: see guess.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/guess.h"

#include "core/error.h"

#include <stdio.h>
#include <string.h>

/* What files of other kinds begin with. */
static const struct {
    const char *start;
    size_t size;
    const char *what;
} kinds[] = {
    {"PK\x03\x04", 4, "is a zip archive cut short: the directory at its end is missing; copy or download it again"},
    {"\x80\x02", 2, "is a pickle, but not one of torch.save; in Python, load it and torch.save what is in it"},
    {"\x80\x03", 2, "is a pickle, but not one of torch.save; in Python, load it and torch.save what is in it"},
    {"\x80\x04", 2, "is a pickle, but not one of torch.save; in Python, load it and torch.save what is in it"},
    {"\x80\x05", 2, "is a pickle, but not one of torch.save; in Python, load it and torch.save what is in it"},
    {"version https://git-lfs", 23, "is a pointer of git-lfs, not the file itself; fetch that with git lfs pull"},
    {"<!DOCTYPE", 9, "is a web page, perhaps an error in place of a download; look at it and download again"},
    {"<html", 5, "is a web page, perhaps an error in place of a download; look at it and download again"},
    {"\x89HDF", 4, "is an HDF5 file, of Keras perhaps; in Python, load it and torch.save a state_dict"},
    {"GGUF", 4, "is a GGUF file; in Python, load it and torch.save a state_dict"},
    {"\x93NUMPY", 6, "is a NumPy array; in Python, torch.save({'name': torch.from_numpy(numpy.load(path))}, ...)"},
    {"\x1f\x8b", 2, "is compressed with gzip; unpack it first"},
};

static ct_status fail_unknown(const unsigned char *bytes, size_t size, const char *path)
{
    char hex[8 * 3 + 1] = "";
    for (size_t i = 0; i < size && i < 8; i++)
        snprintf(hex + 3 * i, sizeof hex - 3 * i, " %02x", bytes[i]);
    return core_fail(CT_ERROR_FORMAT, "%s: is not a file of torch.save, nor safetensors; it begins with%s", path, hex);
}

ct_status guess_fail(const unsigned char *bytes, size_t size, const char *path)
{
    if (size == 0)
        return core_fail(CT_ERROR_FORMAT, "%s: is empty; save or copy it again", path);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (size >= kinds[i].size && memcmp(bytes, kinds[i].start, kinds[i].size) == 0)
            return core_fail(CT_ERROR_FORMAT, "%s: %s", path, kinds[i].what);
    return fail_unknown(bytes, size, path);
}
