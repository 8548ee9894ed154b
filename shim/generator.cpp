// generator.cpp: include/ctorch/generator.h.
// SPDX-License-Identifier: BSD-3-Clause
#include "convert.hpp"

using namespace ct;

namespace {

// Generators are shared by threads, and leave locking to who calls them.
template <class Body> auto locked(at::Generator &generator, Body &&body)
{
    std::lock_guard<std::mutex> lock(generator.mutex());
    return body();
}

} // namespace

ct_generator *ct_generator_new(const char *device)
{
    return guard([&] { return box(make_generator(ct::device(device))); });
}

ct_generator *ct_default_generator(void)
{
    return guard([&] { return box(at::Generator(at::detail::getDefaultCPUGenerator())); });
}

void ct_generator_free(ct_generator *self)
{
    free_handle(self);
}

ct_generator *ct_generator_escape(ct_generator *self)
{
    return escape_handle(self);
}

ct_status ct_generator_manual_seed(ct_generator *self, uint64_t seed)
{
    return guard([&] { locked(ARG(self), [&] { ARG(self).set_current_seed(seed); }); });
}

uint64_t ct_generator_seed(ct_generator *self)
{
    return guard_or(uint64_t{0}, [&] { return locked(ARG(self), [&] { return ARG(self).seed(); }); });
}

uint64_t ct_generator_initial_seed(const ct_generator *self)
{
    return guard_or(uint64_t{0}, [&] { return ARG(self).current_seed(); });
}

ct_tensor *ct_generator_get_state(const ct_generator *self)
{
    return guard([&] { return locked(ARG(self), [&] { return box(ARG(self).get_state()); }); });
}

ct_status ct_generator_set_state(ct_generator *self, const ct_tensor *new_state)
{
    return guard([&] { locked(ARG(self), [&] { ARG(self).set_state(ARG(new_state)); }); });
}

const char *ct_generator_device(const ct_generator *self)
{
    return guard_or("", [&] { return lend(ARG(self).device().str()); });
}
