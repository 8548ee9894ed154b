/* tests/formats/hostile_streams.h: damaged and hostile files of torch.save's legacy format, as a table.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TESTS_FORMATS_HOSTILE_STREAMS_H
#define CTORCH_TESTS_FORMATS_HOSTILE_STREAMS_H

#include "hostile.h"

/* The pickles before the object's: magic number, version, facts of the machine. */
#define STREAM_MAGIC "\x80\2\x8a\12\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."
#define STREAM_VERSION "\x80\2M\xe9\3."
#define STREAM_HEAD STREAM_MAGIC STREAM_VERSION "\x80\2}X\15\0\0\0little_endian\x88s."
#define STREAM_BIG_HEAD STREAM_MAGIC STREAM_VERSION "\x80\2}X\15\0\0\0little_endian\x89s."

/* A storage's persistent id, with None or a view as its last part, and a tensor over it. */
#define STREAM_STORAGE(class, key, numel, view)                                                                        \
    "(X\7\0\0\0storage"                                                                                                \
    "ctorch\n" class "\n"                                                                                              \
                     "X\1\0\0\0" key "X\3\0\0\0cpu" numel view "tQ"
#define STREAM_TENSOR(storage, offset, size, stride)                                                                   \
    "ctorch._utils\n_rebuild_tensor_v2\n(" storage offset size stride "\x89}tR"

/* A pair of floats as a storage, the key of one, and its bytes. */
#define PAIR STREAM_STORAGE("FloatStorage", "0", "K\2", "N")
#define PAIR_KEY "](X\1\0\0\0" "0e."
#define PAIR_BYTES "\2\0\0\0\0\0\0\0" "abcdefgh"
#define VIEW(offset, size) STREAM_STORAGE("FloatStorage", "0", "K\2", "(X\1\0\0\0v" offset size "t")

static const hostile_pickle hostile_streams[] = {
    /* the head */
    BAD(STREAM_MAGIC, "the version, byte 0 (opcode): 1 bytes are needed"),
    BAD(STREAM_MAGIC "\x80\2M\xe9", "the version, byte 2 (BININT2): 2 bytes are needed"),
    BAD_OF(STREAM_MAGIC "K\1.", "version 1 of this format", CT_ERROR_NOT_IMPLEMENTED),
    BAD_OF(STREAM_MAGIC "M\xea\3.", "version 1002 of this format", CT_ERROR_NOT_IMPLEMENTED),
    BAD_OF(STREAM_MAGIC "N.", "version 0 of this format", CT_ERROR_NOT_IMPLEMENTED),
    BAD(STREAM_MAGIC STREAM_VERSION, "facts of the machine, byte 0"),
    BAD(STREAM_MAGIC STREAM_VERSION "N.", "facts of the machine are no dict"),
    BAD(STREAM_MAGIC STREAM_VERSION "}X\15\0\0\0little_endianK\1s.", "no dict with 'little_endian'"),
    BAD(STREAM_MAGIC STREAM_VERSION "\x80\11}.", "protocol 9"),
    BAD(STREAM_HEAD, "the object, byte 0"),
    BAD(STREAM_HEAD "\x80\2", "the object, byte 2"),
    BAD("\x80\4\x95\xff\0\0\0\0\0\0\0\x8a\12\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", "frame of 255 bytes"),

    /* the object, and ids in it */
    BAD(STREAM_HEAD "h\0.", "the object, byte 0 (BINGET): the memo has no value 0"),
    BAD(STREAM_HEAD "Nr\xff\0\0\0.", "the memo's index 255 is too large"),
    BAD(STREAM_HEAD "Nq\4.", "the memo's index 4 is too large"),
    BAD(STREAM_HEAD "NQ.", "persistent id must be"),
    BAD(STREAM_HEAD ")Q.", "persistent id must be"),
    BAD(STREAM_HEAD "X\6\0\0\0module\x85Q.", "('module', class, file, source)"),
    BAD(STREAM_HEAD "(X\6\0\0\0moduleX\1\0\0\0NNNtQ.", "('module', class, file, source)"),
    BAD(STREAM_HEAD "(X\5\0\0\0otherca\nB\nNNtQ.", "persistent id must be"),
    BAD_OF(STREAM_HEAD STREAM_STORAGE("OtherStorage", "0", "K\2", "N") ".", "elements' size is not known",
           CT_ERROR_NOT_IMPLEMENTED),
    BAD_OF(STREAM_BIG_HEAD STREAM_STORAGE("ComplexFloatStorage", "0", "K\2", "N") ".", "mixed up",
           CT_ERROR_NOT_IMPLEMENTED),
    BAD(STREAM_HEAD "(X\7\0\0\0storagecos\nsystem\nX\1\0\0\0" "0X\3\0\0\0cpuK\2NtQ.", "no class of storages"),
    BAD(STREAM_HEAD STREAM_STORAGE("FloatStorage", "0", MINUS_ONE, "N") ".", "cannot have -1 elements"),
    BAD(STREAM_HEAD STREAM_STORAGE("FloatStorage", "0", HUGE_INT, "N") ".", "cannot have 4611686018427387904"),
    BAD(STREAM_HEAD STREAM_STORAGE("FloatStorage", "\0", "K\2", "N") ".", "persistent id must be"),
    BAD(STREAM_HEAD "(" PAIR STREAM_STORAGE("IntStorage", "0", "K\2", "N") "t.", "two element types or sizes"),
    BAD(STREAM_HEAD "(" PAIR STREAM_STORAGE("FloatStorage", "0", "K\3", "N") "t.", "two element types or sizes"),

    BAD(STREAM_HEAD "(" STREAM_STORAGE("FloatStorage", "0", "K\30", "N") STREAM_STORAGE("FloatStorage", "1", "K\30",
                                                                                      "N") "t.",
        "storage 1, of 96 bytes, has no room"),

    /* views */
    BAD(STREAM_HEAD STREAM_STORAGE("FloatStorage", "0", "K\2", "K\1") ".", "view must be (key, offset, size), not int"),
    BAD(STREAM_HEAD STREAM_STORAGE("FloatStorage", "0", "K\2", ")") ".", "view must be (key, offset, size), not tuple"),
    BAD(STREAM_HEAD STREAM_STORAGE("FloatStorage", "0", "K\2", "(K\1K\0K\1t") ".", "view must be (key, offset, size)"),
    BAD(STREAM_HEAD VIEW("K\1", "K\2") ".", "view v runs past the end of storage 0"),
    BAD(STREAM_HEAD VIEW("K\3", "K\0") ".", "view v runs past the end of storage 0"),
    BAD(STREAM_HEAD VIEW(MINUS_ONE, "K\1") ".", "view v runs past the end of storage 0"),
    BAD(STREAM_HEAD VIEW("K\0", MINUS_ONE) ".", "view v runs past the end of storage 0"),
    BAD(STREAM_HEAD VIEW(HUGE_INT, HUGE_INT) ".", "view v runs past the end of storage 0"),
    BAD(STREAM_HEAD VIEW("N", "K\1") ".", "view v runs past the end of storage 0"),
    BAD(STREAM_HEAD "(" VIEW("K\0", "K\1") VIEW("K\1", "K\1") "t.", "view v is of two storages or sizes"),
    BAD(STREAM_HEAD "(" VIEW("K\0", "K\1") VIEW("K\0", "K\2") "t.", "view v is of two storages or sizes"),

    /* tensors */
    BAD(STREAM_HEAD STREAM_TENSOR(PAIR, "K\1", "K\2\x85", "K\1\x85") ".", "runs past the end of its storage 0"),
    BAD(STREAM_HEAD STREAM_TENSOR(VIEW("K\1", "K\1"), "K\0", "K\2\x85", "K\1\x85") ".",
        "runs past the end of its storage v, which has 4 bytes"),
    BAD(STREAM_HEAD STREAM_TENSOR(VIEW("K\1", "K\1"), "K\1", "K\1\x85", "K\1\x85") ".",
        "runs past the end of its storage v"),

    /* the storages */
    BAD(STREAM_HEAD "N.", "the storages' keys, byte 0"),
    BAD(STREAM_HEAD "N.N.", "keys must be a list, not None"),
    BAD(STREAM_HEAD "N.}.", "keys must be a list, not dict"),
    BAD(STREAM_HEAD PAIR ".].", "holds the bytes of 0 storages, and its tensors need 1"),
    BAD(STREAM_HEAD "N." PAIR_KEY PAIR_BYTES, "key 0 of the storages is of none"),
    BAD(STREAM_HEAD PAIR ".](K\0e." PAIR_BYTES, "key 0 of the storages is of none"),
    BAD(STREAM_HEAD PAIR ".](X\1\0\0\0" "0X\1\0\0\0" "0e." PAIR_BYTES PAIR_BYTES, "storage 0 stand in it twice"),
    BAD(STREAM_HEAD PAIR "." PAIR_KEY, "within storage 0, of 8 bytes"),
    BAD(STREAM_HEAD PAIR "." PAIR_KEY "\2\0\0\0", "within storage 0, of 8 bytes"),
    BAD(STREAM_HEAD PAIR "." PAIR_KEY "\2\0\0\0\0\0\0\0", "within storage 0, of 8 bytes"),
    BAD(STREAM_HEAD PAIR "." PAIR_KEY "\2\0\0\0\0\0\0\0abcdefg", "within storage 0, of 8 bytes"),
    BAD(STREAM_HEAD PAIR "." PAIR_KEY "\1\0\0\0\0\0\0\0abcdefgh", "has 1 elements, and tensors expect 2"),
    BAD(STREAM_HEAD PAIR "." PAIR_KEY "\3\0\0\0\0\0\0\0abcdefghijkl", "has 3 elements, and tensors expect 2"),
    BAD(STREAM_HEAD PAIR "." PAIR_KEY "\2\0\0\0\0\0\0\x80" "abcdefgh", "has 9223372036854775810 elements"),
    BAD(STREAM_HEAD STREAM_STORAGE("FloatStorage", "0", "\x8a\6\0\0\0\0\0\1", "N") "." PAIR_KEY PAIR_BYTES,
        "storage 0, of 4398046511104 bytes, has no room in the file's"),
};

#endif
