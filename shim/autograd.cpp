// autograd.cpp: include/ctorch/autograd.h.
// SPDX-License-Identifier: BSD-3-Clause
#include "convert.hpp"

#include <ctorch/autograd.h>

using namespace ct;

namespace {

void backward(const at::Tensor &self, const ct_backward_options &o)
{
    at::Tensor gradient = o.gradient ? arg(o.gradient, "gradient") : at::Tensor();
    self.backward(gradient, o.retain_graph || o.create_graph, o.create_graph);
}

void restore_grad_mode(void *enabled)
{
    at::GradMode::set_enabled(enabled != nullptr);
}

void no_grad()
{
    static char yes;
    if (ct_scope_defer(restore_grad_mode, at::GradMode::is_enabled() ? &yes : nullptr) != CT_OK)
        fail(CT_ERROR_VALUE, "no scope is open on this thread whose end would switch recording on again");
    at::GradMode::set_enabled(false);
}

bool exchange_grad_mode(bool enabled)
{
    bool before = at::GradMode::is_enabled();
    at::GradMode::set_enabled(enabled);
    return before;
}

} // namespace

ct_status ct_backward_with(const ct_tensor *self, const ct_backward_options *options)
{
    return guard([&] { backward(ARG(self), given(options)); });
}

ct_tensor *ct_tensor_grad(const ct_tensor *self)
{
    return guard([&] {
        const at::Tensor &grad = ARG(self).grad();
        return grad.defined() ? box(grad) : nullptr;
    });
}

bool ct_tensor_requires_grad(const ct_tensor *self)
{
    return guard_or(false, [&] { return DESCRIBED(self).requires_grad(); });
}

ct_status ct_requires_grad_(ct_tensor *self, bool requires_grad)
{
    return guard([&] { ARG(self).requires_grad_(requires_grad); });
}

ct_tensor *ct_detach(const ct_tensor *self)
{
    return guard([&] { return box(ARG(self).detach()); });
}

ct_status ct_no_grad(void)
{
    return guard([&] { no_grad(); });
}

bool ct_set_grad_enabled(bool enabled)
{
    return guard_or(at::GradMode::is_enabled(), [&] { return exchange_grad_mode(enabled); });
}

bool ct_grad_enabled(void)
{
    return at::GradMode::is_enabled();
}
