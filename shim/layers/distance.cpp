// distance.cpp: distances between two tensors.
// SPDX-License-Identifier: BSD-3-Clause
#include "generated/distance.hpp"

namespace ct {

Tensors CosineSimilarity::call(const Tensors &inputs)
{
    return {at::cosine_similarity(inputs[0], inputs[1], dim(), eps())};
}

Tensors PairwiseDistance::call(const Tensors &inputs)
{
    return {at::pairwise_distance(inputs[0], inputs[1], p(), eps(), keepdim())};
}

} // namespace ct
