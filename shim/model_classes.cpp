// model_classes.cpp: what the class of a saved module is in C.
// SPDX-License-Identifier: BSD-3-Clause
#include "model_classes.hpp"

#include "callback.hpp"
#include "layers/composite.hpp"
#include "lists.hpp"

namespace ct {

namespace {

// A module around another, of which C needs nothing but the call.
class Wrapper final : public Object {
public:
    Wrapper(std::string name, const char *inner) : name(std::move(name)), inner(inner) {}

    at::Tensor forward(const at::Tensor &x) override { return through(*this, inner, x); }
    Tensors call(const Tensors &inputs) override { return through(*this, inner, inputs); }
    ObjectPtr shell() const override { return std::make_shared<Wrapper>(name, inner); }

protected:
    std::string type_name() const override { return name; }

private:
    std::string name;
    const char *inner;
};

const struct {
    const char *name, *inner;
} wrappers[] = {
    {"torch.nn.parallel.data_parallel.DataParallel", "module"},
    {"torch.nn.parallel.distributed.DistributedDataParallel", "module"},
    {"torch.optim.swa_utils.AveragedModel", "module"},
    {"torch._dynamo.eval_frame.OptimizedModule", "_orig_mod"},
};

const char *inner_of(const std::string &qualified)
{
    for (const auto &wrapper : wrappers)
        if (qualified == wrapper.name)
            return wrapper.inner;
    return nullptr;
}

const struct {
    const char *name;
    ObjectPtr (*make)();
} containers[] = {
    {"Sequential", [] { return ObjectPtr(std::make_shared<Sequential>()); }},
    {"ModuleList", [] { return ObjectPtr(std::make_shared<ModuleList>()); }},
    {"ModuleDict", [] { return ObjectPtr(std::make_shared<ModuleDict>()); }},
    {"ParameterList", [] { return ObjectPtr(std::make_shared<ParameterList>()); }},
    {"ParameterDict", [] { return ObjectPtr(std::make_shared<ParameterDict>()); }},
};

ObjectPtr make_container(const std::string &name)
{
    for (const auto &container : containers)
        if (name == container.name)
            return container.make();
    return nullptr;
}

// A class of torch.nn by its name; unknown when there is none.
ModelClass of_torch(const std::string &name)
{
    ModelClass found;
    found.base = name == "_LinearWithBias" ? "NonDynamicallyQuantizableLinear" : name; // before 1.8
    found.row = find_row(found.base);
    if (found.row)
        found.kind = ModelClass::layer;
    else if (make_container(name))
        found.kind = ModelClass::container;
    return found;
}

} // namespace

ModelClass find_class(const PythonName &name)
{
    ModelClass found;
    bool is_torchs = name.is_in("torch");
    found.registered = find_registered(name.qualified());
    if (!found.registered && !is_torchs)
        found.registered = find_registered(name.last());
    if (found.registered && found.registered->base.empty()) {
        found.kind = ModelClass::own;
        return found;
    }
    if (found.registered) {
        ModelClass base = of_torch(found.registered->base);
        if (base.kind == ModelClass::unknown)
            fail(CT_ERROR_KEY, "'" + name.qualified() + "' is registered as another name of '" + base.base +
                                   "', which torch.nn has not");
        base.registered = found.registered;
        return base;
    }
    if (!is_torchs)
        return found;
    if (name.is_in("torch.nn.modules"))
        found = of_torch(name.name);
    if (inner_of(name.qualified()))
        found.kind = ModelClass::wrapper;
    if (name.qualified() == "torch.nn.modules.module.Module")
        found.kind = ModelClass::own;
    return found;
}

ObjectPtr make_shell(const ModelClass &known, const PythonName &name)
{
    if (known.kind == ModelClass::container)
        return make_container(known.base);
    if (known.kind == ModelClass::wrapper)
        return std::make_shared<Wrapper>(name.last(), inner_of(name.qualified()));
    if (known.registered)
        return std::make_shared<CallbackModule>(name.last(), known.registered->functions, known.registered->user);
    return std::make_shared<CallbackModule>(name.last(), ct_class{}, std::make_shared<UserData>(nullptr, nullptr));
}

} // namespace ct
