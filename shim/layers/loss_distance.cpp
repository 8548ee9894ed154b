// loss_distance.cpp: TripletMarginWithDistanceLoss, whose distance is a module or a function of C.
// SPDX-License-Identifier: BSD-3-Clause
#include "call_scope.hpp"
#include "convert.hpp"
#include "function.hpp"
#include "generated/loss.hpp"
#include "generated/rows.hpp"
#include "layers/composite.hpp"
#include "layers/loss.hpp"

#include <ctorch/nn_losses.h>

namespace ct {

namespace {

// A distance written in C.
class Distance final : public Function {
public:
    Distance(ct_distance function, std::shared_ptr<UserData> user) : function(function), user(std::move(user)) {}

    Tensors call(const Tensors &inputs) override
    {
        CallScope scope;
        return {scope.result(function(box(inputs[0]), box(inputs[1]), user->data), "the distance function")};
    }
    ObjectPtr shell() const override { return std::make_shared<Distance>(function, user); }

private:
    ct_distance function;
    std::shared_ptr<UserData> user;
};

void check_dims(const Tensors &inputs)
{
    int64_t anchor = inputs[0].dim(), positive = inputs[1].dim(), negative = inputs[2].dim();
    if (anchor == positive && positive == negative)
        return;
    fail(CT_ERROR_RUNTIME, "The anchor, positive, and negative tensors are expected to have the same number of "
                           "dimensions, but got: anchor " +
                               std::to_string(anchor) + "D, positive " + std::to_string(positive) + "D, and negative " +
                               std::to_string(negative) + "D inputs");
}

} // namespace

void TripletMarginWithDistanceLoss::init()
{
    if (!(margin() > 0))
        fail(CT_ERROR_VALUE,
             "TripletMarginWithDistanceLoss: expected margin to be greater than 0, got " + repr(margin()) + " instead");
    ObjectPtr distance = distance_function();
    if (!is_function(distance))
        add("distance_function", distance ? distance : create("PairwiseDistance", {}));
}

Tensors TripletMarginWithDistanceLoss::call(const Tensors &inputs)
{
    ct::reduction(reduction());
    check_dims(inputs);
    ObjectPtr function = is_function(distance_function()) ? distance_function() : nullptr;
    auto distance = [&](const at::Tensor &a, const at::Tensor &b) {
        return function ? only(ct::call(*function, {a, b}), *function)
                        : first_through(*this, "distance_function", {a, b});
    };
    const at::Tensor &anchor = inputs[0], &positive = inputs[1], &negative = inputs[2];
    at::Tensor near = distance(anchor, positive), far = distance(anchor, negative);
    if (swap())
        far = at::minimum(far, distance(positive, negative));
    return {reduced(at::clamp_min(margin() + near - far, 0), reduction())};
}

namespace {

using Options = ct_triplet_margin_with_distance_loss_options;

ObjectPtr distance_of(const Options &options, std::shared_ptr<UserData> user)
{
    if (options.distance_function && options.distance_module)
        fail(CT_ERROR_VALUE, "distance_function and distance_module are both given; expected one of them");
    if (options.distance_function)
        return std::make_shared<Distance>(options.distance_function, std::move(user));
    return options.distance_module ? arg(options.distance_module, "distance_module") : nullptr;
}

} // namespace

} // namespace ct

using namespace ct;

ct_module *ct_nn_triplet_margin_with_distance_loss_new(const ct_triplet_margin_with_distance_loss_options *options)
{
    Options o = given(options, ct_triplet_margin_with_distance_loss_options_default());
    UserData user(o.user, o.free_user);
    return guard([&] {
        ObjectPtr distance = distance_of(o, std::make_shared<UserData>(std::move(user)));
        return box(make_layer(rows::TripletMarginWithDistanceLoss,
                              {distance, o.margin, o.swap, text(o.reduction, "reduction")}));
    });
}
