/* Training that stops in the middle and goes on as if it had not: model.py in C. It goes on from the checkpoint that
 * Python left, and stops once more on the way: the parameters at the end are the same, bit for bit.
 *
 *     resume_training [weights.pt [reference.pt [half.pt]]]
 *
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch.h>
#include <stdio.h>

enum { EPOCHS = 10 };

typedef struct training {
    ct_module *model;
    ct_optimizer *optimizer;
    int64_t epoch;
} training;

static training begin(void)
{
    training t = {.epoch = 0};
    t.model = ct_nn_sequential(ct_nn_linear(4, 16), ct_nn_tanh(), ct_nn_dropout(.p = 0.2), ct_nn_linear(16, 1));
    t.optimizer = ct_optim_adam(ct_module_parameters(t.model), .lr = 0.01);
    return t;
}

/* All that the next epoch depends on. The dropout draws from the random numbers, so their state is a part of it. */
static void save(const training *t, const char *path)
{
    ct_scope *scope = ct_scope_begin();
    ct_save(path, ct_value_dict(CT_ARGS(ct_arg("model", ct_module_state_dict(t->model)),
                                        ct_arg("optimizer", ct_optimizer_state_dict(t->optimizer)),
                                        ct_arg("epoch", t->epoch),
                                        ct_arg("rng", ct_generator_get_state(ct_default_generator())))));
    ct_scope_end(scope);
}

static training resume(const char *path)
{
    training t = begin();
    ct_scope *scope = ct_scope_begin();
    ct_archive *checkpoint = ct_archive_open(path);
    ct_module_load_state_dict(t.model, ct_archive_state_dict(checkpoint, "model"));
    ct_optimizer_load_state_dict(t.optimizer, ct_archive_get(checkpoint, "optimizer"));
    t.epoch = ct_value_to_int(ct_archive_get(checkpoint, "epoch"));
    ct_generator_set_state(ct_default_generator(), ct_value_to_tensor(ct_archive_get(checkpoint, "rng")));
    ct_scope_end(scope);
    return t;
}

static void train(training *t, const ct_dict *data, int64_t until)
{
    for (; t->epoch < until; t->epoch++) {
        ct_scope *scope = ct_scope_begin();
        ct_optimizer_zero_grad(t->optimizer);
        ct_tensor *y = ct_module_forward(t->model, ct_dict_get(data, "input"));
        ct_tensor *loss = ct_mse_loss(y, ct_dict_get(data, "target"));
        ct_backward(loss);
        ct_optimizer_step(t->optimizer);
        printf("epoch %d: %.6f\n", (int)t->epoch, ct_tensor_item(loss));
        if (ct_scope_end(scope) != CT_OK)
            return;
    }
}

int main(int argc, char **argv)
{
    const char *weights = argc > 1 ? argv[1] : "weights.pt";
    const char *reference = argc > 2 ? argv[2] : "reference.pt";
    const char *half = argc > 3 ? argv[3] : "half.pt";

    ct_scope *scope = ct_scope_begin();
    ct_dict *data = ct_load(reference);
    training straight = resume(weights);
    train(&straight, data, EPOCHS);

    training first = resume(weights);
    train(&first, data, EPOCHS - 2);
    save(&first, half);
    ct_manual_seed(1); /* whatever happens in between */
    training second = resume(half);
    train(&second, data, EPOCHS);
    remove(half);

    ct_dict *state = ct_module_state_dict(straight.model), *again = ct_module_state_dict(second.model);
    for (size_t i = 0; i < ct_dict_size(state); i++) {
        const char *name = ct_dict_name(state, i);
        if (!ct_equal(ct_dict_at(state, i), ct_dict_at(again, i)))
            ct_error_set(CT_ERROR_VALUE, "the parameters depend on where training stopped");
        if (!ct_allclose(ct_dict_at(state, i), ct_dict_get(data, name), .rtol = 0, .atol = 1e-6))
            ct_error_set(CT_ERROR_VALUE, "the parameters differ from Python's by more than 1e-6");
    }

    if (ct_scope_end(scope) != CT_OK) {
        fprintf(stderr, "%s\n", ct_error_message());
        return 1;
    }
    return 0;
}
