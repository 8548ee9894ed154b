// handles.hpp: what is in a handle. ARG opens one that a caller gave, box makes one for the caller.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "object.hpp"

#include "core/handle.h"

#include <ctorch/dict.h>
#include <ctorch/generator.h>
#include <ctorch/hook.h>
#include <ctorch/module.h>
#include <ctorch/optim.h>
#include <ctorch/tensor.h>

#include <functional>
#include <memory>
#include <new>

namespace torch::optim {
class Optimizer;
}

namespace ct {

using Optimizer = torch::optim::Optimizer;

// Takes a hook away; doing so again does nothing.
using Removal = std::function<void()>;

// Which C++ value a public handle type holds.
template <class Handle> struct Holds;
template <> struct Holds<ct_tensor> {
    using Value = at::Tensor;
    static constexpr handle_kind kind = HANDLE_TENSOR;
};
template <> struct Holds<ct_module> {
    using Value = ObjectPtr;
    static constexpr handle_kind kind = HANDLE_MODULE;
};
template <> struct Holds<ct_dict> {
    using Value = std::unique_ptr<Dict>;
    static constexpr handle_kind kind = HANDLE_DICT;
};

template <> struct Holds<ct_optimizer> {
    using Value = std::shared_ptr<Optimizer>;
    static constexpr handle_kind kind = HANDLE_OPTIMIZER;
};
template <> struct Holds<ct_hook> {
    using Value = std::unique_ptr<Removal>;
    static constexpr handle_kind kind = HANDLE_HOOK;
};
template <> struct Holds<ct_generator> {
    using Value = at::Generator;
    static constexpr handle_kind kind = HANDLE_GENERATOR;
};

template <class Handle> using Held = typename Holds<Handle>::Value;

template <class Handle> HOT void destroy(void *payload)
{
    std::destroy_at(static_cast<Held<Handle> *>(payload));
}

template <class Handle> inline const handle_type type_of = {Holds<Handle>::kind, destroy<Handle>};

// A tensor of a file whose bytes cannot be used where they lie, or so: it is made when somebody first asks for more
// than its description, a tensor without data. Until then its handle is of the type pending_type.
struct Pending {
    at::Tensor description;
    std::function<at::Tensor()> make;
};

extern const handle_type pending_type;

// A handle on one, which must outlive it.
ct_tensor *box_pending(const Pending *pending);

// Makes a pending tensor's handle live; anything else that is not live is a failure.
[[gnu::cold]] void make_live(const void *any, const handle_type *type, const char *argument);

template <class Handle> bool is_live(const Handle *given)
{
    return given &&
           __atomic_load_n(&reinterpret_cast<const handle *>(given)->type, __ATOMIC_ACQUIRE) == &type_of<Handle>;
}

// The value in a handle that a caller gave as the argument of that name.
template <class Handle> Held<Handle> &arg(const Handle *given, const char *argument)
{
    if (!is_live(given))
        make_live(given, &type_of<Handle>, argument);
    return *reinterpret_cast<Held<Handle> *>(reinterpret_cast<handle *>(const_cast<Handle *>(given))->payload);
}

#define ARG(name) ::ct::arg(name, #name)

// A tensor of which no more is asked than its type, sizes, strides and whether it requires gradients.
const at::Tensor &described(const ct_tensor *given, const char *argument);

#define DESCRIBED(name) ::ct::described(name, #name)

template <class Handle> Handle *box_as(Held<Handle> value)
{
    static_assert(sizeof(Held<Handle>) <= HANDLE_PAYLOAD);
    handle *h = handle_new(&type_of<Handle>);
    if (!h)
        throw std::bad_alloc();
    ::new (static_cast<void *>(h->payload)) Held<Handle>(std::move(value));
    return reinterpret_cast<Handle *>(h);
}

inline ct_tensor *box(at::Tensor value)
{
    return box_as<ct_tensor>(std::move(value));
}

// None is NULL in C.
inline ct_tensor *box_or_null(const at::Tensor &value)
{
    return value.defined() ? box(value) : nullptr;
}

inline ct_module *box(ObjectPtr value)
{
    return box_as<ct_module>(std::move(value));
}

inline ct_dict *box(Dict value)
{
    return box_as<ct_dict>(std::make_unique<Dict>(std::move(value)));
}

inline ct_optimizer *box(std::shared_ptr<Optimizer> value)
{
    return box_as<ct_optimizer>(std::move(value));
}

inline ct_hook *box(Removal value)
{
    return box_as<ct_hook>(std::make_unique<Removal>(std::move(value)));
}

inline ct_generator *box(at::Generator value)
{
    return box_as<ct_generator>(std::move(value));
}

// The _free and _escape that every handle type has.
template <class Handle> void free_handle(Handle *given, const char *function = __builtin_FUNCTION())
{
    if (!is_live(given)) {
        handle_free(given, &type_of<Handle>, function);
        return;
    }
    // What handle_free does, with the payload's destructor in line: this is half of what an operation costs over
    // libtorch's own.
    handle *h = reinterpret_cast<handle *>(given);
    h->type = nullptr;
    destroy<Handle>(h->payload);
    handle_retire(h, Holds<Handle>::kind);
}

template <class Handle> Handle *escape_handle(Handle *given, const char *function = __builtin_FUNCTION())
{
    return static_cast<Handle *>(handle_escape(given, &type_of<Handle>, function));
}

// A text for the caller, lent until its scope ends.
const char *lend(const std::string &text);

// User data that a caller handed over together with what frees it, which runs exactly once.
class UserData {
public:
    UserData(void *data, void (*release)(void *)) : data(data), release(release) {}
    UserData(UserData &&other) noexcept : data(other.data), release(std::exchange(other.release, nullptr)) {}
    UserData &operator=(UserData &&) = delete;
    ~UserData()
    {
        if (release)
            release(data);
    }

    void (*releaser() const)(void *) { return release; }

    // The data, for who frees it from now on.
    void *hand_over()
    {
        release = nullptr;
        return data;
    }

    void *data;

private:
    void (*release)(void *);
};

} // namespace ct
