// handles.cpp: the rare paths of handles.
// SPDX-License-Identifier: BSD-3-Clause
#include "handles.hpp"

#include "core/text.h"

#include <cstdlib>
#include <mutex>

namespace ct {

namespace {

// Beside the place of the tensor to come.
struct PendingPayload {
    at::Tensor tensor;
    const Pending *pending;
};
static_assert(sizeof(PendingPayload) <= HANDLE_PAYLOAD);

const Pending *pending_of(const void *any)
{
    auto *h = static_cast<const handle *>(any);
    bool is_pending = h && __atomic_load_n(&h->type, __ATOMIC_ACQUIRE) == &pending_type;
    return is_pending ? reinterpret_cast<const PendingPayload *>(h->payload)->pending : nullptr;
}

// Threads that ask at once get the same tensor.
void settle(handle *h, const Pending &pending)
{
    static std::mutex lock;
    std::lock_guard<std::mutex> guard(lock);
    if (!pending_of(h))
        return;
    reinterpret_cast<PendingPayload *>(h->payload)->tensor = pending.make();
    __atomic_store_n(&h->type, &type_of<ct_tensor>, __ATOMIC_RELEASE);
}

} // namespace

const handle_type pending_type = {HANDLE_TENSOR, destroy<ct_tensor>};

ct_tensor *box_pending(const Pending *pending)
{
    handle *h = handle_new(&pending_type);
    if (!h)
        throw std::bad_alloc();
    ::new (static_cast<void *>(h->payload)) PendingPayload{at::Tensor(), pending};
    return reinterpret_cast<ct_tensor *>(h);
}

const at::Tensor &described(const ct_tensor *given, const char *argument)
{
    const Pending *pending = pending_of(given);
    return pending ? pending->description : arg(given, argument);
}

void make_live(const void *any, const handle_type *type, const char *argument)
{
    if (!any)
        fail_null(argument);
    if (type == &type_of<ct_tensor>)
        if (const Pending *pending = pending_of(any))
            return settle(static_cast<handle *>(const_cast<void *>(any)), *pending);
    if (static_cast<const handle *>(any)->type == type)
        return; // another thread was first
    std::unique_ptr<char, decltype(&std::free)> fault(handle_fault(any, type->kind, argument), std::free);
    fail(CT_ERROR_TYPE, fault ? fault.get() : argument);
}

const char *lend(const std::string &text)
{
    const char *lent = scope_lend(text_copy(text.c_str()));
    if (!lent)
        throw std::bad_alloc();
    return lent;
}

} // namespace ct
