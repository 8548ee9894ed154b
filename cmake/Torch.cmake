# Finds libtorch: Debian's libtorch-dev, an unpacked libtorch archive or pip's torch, the latter two through
# CMAKE_PREFIX_PATH. Sets CTORCH_CXX_STANDARD, the C++ that its headers need.
# SPDX-License-Identifier: BSD-3-Clause

# Debian's TorchConfig looks for a static libkineto that Debian does not ship, and warns. Only its list of static
# libraries would use it; we link the target torch.
set(kineto_LIBRARY torch)
find_package(Torch REQUIRED)

if(Torch_VERSION VERSION_GREATER_EQUAL 2.10)
    set(CTORCH_CXX_STANDARD 20)
else()
    set(CTORCH_CXX_STANDARD 17)
endif()
message(STATUS "libtorch ${Torch_VERSION}, compiled against as C++${CTORCH_CXX_STANDARD}")
