// function.cpp: functions of torch by name.
// SPDX-License-Identifier: BSD-3-Clause
#include "function.hpp"

#include "call_scope.hpp"

#include <ctorch/call.h>

namespace ct {

namespace {

class PythonFunction final : public Function {
public:
    explicit PythonFunction(std::string name) : name(std::move(name)) {}

    Tensors call(const Tensors &inputs) override
    {
        CallScope scope;
        std::vector<ct_value> values;
        for (const at::Tensor &input : inputs)
            values.push_back(ct_value_tensor(box_or_null(input)));
        return {scope.result(ct_call(operator_name().c_str(), values.data(), values.size()), "the function ", name)};
    }

    ObjectPtr shell() const override { return std::make_shared<PythonFunction>(name); }

private:
    std::string operator_name() const
    {
        size_t dot = name.rfind('.');
        std::string module = name.substr(0, dot);
        if (module != "torch" && module != "torch.nn.functional")
            fail(CT_ERROR_NOT_IMPLEMENTED, "'" + name +
                                               "' is a function of Python; put a module in its place that does "
                                               "the same (ct_module_set_child)");
        return "aten::" + name.substr(dot + 1);
    }

    std::string name;
};

} // namespace

ObjectPtr python_function(std::string name)
{
    return std::make_shared<PythonFunction>(std::move(name));
}

} // namespace ct
