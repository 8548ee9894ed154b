/* ctorch/rnn.h: sequences of different lengths: torch.nn.utils.rnn. Padded, they are one tensor (T, B, *), or (B, T, *)
 * with .batch_first, where T is the longest length; packed, they are laid end to end without padding.
 *
 *     ct_packed_sequence packed;
 *     ct_pack_padded_sequence(x, lengths, &packed, .batch_first = true, .enforce_sorted = false);
 *     ct_tensor *y = ct_pad_packed_sequence(&packed, NULL, .batch_first = true);
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_RNN_H
#define CTORCH_RNN_H

#include <ctorch/module.h>

CT_BEGIN_DECLS

/* ---- Padding ---- */

typedef struct ct_pad_sequence_options {
    bool batch_first;
    double padding_value;
    const char *padding_side; /* "right" or "left" */
} ct_pad_sequence_options;

/* Sequences (L, *), each of its own length L, as one padded tensor: `ct_pad_sequence(CT_TENSORS(a, b))`.
 * nn.utils.rnn.pad_sequence. @since 0.1 */
CT_API ct_tensor *ct_pad_sequence_with(ct_tensor *const *sequences, size_t n, const ct_pad_sequence_options *options);
CT_API ct_pad_sequence_options ct_pad_sequence_options_default(void);
#define CT_PAD_SEQUENCE_DEFAULTS .batch_first = false, .padding_value = 0, .padding_side = "right"
#define ct_pad_sequence(...) CT_PAD_SEQUENCE_(__VA_ARGS__, )
#define CT_PAD_SEQUENCE_(sequences, n, ...)                                                                            \
    CT_KEYWORDS_(ct_pad_sequence_with(sequences, n, &(ct_pad_sequence_options){CT_PAD_SEQUENCE_DEFAULTS, __VA_ARGS__}))

typedef struct ct_unpad_sequence_options {
    bool batch_first;
} ct_unpad_sequence_options;

/* Writes the sequences of a padded tensor to sequences, n new handles, one for each of the lengths; n NULLs on failure.
 * nn.utils.rnn.unpad_sequence. @since 0.1 */
CT_API ct_status ct_unpad_sequence_with(const ct_tensor *padded_sequences, const ct_tensor *lengths,
                                        ct_tensor **sequences, size_t n, const ct_unpad_sequence_options *options);
#define ct_unpad_sequence(...) CT_UNPAD_SEQUENCE_(__VA_ARGS__, )
#define CT_UNPAD_SEQUENCE_(padded_sequences, lengths, sequences, n, ...)                                               \
    CT_KEYWORDS_(ct_unpad_sequence_with(padded_sequences, lengths, sequences, n,                                       \
                                        &(ct_unpad_sequence_options){.batch_first = false, __VA_ARGS__}))

/* ---- Packing ---- */

/* Packed sequences. Their handles are new ones, as any function's: the innermost scope frees them, or
 * ct_packed_sequence_free does. nn.utils.rnn.PackedSequence. */
typedef struct ct_packed_sequence {
    ct_tensor *data;             /* the first elements of all sequences, the longest first, then the second ones, ... */
    ct_tensor *batch_sizes;      /* how many sequences have a first element, how many a second one, ... */
    ct_tensor *sorted_indices;   /* which sequence came first, second, ...; NULL: they were sorted */
    ct_tensor *unsorted_indices; /* where the first sequence, the second, ... went; NULL: they were sorted */
} ct_packed_sequence;

typedef struct ct_pack_options {
    bool batch_first;    /* of no meaning for ct_pack_sequence */
    bool enforce_sorted; /* refuse sequences that do not come longest first; false: sort them */
} ct_pack_options;
CT_API ct_pack_options ct_pack_options_default(void);
#define CT_PACK_DEFAULTS .batch_first = false, .enforce_sorted = true

/* Packs a padded tensor, whose lengths are whole numbers on the CPU. packed gets new handles, or NULLs on failure.
 * nn.utils.rnn.pack_padded_sequence. @since 0.1 */
CT_API ct_status ct_pack_padded_sequence_with(const ct_tensor *input, const ct_tensor *lengths,
                                              ct_packed_sequence *packed, const ct_pack_options *options);
#define ct_pack_padded_sequence(...) CT_PACK_(ct_pack_padded_sequence_with, __VA_ARGS__, )

/* Packs sequences (L, *): `ct_pack_sequence(CT_TENSORS(a, b), &packed)`. nn.utils.rnn.pack_sequence. @since 0.1 */
CT_API ct_status ct_pack_sequence_with(ct_tensor *const *sequences, size_t n, ct_packed_sequence *packed,
                                       const ct_pack_options *options);
#define ct_pack_sequence(...) CT_PACK_SEQUENCE_(__VA_ARGS__, )

#define CT_PACK_(function, input, lengths, packed, ...)                                                                \
    CT_KEYWORDS_(function(input, lengths, packed, &(ct_pack_options){CT_PACK_DEFAULTS, __VA_ARGS__}))
#define CT_PACK_SEQUENCE_(...) CT_PACK_(ct_pack_sequence_with, __VA_ARGS__)

/* The number of sequences; 0 on failure. @since 0.1 */
CT_API size_t ct_packed_sequence_size(const ct_packed_sequence *self);

/* Frees the four handles, and sets them to NULL; NULL does nothing. @since 0.1 */
CT_API void ct_packed_sequence_free(ct_packed_sequence *self);

typedef struct ct_pad_packed_options {
    bool batch_first;
    double padding_value;
    int64_t total_length; /* pad to this length; CT_NONE: that of the longest sequence */
} ct_pad_packed_options;

/* Packed sequences as one padded tensor, in their first order. lengths gets a new handle on their lengths, or NULL on
 * failure; it may be NULL. nn.utils.rnn.pad_packed_sequence. @since 0.1 */
CT_API ct_tensor *ct_pad_packed_sequence_with(const ct_packed_sequence *sequence, ct_tensor **lengths,
                                              const ct_pad_packed_options *options);
CT_API ct_pad_packed_options ct_pad_packed_options_default(void);
#define CT_PAD_PACKED_DEFAULTS .batch_first = false, .padding_value = 0, .total_length = CT_NONE
#define ct_pad_packed_sequence(...) CT_PAD_PACKED_SEQUENCE_(__VA_ARGS__, )
#define CT_PAD_PACKED_SEQUENCE_(sequence, lengths, ...)                                                                \
    CT_KEYWORDS_(                                                                                                      \
        ct_pad_packed_sequence_with(sequence, lengths, &(ct_pad_packed_options){CT_PAD_PACKED_DEFAULTS, __VA_ARGS__}))

/* Writes the sequences to sequences, n new handles, where n is ct_packed_sequence_size; n NULLs on failure.
 * nn.utils.rnn.unpack_sequence. @since 0.1 */
CT_API ct_status ct_unpack_sequence(const ct_packed_sequence *packed_sequences, ct_tensor **sequences, size_t n);

/* ---- Running ---- */

/* Runs an RNN, LSTM or GRU over packed sequences: the n states are none, or h_0 and an LSTM's c_0, and the m places
 * take h_n and an LSTM's c_n, both in the sequences' first order; a NULL place drops its state.
 * `ct_module_call_packed(lstm, &x, CT_TENSORS(h, c), &y, CT_OUTPUTS(&h, &c))`. output gets new handles; on failure
 * nothing is written. y, (h, c) = lstm(x, (h, c)). @since 0.1 */
CT_API ct_status ct_module_call_packed(ct_module *self, const ct_packed_sequence *input, ct_tensor *const *states,
                                       size_t n, ct_packed_sequence *output, ct_tensor **const *new_states, size_t m);

CT_END_DECLS

#endif
