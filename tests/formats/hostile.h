/* tests/formats/hostile.h: damaged and hostile files, as tables: what is wrong, and a word of the message that says so.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TESTS_FORMATS_HOSTILE_H
#define CTORCH_TESTS_FORMATS_HOSTILE_H

#include <ctorch/base.h>

/* ---- pickles: each is the data.pkl of an archive that is good otherwise, with a storage 0 of six
 * floats and a storage 1 of two whole numbers ---- */

typedef struct hostile_pickle {
    const char *bytes;
    size_t size;
    const char *word;
    ct_status code;
} hostile_pickle;

#define BAD_OF(bytes, word, code)                                                                                      \
    {                                                                                                                  \
        bytes, sizeof(bytes) - 1, word, code                                                                           \
    }

#define BAD(bytes, word) BAD_OF(bytes, word, CT_ERROR_FORMAT)

#define STORAGE_OF(class, key, numel)                                                                                  \
    "(X\7\0\0\0storage"                                                                                                \
    "ctorch\n" class "\n"                                                                                              \
                     "X\1\0\0\0" key "X\3\0\0\0cpu" numel "tQ"
#define STORAGE STORAGE_OF("FloatStorage", "0", "K\6")
#define TENSOR_OF(offset, size, stride) "ctorch._utils\n_rebuild_tensor_v2\n(" STORAGE offset size stride "\x89}tR"
#define TENSOR(offset, size, stride) TENSOR_OF(offset, size, stride) "."
#define MINUS_ONE "J\377\377\377\377"
#define HUGE_INT "\x8a\10\0\0\0\0\0\0\0\100" /* 2 to the power of 62 */
#define ONES16 "K\1K\1K\1K\1K\1K\1K\1K\1K\1K\1K\1K\1K\1K\1K\1K\1"

#define QTENSOR_OF(class, size, stride, quantizer)                                                                     \
    "ctorch._utils\n_rebuild_qtensor\n(" STORAGE_OF(class, "0", "K\6") "K\0" size stride quantizer "\x89}tR."
#define QTENSOR(size, stride, quantizer) QTENSOR_OF("QInt8Storage", size, stride, quantizer)
#define PER_TENSOR "(ctorch\nper_tensor_affine\nK\1K\0t"
#define PER_CHANNEL(scales, zeros, axis) "(ctorch\nper_channel_affine\n" scales zeros axis "t"

#define SPARSE(layout, data) "ctorch._utils\n_rebuild_sparse_tensor\nctorch\n" layout "\n" data "\x86R."
#define TENSOR_OF_1(size, stride)                                                                                      \
    "ctorch._utils\n_rebuild_tensor_v2\n(" STORAGE_OF("LongStorage", "1", "K\2") "K\0" size stride "\x89}tR"
#define INDICES TENSOR_OF_1("K\1K\2\x86", "K\2K\1\x86") /* one row of two */
#define VALUES TENSOR_OF_1("K\2\x85", "K\1\x85")

#define ARRAY(shape, type, bytes)                                                                                      \
    "cnumpy.core.multiarray\n_reconstruct\n)R(K\1" shape "cnumpy\ndtype\n" type "\x85R\x89" bytes "tb."

static const hostile_pickle hostile_pickles[] = {
    /* the stream */
    BAD("", "ends after 0"),
    BAD("\x80", "ends after 0"),
    BAD("\x80\11N.", "protocol 9"),
    BAD("N", "ends after 0"),
    BAD("N.N", "behind its end"),
    BAD("\377.", "0xff is no opcode"),
    BAD("I1\n.", "(INT): this opcode is of protocol 0 or 1"),
    BAD("\x97.", "NEXT_BUFFER"),
    BAD("\x82\1.", "EXT1"),
    BAD("P0\n.", "PERSID"),
    BAD("\x95\377\377\377\377\377\377\377\377N.", "frame"),

    /* the stack and the memo */
    BAD(".", "stack is empty"),
    BAD("0.", "stack is empty"),
    BAD("2.", "stack is empty"),
    BAD("NN.", "2 values are left"),
    BAD("(N.", "1 values are left"),
    BAD("](.", "stack is empty"),
    BAD("t.", "mark"),
    BAD("1.", "mark"),
    BAD("d.", "mark"),
    BAD("e.", "mark"),
    BAD("N\x87.", "stack is empty"),
    BAD("h\0.", "memo has no value 0"),
    BAD("Nq\1h\0.", "memo has no value 0"),
    BAD("j\377\377\377\377.", "memo has no value 4294967295"),
    BAD("Nr\377\377\377\377.", "index 4294967295 is too large"),
    BAD("q\0.", "stack is empty"),
    BAD("\x94.", "stack is empty"),

    /* values */
    BAD("J\1\1.", "4 bytes are needed"),
    BAD("G\0.", "8 bytes are needed"),
    BAD("X\377\377\377\377abc.", "4294967295 bytes are needed"),
    BAD("\x8d\377\377\377\377\377\377\377\377abc.", "bytes are needed"),
    BAD("\x8e\0\0\0\0\1\0\0\0abc.", "bytes are needed"),
    BAD("\x8a\377\1.", "255 bytes are needed"),
    BAD("\x8b\377\377\377\377\1.", "bytes are needed"),
    BAD("X\1\0\0\0\377.", "UTF-8"),
    BAD("X\2\0\0\0\300\200.", "UTF-8"),
    BAD("X\4\0\0\0\365\200\200\200.", "UTF-8"),
    BAD("X\1\0\0\0\303.", "UTF-8"),

    /* containers */
    BAD("}(Nu.", "key without a value"),
    BAD("(Nd.", "key without a value"),
    BAD("NNa.", "cannot be added to None"),
    BAD("}Na.", "cannot be added to dict"),
    BAD("]NNs.", "cannot be added to list"),
    BAD("](N\x90.", "cannot be added to list"),
    BAD("NNb.", "None has no state"),
    BAD("a.", "stack is empty"),

    /* classes and calls */
    BAD("cos\nsystem", "name runs past the end"),
    BAD("cos", "name runs past the end"),
    BAD("c\377\nsystem\n.", "not UTF-8"),
    BAD("cos\0\nsystem\n.", "NUL"),
    BAD("NN\x93.", "two strings"),
    BAD("cos\nsystem\nNR.", "must be a tuple, not None"),
    BAD("N)R.", "None cannot be called"),
    BAD("N)\x81.", "None cannot be called"),
    BAD("cos\nsystem\n)N\x92.", "keyword arguments must be a dict"),
    BAD("R.", "stack is empty"),

    /* storages */
    BAD("NQ.", "persistent id"),
    BAD("(X\7\0\0\0storagetQ.", "persistent id"),
    BAD("(X\7\0\0\0storagecos\nsystem\nX\1\0\0\0"
        "0X\3\0\0\0cpuK\6tQ.",
        "os.system is no class of storages"),
    BAD(STORAGE_OF("FloatStorage", "0", "K\6(X\1\0\0\0vK\0K\1t") ".", "is a part of another"),
    BAD(STORAGE_OF("FloatStorage", "7", "K\6") ".", "storage 7 is not in the archive"),
    BAD(STORAGE_OF("FloatStorage", "0", "K\7") ".", "should have 28 bytes, and has 24"),
    BAD(STORAGE_OF("DoubleStorage", "0", "K\6") ".", "should have 48 bytes"),
    BAD(STORAGE_OF("FloatStorage", "0", MINUS_ONE) ".", "cannot have -1 elements"),
    BAD(STORAGE_OF("FloatStorage", "0", HUGE_INT) ".", "cannot have 4611686018427387904 elements"),
    BAD("(" STORAGE STORAGE_OF("IntStorage", "0", "K\6") "t.", "two element types"),

    /* tensors */
    BAD(TENSOR("K\0", "K\7\x85", "K\1\x85"), "runs past the end of its storage"),
    BAD(TENSOR("K\1", "K\6\x85", "K\1\x85"), "runs past the end of its storage"),
    BAD(TENSOR("K\6", ")", ")"), "runs past the end of its storage"),
    BAD(TENSOR("K\0", "K\4\x85", "K\2\x85"), "runs past the end of its storage"),
    BAD(TENSOR("K\0", "K\2K\3\x86", "K\4K\1\x86"), "runs past the end of its storage"),
    BAD(TENSOR("K\0", "K\3\x85", HUGE_INT "\x85"), "runs past the end of its storage"),
    BAD(TENSOR("K\0", "K\2K\2\x86", HUGE_INT HUGE_INT "\x86"), "runs past the end of its storage"),
    BAD(TENSOR(HUGE_INT, "K\1\x85", "K\1\x85"), "runs past the end of its storage"),
    BAD(TENSOR("K\0", HUGE_INT "K\4\x86", "K\0K\0\x86"), "more elements than 64 bits"),
    BAD(TENSOR("K\0", MINUS_ONE "\x85", "K\1\x85"), "size 0 of a tensor"),
    BAD(TENSOR("K\0", "K\1\x85", MINUS_ONE "\x85"), "stride 0 of a tensor"),
    BAD(TENSOR(MINUS_ONE, "K\1\x85", "K\1\x85"), "offset from 0 up"),
    BAD(TENSOR("N", "K\1\x85", "K\1\x85"), "offset from 0 up"),
    BAD(TENSOR("K\0", "]", "]"), "tuples of sizes"),
    BAD(TENSOR("K\0", "N\x85", "K\1\x85"), "size 0 of a tensor"),
    BAD(TENSOR("K\0", "K\1\x85", ")"), "1 sizes and 0 strides"),
    BAD(TENSOR("K\0", "(" ONES16 ONES16 ONES16 ONES16 "K\1t", "(" ONES16 ONES16 ONES16 ONES16 "K\1t"), "65 sizes"),
    BAD("ctorch._utils\n_rebuild_tensor_v2\n)R.", "arguments of _rebuild_tensor"),
    BAD("ctorch._utils\n_rebuild_tensor_v2\n(NK\0))\x89}tR.", "arguments of _rebuild_tensor"),
    BAD("ctorch._utils\n_rebuild_tensor_v2\n(" STORAGE "K\0))N}tR.", "arguments of _rebuild_tensor"),
    BAD("ctorch._utils\n_rebuild_tensor_v3\n(" STORAGE "K\0))\x89}tR.", "arguments of _rebuild_tensor"),
    BAD("ctorch._utils\n_rebuild_parameter\n)R.", "arguments of _rebuild_parameter"),
    BAD("ctorch._tensor\n_rebuild_from_type_v2\n)R.", "arguments of _rebuild_from_type"),
    BAD("ctorch\nSize\n]\x85R.", "torch.Size"),
    BAD("ctorch._tensor\n_rebuild_from_type\n(NNNNtR.", "arguments of _rebuild_from_type"),
    BAD("ctorch._tensor\n_rebuild_from_type_v2\n(ctorch._utils\n_rebuild_tensor_v2\nN(tNtR.",
        "arguments of _rebuild_tensor"),
    BAD("ctorch._utils\n_rebuild_tensor_v3\n(" STORAGE_OF("UntypedStorage", "0",
                                                           "K\30") "K\1K\3\x85K\1\x85\x89}ctorch\nfloat64\ntR.",
        "runs past the end of its storage"),

    /* quantized tensors */
    BAD(QTENSOR_OF("FloatStorage", "K\6\x85", "K\1\x85", PER_TENSOR), "cannot have elements of torch.float32"),
    BAD(QTENSOR("K\x19\x85", "K\1\x85", PER_TENSOR), "runs past the end of its storage"),
    BAD(QTENSOR("K\2\x85", "K\1\x85", "N"), "a quantizer must be"),
    BAD(QTENSOR("K\2\x85", "K\1\x85", ")"), "a quantizer must be"),
    BAD(QTENSOR("K\2\x85", "K\1\x85", "(ctorch\nper_tensor_affine\nNK\0t"), "a quantizer must be"),
    BAD(QTENSOR("K\2\x85", "K\1\x85", "(ctorch\nper_tensor_affine\nK\1Nt"), "a quantizer must be"),
    BAD(QTENSOR("K\2\x85", "K\1\x85", "(ctorch\nper_tensor_affine\nK\1K\1K\1t"), "a quantizer must be"),
    BAD(QTENSOR("K\2\x85", "K\1\x85", "(ctorch\nper_tensor_symmetric\nK\1K\1t"), "a quantizer must be"),
    BAD(QTENSOR("K\2\x85", "K\1\x85", "(ctorch\nper_channel_affine\nK\1K\1t"), "a quantizer must be"),
    BAD(QTENSOR("K\2\x85", "K\1\x85", PER_CHANNEL("](K\1K\1e", "](K\1e", "K\0")), "one of each for a channel"),
    BAD(QTENSOR("K\2\x85", "K\1\x85", PER_CHANNEL("](K\1Ne", "](K\1K\1e", "K\0")), "one of each for a channel"),
    BAD(QTENSOR("K\2\x85", "K\1\x85", PER_CHANNEL("](K\1K\1e", "](K\1K\1e", "K\1")), "one of each for a channel"),
    BAD(QTENSOR("K\2\x85", "K\1\x85", PER_CHANNEL("](K\1K\1e", "](K\1K\1e", MINUS_ONE)), "one of each for a channel"),
    BAD(QTENSOR("K\2\x85", "K\1\x85", PER_CHANNEL("](K\1K\1e", "](K\1K\1e", "N")), "one of each for a channel"),
    BAD(QTENSOR("K\2\x85", "K\1\x85", PER_CHANNEL(TENSOR_OF_1("K\1\x85", "K\1\x85"), "](K\1K\1e", "K\0")),
        "one of each for a channel"),
    BAD(QTENSOR("K\2\x85", "K\1\x85", PER_CHANNEL("](K\1K\1e", TENSOR_OF_1(")", ")"), "K\0")),
        "one of each for a channel"),
    BAD(QTENSOR_OF("QUInt4x2Storage", "K\61\x85", "K\1\x85", PER_TENSOR), "runs past the end of its storage"),
    BAD(QTENSOR_OF("QUInt4x2Storage", "K\31K\1\x86", "K\1K\1\x86", PER_TENSOR), "runs past the end of its storage"),
    BAD(QTENSOR_OF("QUInt2x4Storage", "K\31K\3\x86", "K\3K\1\x86", PER_TENSOR), "runs past the end of its storage"),
    BAD_OF(QTENSOR_OF("QUInt4x2Storage", "K\2\x85", "K\2\x85", PER_TENSOR), "save t.contiguous()",
           CT_ERROR_NOT_IMPLEMENTED),
    BAD("ctorch._utils\n_rebuild_qtensor\n)R.", "arguments of _rebuild_qtensor"),
    BAD("ctorch._utils\n_rebuild_qtensor\n(NK\0))N\x89}tR.", "arguments of _rebuild_qtensor"),
    BAD("ctorch._utils\n_rebuild_qtensor\n(" STORAGE "K\0))NN}tR.", "arguments of _rebuild_qtensor"),

    /* sparse and nested tensors */
    BAD(SPARSE("sparse_coo", "N"), "not a layout and a tuple"),
    BAD("ctorch._utils\n_rebuild_sparse_tensor\n)R.", "not a layout and a tuple"),
    BAD("ctorch._utils\n_rebuild_sparse_tensor\nN)\x86R.", "not a layout and a tuple"),
    BAD(SPARSE("strided", ")"), "torch.strided is no sparse layout"),
    BAD(SPARSE("sparse_coo", ")"), "indices, values and a size that fit"),
    BAD(SPARSE("sparse_coo", "NNN\x87"), "indices, values and a size that fit"),
    BAD(SPARSE("sparse_coo", INDICES INDICES "K\1\x85\x87"), "indices, values and a size that fit"),
    BAD(SPARSE("sparse_coo", INDICES VALUES "N\x87"), "indices, values and a size that fit"),
    BAD(SPARSE("sparse_coo", INDICES VALUES "N\x85\x87"), "indices, values and a size that fit"),
    BAD(SPARSE("sparse_coo", INDICES VALUES MINUS_ONE "\x85\x87"), "indices, values and a size that fit"),
    BAD(SPARSE("sparse_coo", INDICES VALUES "K\1K\1\x86\x87"), "indices, values and a size that fit"),
    BAD(SPARSE("sparse_coo", INDICES TENSOR_OF_1("K\1\x85", "K\1\x85") "K\1\x85\x87"),
        "indices, values and a size that fit"),
    BAD(SPARSE("sparse_csr", ")"), "torch.sparse_csr needs compressed"),
    BAD(SPARSE("sparse_csc", INDICES INDICES VALUES "\x87"), "torch.sparse_csc needs compressed"),
    BAD(SPARSE("sparse_bsr", "(" INDICES INDICES VALUES "Nt"), "torch.sparse_bsr needs compressed"),
    BAD(SPARSE("sparse_bsc", "(" INDICES INDICES VALUES "K\1\x85t"), "torch.sparse_bsc needs compressed"),
    BAD("ctorch._utils\n_rebuild_nested_tensor\n)R.", "arguments of _rebuild_nested_tensor"),
    BAD("ctorch._utils\n_rebuild_nested_tensor\n(NNNNtR.", "arguments of _rebuild_nested_tensor"),

    /* other functions */
    BAD("ctorch._utils\n_rebuild_device_tensor_from_numpy\n)R.", "arguments of _rebuild_device_tensor"),
    BAD("ctorch._utils\n_rebuild_device_tensor_from_cpu_tensor\n(NNN\x88tR.", "arguments of _rebuild_device_tensor"),
    BAD("ctorch.serialization\n_get_layout\n)R.", "name of a layout"),
    BAD("ctorch.serialization\n_get_layout\nX\3\0\0\0cpu\x85R.", "name of a layout"),
    BAD("ctorch.serialization\n_get_layout\nX\7\0\0\0torch.\0\x85R.", "name of a layout"),
    BAD("ctorch.jit._pickle\nrestore_type_tag\n)R.", "a value is needed"),

    /* arrays of NumPy */
    BAD(ARRAY("K\2\x85", "X\2\0\0\0f4", "C\4abcd"), "has 4 bytes"),
    BAD(ARRAY("K\1\x85", "X\2\0\0\0f4", "C\6abcdef"), "has 6 bytes"),
    BAD(ARRAY("K\0\x85", "X\2\0\0\0f4", "C\4abcd"), "has 4 bytes"),
    BAD(ARRAY(MINUS_ONE "\x85", "X\2\0\0\0f4", "C\0"), "size 0 of an array"),
    BAD(ARRAY("K\1N\x86", "X\2\0\0\0f4", "C\0"), "size 1 of an array"),
    BAD(ARRAY(HUGE_INT "K\4\x86", "X\2\0\0\0f4", "C\0"), "more elements than 64 bits"),
    BAD(ARRAY("K\0" HUGE_INT HUGE_INT "\x87", "X\2\0\0\0f4", "C\0"), "more elements than 64 bits"),
    BAD("cnumpy.core.numeric\n_frombuffer\n(C\1acnumpy\ndtype\nX\2\0\0\0i8\x85RK\1\x85X\1\0\0\0CtR.", "has 1 bytes"),

    /* nothing is followed that Python would follow */
    BAD("ccollections\nOrderedDict\n}\x81.", "arguments must be a tuple, not dict"),
    BAD("cos\nsystem\nX\1\0\0\0a\x85Rb.", "stack is empty"),
};

/* ---- archives: numbers written over those of a good archive ---- */

typedef enum hostile_place { NOWHERE, LOCAL, CENTRAL, END64, LOCATOR, END } hostile_place;

typedef struct hostile_archive {
    const char *word;
    struct {
        hostile_place place;
        int entry; /* of LOCAL and CENTRAL: 0 is data.pkl, 1 version, 2 data/0, 3 data/1 */
        size_t at; /* within the structure */
        int width;
        uint64_t number;
    } patches[4];
} hostile_archive;

static const hostile_archive hostile_archives[] = {
    {"no header of entry", {{LOCAL, 0, 0, 4, 0}}},
    {"another name", {{LOCAL, 0, 26, 2, 9}}},
    {"another name", {{LOCAL, 0, 30, 1, 'b'}}},
    {"another name", {{CENTRAL, 1, 42, 4, 0}}},
    {"another kind", {{LOCAL, 2, 8, 2, 8}}},
    {"another kind", {{LOCAL, 2, 6, 2, 1}}},
    {"another kind", {{CENTRAL, 2, 10, 2, 8}}},
    {"another size", {{LOCAL, 2, 22, 4, 23}}},
    {"runs past the end", {{LOCAL, 2, 28, 2, 0xffff}}},
    {"compressed", {{CENTRAL, 0, 10, 2, 8}, {LOCAL, 0, 8, 2, 8}}},
    {"compressed", {{CENTRAL, 2, 10, 2, 8}, {LOCAL, 2, 8, 2, 8}}},
    {"encrypted", {{CENTRAL, 0, 8, 2, 1}, {LOCAL, 0, 6, 2, 1}}},

    {"no entry of the directory", {{CENTRAL, 1, 0, 4, 0}}},
    {"checksum", {{CENTRAL, 0, 16, 4, 0x12345678}}},
    {"checksum", {{CENTRAL, 1, 16, 4, 0x12345678}}},
    {"two sizes", {{CENTRAL, 2, 20, 4, 23}}},
    {"two sizes", {{CENTRAL, 2, 24, 4, 0xffffffff}}},
    {"runs past the end", {{CENTRAL, 2, 20, 4, 0x7fffffff}, {CENTRAL, 2, 24, 4, 0x7fffffff}}},
    {"name has 0 bytes", {{CENTRAL, 2, 28, 2, 0}}},
    {"runs past its end", {{CENTRAL, 2, 28, 2, 0xffff}}},
    {"runs past its end", {{CENTRAL, 2, 30, 2, 0xffff}}},
    {"runs past its end", {{CENTRAL, 3, 32, 2, 1}}},
    {"control character", {{CENTRAL, 2, 46, 1, 0}}},
    {"outside the file", {{CENTRAL, 2, 42, 4, 0x7fffffff}}},
    {"outside the file", {{CENTRAL, 2, 42, 4, 0xffffffff}}},
    {"overlap", {{CENTRAL, 1, 20, 4, 40}, {CENTRAL, 1, 24, 4, 40}, {LOCAL, 1, 22, 4, 40}}},

    {"no zip64 record", {{END64, 0, 0, 4, 0}}},
    {"contradict", {{END64, 0, 32, 8, 2}}},
    {"contradict", {{END64, 0, 40, 8, 1}}},
    {"contradict", {{END64, 0, 48, 8, UINT64_MAX}}},
    {"several parts", {{END64, 0, 16, 4, 1}}},
    {"cannot list", {{END64, 0, 24, 8, UINT64_MAX}, {END64, 0, 32, 8, UINT64_MAX}, {END, 0, 8, 4, 0xffffffff}}},
    {"outside the file", {{END64, 0, 40, 8, UINT64_MAX}, {END, 0, 12, 4, 0xffffffff}}},
    {"outside the file", {{END64, 0, 48, 8, UINT64_MAX}, {END, 0, 16, 4, 0xffffffff}}},
    {"longer than its 2 entries", {{END64, 0, 24, 8, 2}, {END64, 0, 32, 8, 2}, {END, 0, 8, 2, 2}, {END, 0, 10, 2, 2}}},
    {"locator points", {{LOCATOR, 0, 8, 8, UINT64_MAX}}},
    {"no zip64 record", {{LOCATOR, 0, 8, 8, 0}}},
    {"several parts", {{LOCATOR, 0, 4, 4, 1}}},
    {"several parts", {{END, 0, 4, 2, 1}}},
    {"several parts", {{END, 0, 8, 2, 2}}},
    {"contradict", {{END, 0, 12, 4, 1}}},
    {"cannot list", {{LOCATOR, 0, 0, 4, 0}, {END, 0, 8, 4, 0xffffffff}}},
    {"outside the file", {{LOCATOR, 0, 0, 4, 0}, {END, 0, 16, 4, 0x7fffffff}}},
    {"cut short", {{END, 0, 0, 4, 0}}},
    {"cut short", {{END, 0, 20, 2, 1}}},
};

#endif
