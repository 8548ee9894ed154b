// compat_aoti.hpp: libtorch's loader of AOTInductor packages, which it has since 2.6.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "compat.hpp"

#if __has_include(<torch/csrc/inductor/aoti_package/model_package_loader.h>)

#include <torch/csrc/inductor/aoti_package/model_package_loader.h>

namespace ct {

using PackageLoader = torch::inductor::AOTIModelPackageLoader;

} // namespace ct

#else

#include <string>
#include <unordered_map>
#include <vector>

namespace ct {

// There is none to make of it.
class PackageLoader {
public:
    PackageLoader(const std::string &, const std::string &) { needs<int>("2.6"); }

    std::unordered_map<std::string, std::string> get_metadata() { return {}; }
    std::vector<std::string> get_call_spec() { return {}; }
    std::vector<std::string> get_constant_fqns() { return {}; }
    std::vector<at::Tensor> run(const std::vector<at::Tensor> &inputs) { return inputs; }
};

} // namespace ct

#endif
