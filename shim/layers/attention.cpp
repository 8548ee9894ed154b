// attention.cpp: MultiheadAttention: torch.nn.functional.multi_head_attention_forward in pieces.
// SPDX-License-Identifier: BSD-3-Clause
#include "generated/transformer.hpp"

#include "convert.hpp"
#include "layers/composite.hpp"
#include "parametrize.hpp"

#include <cmath>

namespace ct {

namespace {

bool has_one_size(const MultiheadAttention &self)
{
    int64_t size = self.embed_dim();
    return self.kdim().value_or(size) == size && self.vdim().value_or(size) == size;
}

// One call. Sequences are (L, N, E) from is_batched on; masks are added to the scores.
struct Attention {
    const MultiheadAttention &self;
    at::Tensor query, key, value, padding, mask;
    bool need_weights, average_weights, is_causal;
    bool is_batched = true, same_key = false, same_value = false; // as the query, as the key
    int64_t length = 0, batch = 0;

    int64_t heads() const { return self.num_heads(); }
    int64_t head_size() const { return self.embed_dim() / heads(); }
};

std::string size_text(at::IntArrayRef sizes)
{
    return "torch.Size([" + joined(sizes) + "])";
}

std::string dim_text(const at::Tensor &tensor)
{
    return std::to_string(tensor.dim()) + "-D";
}

[[noreturn]] void fail_value(const std::string &text)
{
    fail(CT_ERROR_VALUE, text);
}

// ---- what Python checks before it begins ----

void check_mask_dims(const Attention &a)
{
    std::string start = a.is_batched ? "For batched (3-D)" : "For unbatched (2-D)";
    start += " `query`, expected ";
    int64_t padding = a.is_batched ? 2 : 1;
    if (a.padding.defined() && a.padding.dim() != padding)
        fail_value(start + "`key_padding_mask` to be `None` or " + std::to_string(padding) + "-D but found " +
                   dim_text(a.padding) + " tensor instead");
    if (a.mask.defined() && a.mask.dim() != 2 && a.mask.dim() != 3)
        fail_value(start + "`attn_mask` to be `None`, 2-D or 3-D but found " + dim_text(a.mask) + " tensor instead");
}

void check_dims(Attention &a)
{
    int64_t dims = a.query.dim();
    if (dims != 2 && dims != 3)
        fail_value("query should be unbatched 2D or batched 3D tensor but received " + dim_text(a.query) +
                   " query tensor");
    a.is_batched = dims == 3;
    if (a.key.dim() != dims || a.value.dim() != dims)
        fail_value(std::string(a.is_batched ? "For batched (3-D)" : "For unbatched (2-D)") +
                   " `query`, expected `key` and `value` to be " + std::to_string(dims) + "-D but found " +
                   dim_text(a.key) + " and " + dim_text(a.value) + " tensors respectively");
    check_mask_dims(a);
}

// The attributes too: they may have been set since the module was made.
void check_sizes(const Attention &a)
{
    int64_t size = a.query.size(2);
    if (a.heads() <= 0 || a.self.embed_dim() % a.heads() != 0)
        fail_value("embed_dim " + std::to_string(a.self.embed_dim()) + " not divisible by num_heads " +
                   std::to_string(a.heads()));
    if (size != a.self.embed_dim())
        fail_value("was expecting embedding dimension of " + std::to_string(a.self.embed_dim()) + ", but got " +
                   std::to_string(size));
    at::IntArrayRef key = a.key.sizes(), value = a.value.sizes();
    if (has_one_size(a.self) && key != value)
        fail_value("key shape " + size_text(key) + " does not match value shape " + size_text(value));
    if (key.slice(0, 2) != value.slice(0, 2))
        fail_value("key's sequence and batch dims " + size_text(key.slice(0, 2)) + " do not match value's " +
                   size_text(value.slice(0, 2)));
    if (key[1] != a.batch)
        fail_value("key has a batch of " + std::to_string(key[1]) + ", but query one of " + std::to_string(a.batch));
}

// The mask (1 or N * heads, L, S).
at::Tensor shaped_mask(const Attention &a)
{
    int64_t sources = a.key.size(0);
    std::vector<int64_t> expected = {a.length, sources};
    if (a.mask.dim() == 3)
        expected.insert(expected.begin(), a.batch * a.heads());
    if (a.mask.sizes() != expected)
        fail(CT_ERROR_RUNTIME, "The shape of the " + std::to_string(a.mask.dim()) + "D attn_mask is " +
                                   size_text(a.mask.sizes()) + ", but should be " + tuple_text(expected) + ".");
    return a.mask.dim() == 2 ? a.mask.unsqueeze(0) : a.mask;
}

// (L, N, E), whatever came in.
void lay_out(Attention &a)
{
    a.same_key = a.query.is_same(a.key);
    a.same_value = a.key.is_same(a.value);
    for (at::Tensor *sequence : {&a.query, &a.key, &a.value})
        if (!a.is_batched)
            *sequence = sequence->unsqueeze(1);
        else if (a.self.batch_first())
            *sequence = sequence->transpose(1, 0);
    if (!a.is_batched && a.padding.defined())
        a.padding = a.padding.unsqueeze(0);
    a.length = a.query.size(0);
    a.batch = a.query.size(1);
}

// With a causal mask and nothing else to hide, scaled_dot_product_attention works the mask out itself.
void settle_masks(Attention &a)
{
    if (a.is_causal && !a.mask.defined())
        fail(CT_ERROR_RUNTIME, "Need attn_mask if specifying the is_causal hint. You may use the Transformer module "
                               "method `generate_square_subsequent_mask` to create this mask.");
    if (a.is_causal && !a.padding.defined() && !a.need_weights)
        a.mask = at::Tensor();
    else
        a.is_causal = false;
    if (a.mask.defined())
        a.mask = shaped_mask(a);
}

// ---- the projections ----

struct Projected {
    at::Tensor q, k, v;
};

Tensors parts_of(const at::Tensor &bias, at::IntArrayRef sizes)
{
    return bias.defined() ? bias.split_with_sizes(sizes) : Tensors(sizes.size());
}

// One weight for all three. What comes from one sequence is multiplied at once, as in Python.
Projected projected_together(const Attention &a)
{
    const at::Tensor &weight = a.self.in_proj_weight(), &bias = a.self.in_proj_bias();
    int64_t size = a.self.embed_dim();
    if (a.same_value && a.same_key) {
        Tensors parts = at::linear(a.query, weight, bias).split_with_sizes({size, size, size}, -1);
        return {parts[0], parts[1], parts[2]};
    }
    if (a.same_value) {
        Tensors w = weight.split_with_sizes({size, 2 * size}), b = parts_of(bias, {size, 2 * size});
        Tensors parts = at::linear(a.key, w[1], b[1]).split_with_sizes({size, size}, -1);
        return {at::linear(a.query, w[0], b[0]), parts[0], parts[1]};
    }
    Tensors w = weight.split_with_sizes({size, size, size}), b = parts_of(bias, {size, size, size});
    return {at::linear(a.query, w[0], b[0]), at::linear(a.key, w[1], b[1]), at::linear(a.value, w[2], b[2])};
}

Projected projected(const Attention &a)
{
    if (has_one_size(a.self))
        return projected_together(a);
    int64_t size = a.self.embed_dim();
    Tensors b = parts_of(a.self.in_proj_bias(), {size, size, size});
    return {at::linear(a.query, a.self.q_proj_weight(), b[0]), at::linear(a.key, a.self.k_proj_weight(), b[1]),
            at::linear(a.value, a.self.v_proj_weight(), b[2])};
}

// One more source, which no mask hides.
void widen_masks(Attention &a)
{
    for (at::Tensor *mask : {&a.mask, &a.padding})
        if (mask->defined())
            *mask = at::constant_pad_nd(*mask, {0, 1}, 0);
}

// (N * heads, L, E / heads)
at::Tensor in_heads(const Attention &a, const at::Tensor &x)
{
    return x.reshape({x.size(0), a.batch * a.heads(), a.head_size()}).transpose(0, 1);
}

at::Tensor with_zeros(const at::Tensor &x)
{
    return at::cat({x, at::zeros({x.size(0), 1, x.size(2)}, x.options())}, 1);
}

// The projections in heads, with the sources that add_bias_kv and add_zero_attn put last.
Projected in_heads(Attention &a, Projected x)
{
    if (a.self.bias_k().defined() && a.self.bias_v().defined()) {
        x.k = at::cat({x.k, a.self.bias_k().repeat({1, a.batch, 1})});
        x.v = at::cat({x.v, a.self.bias_v().repeat({1, a.batch, 1})});
        widen_masks(a);
    }
    x = {in_heads(a, x.q), in_heads(a, x.k), in_heads(a, x.v)};
    if (a.self.add_zero_attn()) {
        x.k = with_zeros(x.k);
        x.v = with_zeros(x.v);
        widen_masks(a);
    }
    return x;
}

// Both masks in one; undefined: none.
at::Tensor merged_mask(const Attention &a, int64_t sources)
{
    if (!a.padding.defined())
        return a.mask;
    int64_t expected[] = {a.batch, sources};
    for (int64_t i = 0; i < 2; i++)
        if (a.padding.size(i) != expected[i])
            fail_value("Expected key_padded_mask.shape[" + std::to_string(i) + "] to be " +
                       std::to_string(expected[i]) + ", but got " + std::to_string(a.padding.size(i)));
    at::Tensor padding = a.padding.reshape({a.batch, 1, 1, sources})
                             .expand({-1, a.heads(), -1, -1})
                             .reshape({a.batch * a.heads(), 1, sources});
    return a.mask.defined() ? a.mask + padding : padding;
}

// ---- the attention itself ----

at::Tensor output(const Attention &a, const at::Tensor &joined_heads)
{
    ObjectPtr out_proj = child_of(a.self, "out_proj");
    compute_parametrized(*out_proj); // it is read, not called
    const at::Tensor *weight = out_proj->own_parameters().find("weight");
    const at::Tensor *bias = out_proj->own_parameters().find("bias");
    if (!weight || !weight->defined())
        fail(CT_ERROR_KEY, "out_proj: '" + out_proj->class_name() + "' object has no parameter 'weight'");
    at::Tensor y = at::linear(joined_heads, *weight, bias ? *bias : at::Tensor());
    y = y.reshape({a.length, a.batch, y.size(-1)});
    if (!a.is_batched)
        return y.squeeze(1);
    return a.self.batch_first() ? y.transpose(1, 0) : y;
}

Tensors attend_with_weights(const Attention &a, const Projected &x, const at::Tensor &mask, double dropout)
{
    at::Tensor scaled = x.q * std::sqrt(1.0 / static_cast<double>(a.head_size())), keys = x.k.transpose(-2, -1);
    at::Tensor scores = mask.defined() ? at::baddbmm(mask, scaled, keys) : at::bmm(scaled, keys);
    at::Tensor weights = at::dropout(scores.softmax(-1), dropout, dropout > 0);
    at::Tensor y = at::bmm(weights, x.v).transpose(0, 1).reshape({a.length * a.batch, a.self.embed_dim()});
    weights = weights.reshape({a.batch, a.heads(), a.length, x.k.size(1)});
    if (a.average_weights)
        weights = weights.mean(1);
    return {output(a, y), a.is_batched ? weights : weights.squeeze(0)};
}

Tensors attend(const Attention &a, const Projected &x, at::Tensor mask, double dropout)
{
    int64_t sources = x.k.size(1);
    if (mask.defined())
        mask = mask.size(0) == 1 ? mask.unsqueeze(0)
                                 : mask.reshape({a.batch, a.heads(), mask.size(1), sources});
    auto apart = [&](const at::Tensor &t) { return t.reshape({a.batch, a.heads(), t.size(1), a.head_size()}); };
    at::Tensor y = scaled_dot_product_attention(apart(x.q), apart(x.k), apart(x.v), mask, dropout, a.is_causal);
    return {output(a, y.permute({2, 0, 1, 3}).reshape({a.batch * a.length, a.self.embed_dim()})), {}};
}

} // namespace

void MultiheadAttention::init()
{
    int64_t size = embed_dim();
    if (size <= 0 || num_heads() <= 0)
        fail_value("embed_dim and num_heads must be greater than 0, got embed_dim=" + std::to_string(size) +
                   " and num_heads=" + std::to_string(num_heads()) + " instead");
    if (size % num_heads() != 0)
        fail_value("embed_dim must be divisible by num_heads");
    if (has_one_size(*this)) {
        set_in_proj_weight(new_parameter({times(3, size), size}));
    } else {
        set_q_proj_weight(new_parameter({size, size}));
        set_k_proj_weight(new_parameter({size, kdim().value_or(size)}));
        set_v_proj_weight(new_parameter({size, vdim().value_or(size)}));
    }
    if (bias())
        set_in_proj_bias(new_parameter({times(3, size)}));
    ObjectPtr out_proj = create("NonDynamicallyQuantizableLinear", placed(*this, {size, size, bias()}));
    add("out_proj", out_proj);
    if (add_bias_kv()) {
        set_bias_k(new_parameter({1, 1, size}));
        set_bias_v(new_parameter({1, 1, size}));
    }
    for (const at::Tensor &weight : {in_proj_weight(), q_proj_weight(), k_proj_weight(), v_proj_weight()})
        if (weight.defined())
            torch::nn::init::xavier_uniform_(weight);
    if (bias()) {
        torch::nn::init::zeros_(in_proj_bias());
        torch::nn::init::zeros_(*out_proj->own_parameters().find("bias"));
    }
    for (const at::Tensor &source : {bias_k(), bias_v()})
        if (source.defined())
            torch::nn::init::xavier_normal_(source);
}

Tensors MultiheadAttention::call(const Tensors &in)
{
    Attention a = {*this, in[0], in[1], in[2], canonical_mask(in[3], "key_padding_mask", in[0]),
                   canonical_mask(in[5], "attn_mask", in[0]), flag(in[4], true, "need_weights"),
                   flag(in[6], true, "average_attn_weights"), flag(in[7], false, "is_causal")};
    check_dims(a);
    lay_out(a);
    check_sizes(a);
    settle_masks(a);
    Projected x = in_heads(a, projected(a));
    at::Tensor all_masks = merged_mask(a, x.k.size(1));
    double p = is_training() ? dropout() : 0;
    return a.need_weights ? attend_with_weights(a, x, all_masks, p) : attend(a, x, all_masks, p);
}

} // namespace ct
