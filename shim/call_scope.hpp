// call_scope.hpp: calling a C function of the user's from C++: in a scope of its own, what fails in it thrown on.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "handles.hpp"

namespace ct {

// The scope of one call. A failure in it travels on as an exception, not into the caller's scope.
class CallScope {
public:
    CallScope();
    ~CallScope();

    // Throws the failure that the function left, if any.
    void check() const;

    // The tensor that the function returned, or the failure that it left. Messages call it "the forward of Net": what
    // and whose.
    at::Tensor result(const ct_tensor *returned, const char *what, const std::string &whose = "") const;

    // Likewise the n tensors that it put into a list of CT_OUTPUTS_MAX; NULL is None.
    std::vector<at::Tensor> results(ct_tensor *const *returned, size_t n, const char *what,
                                    const std::string &whose) const;

private:
    ct_scope *scope;
};

// Throws the failure that a function of the core has recorded, and returned as its status; nothing for CT_OK.
void check_recorded(ct_status status);

} // namespace ct
