/* nn_losses_defaults.c: the defaults of include/ctorch/nn_losses.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch/nn_losses.h>

ct_triplet_margin_with_distance_loss_options ct_triplet_margin_with_distance_loss_options_default(void)
{
    return (ct_triplet_margin_with_distance_loss_options){CT_TRIPLET_MARGIN_WITH_DISTANCE_LOSS_DEFAULTS};
}
