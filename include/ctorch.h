/* ctorch.h: PyTorch in C. Save with torch.save in Python, load in C, write only the forward.
 *
 *     #include <ctorch.h>
 *     #include <stdio.h>
 *
 *     int main(void)
 *     {
 *         ct_scope *scope = ct_scope_begin();
 *         ct_module *net = ct_nn_sequential(ct_nn_linear(10, 50), ct_nn_relu(), ct_nn_linear(50, 2));
 *         ct_module_load(net, "net.pt");
 *         ct_module_eval(net);
 *         ct_tensor_print(ct_module_forward(net, ct_ones(CT_DIMS(1, 10), CT_FLOAT32)));
 *         if (ct_scope_end(scope) != CT_OK) {
 *             fprintf(stderr, "%s\n", ct_error_message());
 *             return 1;
 *         }
 *         return 0;
 *     }
 *
 * Three rules carry everything:
 *
 *   What is made is yours. Every function that returns a handle makes a new one: free it with its type's _free, or let
 *   the innermost open scope free it. No function takes a handle from you; containers share what is put into them.
 *
 *   The first failure is kept. A maker returns NULL, a doer a status, a reader the neutral value that its comment
 *   names; in a scope every later call then does nothing, and ct_scope_end tells what was first (error.h, scope.h).
 *   Nothing ever exits or throws.
 *
 *   Names are PyTorch's. ct_matmul is torch.matmul, ct_nn_conv2d is nn.Conv2d, ct_module_forward(m, x) is m(x). Keyword
 *   arguments are written `.stride = 2`.
 *
 * A handle may be used by one thread at a time; functions that take it as const may run at once on several. Scopes,
 * errors and gradient recording belong to their thread.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_H
#define CTORCH_H

#include <ctorch/base.h>  /* status codes, element types, versions */
#include <ctorch/error.h> /* what went wrong */
#include <ctorch/scope.h> /* what is freed, and where failures stop */

#include <ctorch/dtype.h>    /* element types: names, kinds, limits, the default */
#include <ctorch/device.h>   /* devices: whether they are there, waiting for them, their memory */
#include <ctorch/settings.h> /* threads, determinism */

#include <ctorch/tensor.h>     /* tensors: making, asking, data in and out */
#include <ctorch/generator.h>  /* random numbers with a seed of their own */
#include <ctorch/ops.h>        /* what computes: arithmetic, reductions, shapes, indexing */
#include <ctorch/operators.h>  /* every other operator of PyTorch */
#include <ctorch/functional.h> /* torch.nn.functional: dropout, losses, pooling */
#include <ctorch/autograd.h>   /* gradients */

#include <ctorch/dict.h>        /* named tensors */
#include <ctorch/value.h>       /* values of any kind, as operators take and files hold them */
#include <ctorch/module.h>      /* modules, and those whose forward is written in C */
#include <ctorch/hook.h>        /* what runs around a forward or a gradient */
#include <ctorch/nn.h>          /* layers */
#include <ctorch/init.h>        /* how parameters begin */
#include <ctorch/utils.h>       /* torch.nn.utils */
#include <ctorch/rnn.h>         /* sequences of different lengths */
#include <ctorch/container.h>   /* Sequential and ModuleList */
#include <ctorch/module_dict.h> /* ModuleDict */
#include <ctorch/parameters.h>  /* ParameterList and ParameterDict */

#include <ctorch/checkpoint.h>  /* state_dicts in files of torch.save and safetensors, both ways; anything for Python */
#include <ctorch/optim.h>       /* training */
#include <ctorch/optim_state.h> /* an optimizer's state, for training that goes on */
#include <ctorch/model.h>       /* whole models that torch.save wrote */
#include <ctorch/torchvision.h> /* torchvision's models */
#include <ctorch/archive.h>     /* whatever was saved, as values */

#include <ctorch/parametrize.h> /* weight_norm, spectral_norm, orthogonal: parameters computed from others */
#include <ctorch/fuse.h>        /* a layer and its BatchNorm as one */
#include <ctorch/summary.h>     /* a table of a network's layers */

#include <ctorch/data.h>   /* elements in and out, one by one and in any order */
#include <ctorch/dlpack.h> /* tensors shared with other libraries */
#include <ctorch/npy.h>    /* numpy's files */
#include <ctorch/call.h>   /* any operator by name */

#include <ctorch/script.h> /* TorchScript: programs that Python and C++ wrote */
#include <ctorch/export.h> /* modules for Python and C++: traced to TorchScript, saved for torch::load */
#include <ctorch/aoti.h>   /* AOTInductor: programs compiled ahead of time */

#endif
