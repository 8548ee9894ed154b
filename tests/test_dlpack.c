/* tests/test_dlpack.c: ctorch/dlpack.h: tensors lent to others and theirs taken over, in both forms. With NumPy's and
 * PyTorch's own: python/exchange.py.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "suite.h"

#include <ctorch.h>
#include <ctorch/dlpack.h>

static ct_tensor *numbers(void)
{
    return ct_tensor_new((float[]){1, 2, 3, 4, 5, 6}, CT_DIMS(2, 3), CT_FLOAT32);
}

/* ---- To others ---- */

START_TEST(lends_a_tensor)
{
    ct_tensor *x = numbers(), *part = ct_narrow(x, 1, 1, 2);
    float *data = ct_tensor_data(x, CT_FLOAT32);
    DLManagedTensor *managed = ct_tensor_to_dlpack(part);
    ck_assert_ptr_nonnull(managed);
    const DLTensor *dl = &managed->dl_tensor;
    ck_assert_ptr_eq((char *)dl->data + dl->byte_offset, data + 1);
    ck_assert_int_eq(dl->device.device_type, kDLCPU);
    ck_assert_int_eq(dl->device.device_id, 0);
    ck_assert_int_eq(dl->ndim, 2);
    ck_assert_int_eq(dl->dtype.code, kDLFloat);
    ck_assert_int_eq(dl->dtype.bits, 32);
    ck_assert_int_eq(dl->dtype.lanes, 1);
    ck_assert_int_eq(dl->shape[0], 2);
    ck_assert_int_eq(dl->shape[1], 2);
    ck_assert_int_eq(dl->strides[0], 3);
    ck_assert_int_eq(dl->strides[1], 1);

    /* The memory outlives the handles. */
    ct_tensor_free(x);
    ct_tensor_free(part);
    data[1] = 20;
    ck_assert_float_eq(((float *)dl->data)[0], 20);
    managed->deleter(managed);
}
END_TEST

START_TEST(says_what_it_lends)
{
    ct_tensor *x = numbers();
    DLManagedTensorVersioned *shared = ct_tensor_to_dlpack_versioned(x);
    ck_assert_uint_eq(shared->version.major, 1);
    ck_assert_uint_eq(shared->flags, 0);
    ck_assert_ptr_eq(shared->dl_tensor.data, ct_tensor_data(x, CT_FLOAT32));
    DLManagedTensorVersioned *fixed = ct_tensor_to_dlpack_versioned(x, .read_only = true);
    ck_assert_uint_eq(fixed->flags, DLPACK_FLAG_BITMASK_READ_ONLY);
    DLManagedTensorVersioned *copy = ct_tensor_to_dlpack_versioned(x, .copy = true);
    ck_assert_uint_eq(copy->flags, DLPACK_FLAG_BITMASK_IS_COPIED);
    ck_assert_ptr_ne(copy->dl_tensor.data, ct_tensor_data(x, CT_FLOAT32));
    ck_assert_float_eq(((float *)copy->dl_tensor.data)[5], 6);
    shared->deleter(shared);
    fixed->deleter(fixed);
    copy->deleter(copy);
    ct_tensor_free(x);
}
END_TEST

START_TEST(refuses_what_would_be_lost)
{
    ct_tensor *leaf = ct_ones(CT_DIMS(2), CT_FLOAT32, .requires_grad = true);
    ck_assert_ptr_null(ct_tensor_to_dlpack(leaf));
    ck_assert_error(CT_ERROR_VALUE,
                    "ct_tensor_to_dlpack: Can't export tensors that require gradient, use tensor.detach()");
    ct_tensor *z = ct_ones(CT_DIMS(2), CT_COMPLEX64), *conj = ct_conj(z);
    ck_assert_ptr_null(ct_tensor_to_dlpack_versioned(conj));
    ck_assert_error(CT_ERROR_VALUE, "ct_tensor_to_dlpack_versioned: Can't export tensors with the conjugate bit set");
    ct_tensor_free(leaf);
    ct_tensor_free(z);
    ct_tensor_free(conj);
}
END_TEST

/* ---- There and back ---- */

START_TEST(every_type_comes_back)
{
    static const ct_dtype types[] = {CT_UINT8,   CT_INT8,      CT_INT16,      CT_INT32, CT_INT64,   CT_FLOAT16,
                                     CT_FLOAT32, CT_FLOAT64, CT_COMPLEX64, CT_COMPLEX128, CT_BOOL,  CT_BFLOAT16};
    for (size_t i = 0; i < COUNT(types); i++) {
        ct_tensor *x = ct_ones(CT_DIMS(2, 3), types[i]);
        ct_tensor *y = ct_tensor_from_dlpack(ct_tensor_to_dlpack(x));
        ct_tensor *z = ct_tensor_from_dlpack_versioned(ct_tensor_to_dlpack_versioned(x));
        ck_assert_int_eq(ct_tensor_dtype(y), types[i]);
        ck_assert_int_eq(ct_tensor_dtype(z), types[i]);
        ck_assert_ptr_eq(ct_tensor_data(y, types[i]), ct_tensor_data(x, types[i]));
        ck_assert(ct_equal(x, z));
        ct_tensor_free(x);
        ct_tensor_free(y);
        ct_tensor_free(z);
    }
}
END_TEST

START_TEST(every_shape_comes_back)
{
    ct_tensor *x = numbers();
    ct_tensor *views[] = {ct_permute(x, CT_DIMS(1, 0)), ct_narrow(x, 1, 2, 1), ct_select(x, 0, 1),
                          ct_full(CT_DIMS(), 3, CT_INT32), ct_zeros(CT_DIMS(0, 2), CT_FLOAT32)};
    for (size_t i = 0; i < COUNT(views); i++) {
        ct_tensor *y = ct_tensor_from_dlpack(ct_tensor_to_dlpack(views[i]));
        ck_assert_msg(y != NULL, "%s", ct_error_message());
        ck_assert(ct_equal(views[i], y));
        ct_tensor_free(views[i]);
        ct_tensor_free(y);
    }
    ct_tensor_free(x);
}
END_TEST

/* ---- From others ---- */

static int deleted;

static void forget_deleted(void)
{
    deleted = 0;
}

static void delete(DLManagedTensor *self)
{
    ck_assert_ptr_eq(self->manager_ctx, &deleted);
    deleted++;
}

static void delete_versioned(DLManagedTensorVersioned *self)
{
    ck_assert_ptr_eq(self->manager_ctx, &deleted);
    deleted++;
}

static float data[6];
static int64_t shape[] = {2, 3}, strides[] = {3, 1};

/* A tensor of another library, which the tests change. */
static DLManagedTensorVersioned theirs(void)
{
    for (int i = 0; i < 6; i++)
        data[i] = (float)(i + 1);
    return (DLManagedTensorVersioned){
        .version = {1, 0},
        .manager_ctx = &deleted,
        .deleter = delete_versioned,
        .dl_tensor = {.data = data,
                      .device = {kDLCPU, 0},
                      .ndim = 2,
                      .dtype = {kDLFloat, 32, 1},
                      .shape = shape,
                      .strides = strides},
    };
}

START_TEST(takes_over_the_older_form)
{
    DLManagedTensor managed = {theirs().dl_tensor, &deleted, delete};
    ct_tensor *x = ct_tensor_from_dlpack(&managed), *view = ct_select(x, 0, 1);
    ck_assert_ptr_eq(ct_tensor_data(x, CT_FLOAT32), data);
    ck_assert_floats(x, 1, 2, 3, 4, 5, 6);
    ct_tensor_free(x);
    ck_assert_int_eq(deleted, 0);
    ct_tensor_free(view);
    ck_assert_int_eq(deleted, 1);

    managed.deleter = NULL;
    x = ct_tensor_from_dlpack(&managed);
    ck_assert_floats(x, 1, 2, 3, 4, 5, 6);
    ct_tensor_free(x);
    ck_assert_int_eq(deleted, 1);
}
END_TEST

START_TEST(takes_over_what_lies_elsewhere)
{
    DLManagedTensorVersioned managed = theirs();
    managed.dl_tensor.strides = NULL;
    ct_tensor *rows = ct_tensor_from_dlpack_versioned(&managed);
    ck_assert_floats(rows, 1, 2, 3, 4, 5, 6);

    managed = theirs();
    managed.dl_tensor.shape = (int64_t[]){2, 2};
    managed.dl_tensor.byte_offset = sizeof(float);
    ct_tensor *offset = ct_tensor_from_dlpack_versioned(&managed);
    ck_assert_floats(offset, 2, 3, 5, 6);

    managed.dl_tensor = (DLTensor){.data = data, .device = {kDLCPU, 0}, .dtype = {kDLFloat, 32, 1}};
    ct_tensor *scalar = ct_tensor_from_dlpack_versioned(&managed);
    ck_assert_int_eq(ct_tensor_dim(scalar), 0);
    ck_assert_double_eq(ct_tensor_item(scalar), 1);
    ct_tensor_free(rows);
    ct_tensor_free(offset);
    ct_tensor_free(scalar);
    ck_assert_int_eq(deleted, 3);
}
END_TEST

START_TEST(copies_what_is_read_only)
{
    DLManagedTensorVersioned managed = theirs();
    managed.flags = DLPACK_FLAG_BITMASK_READ_ONLY;
    ct_tensor *x = ct_tensor_from_dlpack_versioned(&managed);
    ck_assert_int_eq(deleted, 1);
    ck_assert_ok(ct_mul_scalar_(x, 2));
    ck_assert_floats(x, 2, 4, 6, 8, 10, 12);
    ck_assert_float_eq(data[5], 6);
    ct_tensor_free(x);
    ck_assert_int_eq(deleted, 1);
}
END_TEST

#define REFUSED(change, code, part)                                                                                    \
    do {                                                                                                               \
        DLManagedTensorVersioned managed = theirs();                                                                   \
        DLTensor *dl = &managed.dl_tensor;                                                                             \
        (void)dl;                                                                                                      \
        change;                                                                                                        \
        ck_assert_ptr_null(ct_tensor_from_dlpack_versioned(&managed));                                                 \
        ck_assert_error(code, "ct_tensor_from_dlpack_versioned: " part);                                               \
        ck_assert_int_eq(deleted, ++expected);                                                                         \
    } while (0)

START_TEST(gives_back_what_it_refuses)
{
    int expected = 0;
    REFUSED(managed.version.major = 2, CT_ERROR_NOT_IMPLEMENTED, "managed is of DLPack 2.0; expected version 1");
    REFUSED(dl->dtype.lanes = 4, CT_ERROR_TYPE,
            "no tensor holds elements of DLPack's type code 2 with 32 bits and 4 lanes");
    REFUSED(dl->dtype.bits = 80, CT_ERROR_TYPE, "no tensor holds elements of DLPack's type code 2 with 80 bits");
    REFUSED(dl->dtype.code = kDLOpaqueHandle, CT_ERROR_TYPE, "no tensor holds elements of DLPack's type code 3");
    REFUSED(dl->device.device_type = kDLMetal, CT_ERROR_NOT_IMPLEMENTED, "the tensor is on DLPack's device type 8");
    REFUSED(dl->ndim = -1, CT_ERROR_VALUE, "ndim is -1; expected 0 to 64");
    REFUSED(dl->ndim = 65, CT_ERROR_VALUE, "ndim is 65");
    REFUSED(dl->shape = NULL, CT_ERROR_VALUE, "shape is NULL");
    REFUSED(dl->data = NULL, CT_ERROR_VALUE, "data is NULL");
    REFUSED(dl->shape = ((int64_t[]){2, -3}), CT_ERROR_VALUE, "shape is (2, -3); a size cannot be negative");
    REFUSED(dl->strides = ((int64_t[]){3, -1}), CT_ERROR_VALUE, "strides is (3, -1); a stride cannot be negative");
    REFUSED(dl->strides = ((int64_t[]){INT64_MAX, 1}), CT_ERROR_VALUE, "shape is (2, 3) and strides is (92233720368547"
                                                                       "75807, 1); no memory is that large");

    ck_assert_ptr_null(ct_tensor_from_dlpack(NULL));
    ck_assert_error(CT_ERROR_VALUE, "ct_tensor_from_dlpack: managed is NULL");

    ct_scope *scope = ct_scope_begin();
    ct_error_set(CT_ERROR_KEY, "stop");
    DLManagedTensorVersioned managed = theirs();
    ck_assert_ptr_null(ct_tensor_from_dlpack_versioned(&managed));
    ck_assert_int_eq(deleted, expected + 1);
    ck_assert_int_eq(ct_scope_end(scope), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "stop");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dlpack");

    TCase *lent = suite_case(suite, "lent");
    tcase_add_test(lent, lends_a_tensor);
    tcase_add_test(lent, says_what_it_lends);
    tcase_add_test(lent, refuses_what_would_be_lost);
    tcase_add_test(lent, every_type_comes_back);
    tcase_add_test(lent, every_shape_comes_back);

    TCase *taken = suite_case(suite, "taken");
    tcase_add_checked_fixture(taken, forget_deleted, NULL);
    tcase_add_test(taken, takes_over_the_older_form);
    tcase_add_test(taken, takes_over_what_lies_elsewhere);
    tcase_add_test(taken, copies_what_is_read_only);
    tcase_add_test(taken, gives_back_what_it_refuses);

    return suite_run(suite);
}
