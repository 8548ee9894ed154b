// device.cpp: include/ctorch/device.h. libtorch's part for a kind of device registers with c10 when it is loaded; this
// file asks only there, so that it is the same for a CPU build and a CUDA one.
// SPDX-License-Identifier: BSD-3-Clause
#include "convert.hpp"

#include <c10/core/impl/DeviceGuardImplInterface.h>
#if __has_include(<c10/core/CachingDeviceAllocator.h>)
#include <c10/core/CachingDeviceAllocator.h>
#endif
#include <ctorch/device.h>

#include <dlfcn.h>

using namespace ct;

namespace {

using Backend = c10::impl::DeviceGuardImplInterface;

// ---- Whether a device is there ----

struct Obstacle {
    ct_status code;
    std::string text;
};

std::string type_name(c10::DeviceType type, bool lower_case = true)
{
    return c10::DeviceTypeName(type, lower_case);
}

// What stands between the caller and a device; CT_OK: nothing.
Obstacle obstacle(c10::Device device)
{
    if (device.is_cpu())
        return {CT_OK, ""};
    if (!c10::impl::hasDeviceGuardImpl(device.type()))
        return {CT_ERROR_NOT_IMPLEMENTED, "Torch not compiled with " + type_name(device.type(), false) + " enabled"};
    int count = c10::impl::getDeviceGuardImpl(device.type())->deviceCount();
    if (count == 0)
        return {CT_ERROR_RUNTIME, "this process sees no " + type_name(device.type()) + " device"};
    if (device.index() >= count)
        return {CT_ERROR_INDEX, "device is " + device.str() + "; this process sees " + std::to_string(count) + " " +
                                    type_name(device.type()) + (count == 1 ? " device" : " devices")};
    return {CT_OK, ""};
}

bool is_available(const char *name, const char **reason)
{
    Obstacle found = obstacle(device(name));
    if (reason)
        *reason = found.code == CT_OK ? "" : lend(found.text);
    return found.code == CT_OK;
}

const Backend &backend(c10::Device device)
{
    Obstacle found = obstacle(device);
    if (found.code != CT_OK)
        fail(found.code, std::move(found.text));
    return *c10::impl::getDeviceGuardImpl(device.type());
}

// A kind of device: a name without a number.
c10::Device kind(const char *type)
{
    c10::Device kind(std::string(text(type, "type")));
    if (kind.has_index())
        fail(CT_ERROR_VALUE,
             "type is \"" + std::string(type) + "\"; expected a kind of device without a number, such as \"cuda\"");
    return kind;
}

int64_t count(c10::Device kind)
{
    return c10::impl::hasDeviceGuardImpl(kind.type()) ? c10::impl::getDeviceGuardImpl(kind.type())->deviceCount() : 0;
}

// The number that a name without one stands for. The CPU's, and others without numbers, are -1 to libtorch.
c10::DeviceIndex current(c10::Device kind)
{
    return std::max<c10::DeviceIndex>(backend(kind).getDevice().index(), 0);
}

c10::Device numbered(c10::Device device)
{
    return device.has_index() ? device : c10::Device(device.type(), current(device));
}

// ---- What is done with it ----

void set_current(c10::Device device)
{
    const Backend &found = backend(device);
    if (!device.has_index() && !device.is_cpu())
        fail(CT_ERROR_VALUE, "Expected a torch.device with a specified index or an integer, but got:" + device.str());
    found.setDevice(device);
}

void synchronize(c10::Device device)
{
    const Backend &found = backend(device);
    if (device.is_cpu())
        return;
    if (device.is_cuda())
        torch::cuda::synchronize(numbered(device).index());
    else
        FROM_2_6(found.synchronizeDevice(numbered(device).index()), (static_cast<void>(found), needs<void>("2.6")));
}

template <class Function> Function symbol(void *library, const char *name)
{
    return library ? reinterpret_cast<Function>(dlsym(library, name)) : nullptr;
}

// CUDA's driver knows the name. libtorch has loaded it wherever there is a device, and its headers are not needed.
std::string cuda_name(int index)
{
    void *driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_NOLOAD);
    auto get = symbol<int (*)(int *, int)>(driver, "cuDeviceGet");
    auto get_name = symbol<int (*)(char *, int, int)>(driver, "cuDeviceGetName");
    char name[256] = "";
    int handle = 0;
    bool found = get && get_name && get(&handle, index) == 0 && get_name(name, sizeof name, handle) == 0;
    if (driver)
        dlclose(driver);
    if (!found)
        fail(CT_ERROR_RUNTIME, "CUDA's driver does not tell the name of cuda:" + std::to_string(index));
    return name;
}

std::string name_of(c10::Device device)
{
    backend(device);
    if (device.is_cpu())
        return "cpu";
    if (!device.is_cuda())
        fail(CT_ERROR_NOT_IMPLEMENTED, "libtorch does not tell the names of " + type_name(device.type()) + " devices");
    return cuda_name(numbered(device).index());
}

// ---- Memory ----

struct Memory {
    int64_t allocated = 0;
    int64_t reserved = 0;
};

void check_allocator(c10::Device device)
{
    backend(device);
    if (device.is_cpu())
        fail(CT_ERROR_NOT_IMPLEMENTED, "the CPU's memory is the operating system's: libtorch keeps none of it");
}

Memory memory(const char *name)
{
    c10::Device where = device(name);
    check_allocator(where);
    return SINCE_2_14(Memory, [&] {
        c10::DeviceAllocator *allocator = c10::getDeviceAllocator(where.type());
        if (!allocator->initialized())
            return Memory();
        auto stats = allocator->getDeviceStats(numbered(where).index());
        auto all = static_cast<size_t>(c10::CachingAllocator::StatType::AGGREGATE);
        return Memory{stats.allocated_bytes[all].current, stats.reserved_bytes[all].current};
    }());
}

void empty_cache(c10::Device kind)
{
    check_allocator(kind);
    SINCE_2_14(void, c10::getDeviceAllocator(kind.type())->emptyCache());
}

} // namespace

bool ct_device_is_available(const char *device, const char **reason)
{
    return guard_or(false, [&] { return is_available(device, reason); });
}

int64_t ct_device_count(const char *type)
{
    return guard_or(int64_t{-1}, [&] { return count(kind(type)); });
}

const char *ct_device_name(const char *device)
{
    return guard_or("", [&] { return lend(name_of(ct::device(device))); });
}

ct_status ct_device_synchronize(const char *device)
{
    return guard([&] { synchronize(ct::device(device)); });
}

int64_t ct_device_current(const char *type)
{
    return guard_or(int64_t{-1}, [&] { return int64_t{current(kind(type))}; });
}

ct_status ct_device_set_current(const char *device)
{
    return guard([&] { set_current(ct::device(device)); });
}

int64_t ct_device_memory_allocated(const char *device)
{
    return guard_or(int64_t{-1}, [&] { return memory(device).allocated; });
}

int64_t ct_device_memory_reserved(const char *device)
{
    return guard_or(int64_t{-1}, [&] { return memory(device).reserved; });
}

ct_status ct_device_empty_cache(const char *type)
{
    return guard([&] { empty_cache(kind(type)); });
}
