// tests/plugin/device.cpp: two devices that are not there, of the kind that libtorch leaves to others, "privateuseone",
// for tests/test_device.c. They know which of them is current and how often someone waited for each, and on libtorch
// 2.14 what memory they have: 1000 bytes with tensors for device 0, 2000 for device 1, and as much again in store.
// SPDX-License-Identifier: BSD-3-Clause
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/version.h>
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 14)
#include <c10/core/CachingDeviceAllocator.h>
#define HAS_DEVICE_ALLOCATOR
#endif

#include <exception>

namespace {

constexpr c10::DeviceType kind = c10::DeviceType::PrivateUse1;

thread_local c10::DeviceIndex current = 0;
int waits[2];

struct Guard final : c10::impl::DeviceGuardImplInterface {
    c10::DeviceType type() const override { return kind; }
    c10::Device exchangeDevice(c10::Device device) const override
    {
        c10::Device before = getDevice();
        setDevice(device);
        return before;
    }
    c10::Device getDevice() const override { return {kind, current}; }
    void setDevice(c10::Device device) const override { current = device.index(); }
    void uncheckedSetDevice(c10::Device device) const noexcept override { current = device.index(); }
    c10::Stream getStream(c10::Device device) const noexcept override
    {
        return c10::Stream(c10::Stream::DEFAULT, device);
    }
    c10::Stream exchangeStream(c10::Stream stream) const noexcept override { return stream; }
    c10::DeviceIndex deviceCount() const noexcept override { return 2; }
#if TORCH_VERSION_MAJOR >= 2
    void synchronizeDevice(const c10::DeviceIndex index) const override
    {
        waits[index]++;
    }
#endif
};

#ifdef HAS_DEVICE_ALLOCATOR
using Stats = c10::CachingDeviceAllocator::DeviceStats;

struct Allocator final : c10::DeviceAllocator {
    c10::DataPtr allocate(size_t) override { std::terminate(); }
    void copy_data(void *, const void *, size_t) const override { std::terminate(); }
    bool initialized() override { return true; }
    void emptyCache(c10::MempoolId_t) override { stored = 0; }
    void recordStream(const c10::DataPtr &, c10::Stream) override {}
    Stats getDeviceStats(c10::DeviceIndex device) override
    {
        int64_t allocated = 1000 * (device + 1);
        Stats stats;
        stats.allocated_bytes[0].increase(static_cast<size_t>(allocated));
        stats.reserved_bytes[0].increase(static_cast<size_t>(allocated + stored * allocated));
        return stats;
    }
    void resetAccumulatedStats(c10::DeviceIndex) override {}
    void resetPeakStats(c10::DeviceIndex) override {}

    int64_t stored = 1;
};
#endif

} // namespace

extern "C" __attribute__((visibility("default"))) void plugin_register()
{
    static Guard guard;
    static c10::impl::DeviceGuardImplRegistrar registrar(kind, &guard);
#ifdef HAS_DEVICE_ALLOCATOR
    static Allocator allocator;
    c10::SetAllocator(kind, &allocator);
#endif
}

extern "C" __attribute__((visibility("default"))) int plugin_waits(int device)
{
    return waits[device];
}
