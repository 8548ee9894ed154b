// transformer.cpp: the encoder and the decoder, their layers, and both together.
// SPDX-License-Identifier: BSD-3-Clause
#include "generated/transformer.hpp"

#include "callback.hpp"
#include "checks.hpp"
#include "convert.hpp"
#include "function.hpp"
#include "layers/composite.hpp"
#include "lists.hpp"
#include "state.hpp"
#include "walk.hpp"

#include <ctorch/nn.h>

namespace ct {

namespace {

// ---- a layer's parts ----

// Makes the parts of an encoder or decoder layer, in Python's order, which is that of the random numbers.
template <class Type> class Parts {
public:
    explicit Parts(Type &layer) : layer(layer) {}

    void attention(const char *name)
    {
        std::vector<Value> values = {layer.d_model(), layer.nhead(), layer.dropout(), layer.bias(), false,
                                     false,           Value(),       Value(),         layer.batch_first()};
        layer.put(name, create("MultiheadAttention", placed(layer, std::move(values))));
    }

    void linear(const char *name, int64_t inputs, int64_t outputs)
    {
        layer.put(name, create("Linear", placed(layer, {inputs, outputs, layer.bias()})));
    }

    void norm(const char *name)
    {
        Sizes shape = {{layer.d_model()}};
        layer.put(name, create("LayerNorm", placed(layer, {shape, layer.layer_norm_eps(), true, layer.bias()})));
    }

    void dropout(const char *name) { layer.put(name, create("Dropout", {layer.dropout()})); }

    void activation()
    {
        const Value &given = layer.activation();
        if (ObjectPtr module = given.module())
            is_function(module) ? void() : layer.put("activation", module);
        else if (given.text() != "relu" && given.text() != "gelu")
            fail(CT_ERROR_RUNTIME, "activation should be relu/gelu, not " + given.text());
    }

private:
    Type &layer;
};

at::Tensor activated(const Object &layer, const Value &activation, const at::Tensor &x)
{
    ObjectPtr function = activation.module();
    if (is_function(function) && !layer.child("activation"))
        return call(*function, x);
    if (!activation.is_text() || layer.child("activation"))
        return through(layer, "activation", x);
    return activation.text() == "gelu" ? at::gelu(x) : at::relu(x);
}

at::Tensor feed_forward(const Object &layer, const Value &activation, const at::Tensor &x)
{
    at::Tensor inner = activated(layer, activation, through(layer, "linear1", x));
    return through(layer, "linear2", through(layer, "dropout", inner));
}

struct Masks {
    at::Tensor mask, padding, is_causal;
};

at::Tensor attended(const Object &layer, const char *name, const at::Tensor &x, const at::Tensor &memory,
                    const Masks &masks)
{
    at::Tensor no = at::zeros({}, at::kBool);
    return first_through(layer, name, {x, memory, memory, masks.padding, no, masks.mask, {}, masks.is_causal});
}

// A residual connection around a block, normalised before it or after it.
template <class Block>
at::Tensor residual(const Object &layer, bool norm_first, const char *norm, const at::Tensor &x, Block &&block)
{
    if (norm_first)
        return x + block(through(layer, norm, x));
    return through(layer, norm, x + block(x));
}

// ---- stacks of layers ----

const Entries &layers_of(const Object &stack)
{
    const Entries &layers = child_of(stack, "layers")->children();
    if (layers.empty())
        fail(CT_ERROR_INDEX, "index 0 is out of range");
    return layers;
}

void add_copies(Object &stack, const ObjectPtr &layer, int64_t n, const ObjectPtr &norm)
{
    Entries copies;
    for (int64_t i = 0; i < n; i++)
        copies.emplace_back(std::to_string(i), clone_of(*layer, {}));
    stack.put("layers", make_list<ModuleList>(std::move(copies)));
    if (norm)
        stack.put("norm", norm);
}

// The input after all layers and the norm; each layer takes what the function makes of the output of the last.
template <class Inputs> at::Tensor through_all(const Object &stack, at::Tensor x, Inputs &&inputs)
{
    Entries layers = layers_of(stack);
    for (const auto &[name, layer] : layers) {
        try {
            Tensors outputs = call(*layer, inputs(x));
            x = only(outputs, *layer);
        } catch (...) {
            rethrow_inside("layers." + name);
        }
    }
    return x;
}

at::Tensor normalised(const Object &stack, const at::Tensor &x)
{
    return stack.child("norm") ? through(stack, "norm", x) : x;
}

bool is_true(const Object &module, const char *attribute)
{
    const Value *value = module.attribute(attribute);
    const bool *truth = value ? value->get<bool>() : nullptr;
    return truth && *truth;
}

// The length of sequences, as the first layer takes them.
int64_t length_of(const at::Tensor &x, const Object &first)
{
    ObjectPtr attention = first.child("self_attn");
    return x.size(x.dim() != 2 && attention && is_true(*attention, "batch_first") ? 1 : 0);
}

at::Tensor square_subsequent_mask(int64_t size, const at::TensorOptions &options)
{
    return at::full({size, size}, -std::numeric_limits<double>::infinity(), options).triu(1);
}

// The hint that a mask is the causal one: as it was given, else found out by looking.
at::Tensor causal_hint(const at::Tensor &mask, const at::Tensor &given, int64_t length)
{
    if (given.defined() || !mask.defined() || mask.dim() != 2 || mask.size(0) != length || mask.size(1) != length)
        return given;
    bool is_causal = (mask == square_subsequent_mask(length, mask.options())).all().item<bool>();
    return is_causal ? at::ones({}, at::kBool) : at::Tensor();
}

// ---- the encoder over padding ----

bool is_plain_activation(const TransformerEncoderLayer &layer)
{
    ObjectPtr module = layer.child("activation");
    return !module || module->class_name() == "ReLU" || module->class_name() == "GELU";
}

// Whether Python would run such a layer as one fused operation in evaluation.
bool can_be_fused(const Object &any)
{
    auto *layer = dynamic_cast<const TransformerEncoderLayer *>(&any);
    ObjectPtr child = layer ? layer->child("self_attn") : nullptr;
    auto *attention = dynamic_cast<const MultiheadAttention *>(child.get());
    if (!attention || !layer->child("norm1") || !layer->child("norm2"))
        return false;
    const Value *eps[] = {layer->child("norm1")->attribute("eps"), layer->child("norm2")->attribute("eps")};
    return !layer->norm_first() && attention->batch_first() && attention->in_proj_weight().defined() &&
           attention->in_proj_bias().defined() && attention->num_heads() % 2 == 0 && is_plain_activation(*layer) &&
           eps[0] && eps[1] && *eps[0] == *eps[1];
}

bool needs_gradient(const at::Tensor &x, const Object &layer)
{
    bool needs = x.requires_grad();
    for (const at::Tensor &parameter : layer.Module::parameters())
        needs = needs || parameter.requires_grad();
    return needs && at::GradMode::is_enabled();
}

// Python then packs the sequences without their padding, and has zeros there afterwards.
bool leaves_zeros(const TransformerEncoder &self, const Object &first, const at::Tensor &x, const Masks &masks)
{
    return self.enable_nested_tensor() && !first.is_training() && x.dim() == 3 && masks.padding.defined() &&
           !masks.mask.defined() && can_be_fused(first) && !needs_gradient(x, first) &&
           at::_nested_tensor_from_mask_left_aligned(x, masks.padding.logical_not());
}

} // namespace

void TransformerEncoderLayer::init()
{
    Parts parts(*this);
    parts.attention("self_attn");
    parts.linear("linear1", d_model(), dim_feedforward());
    parts.dropout("dropout");
    parts.linear("linear2", dim_feedforward(), d_model());
    parts.norm("norm1");
    parts.norm("norm2");
    parts.dropout("dropout1");
    parts.dropout("dropout2");
    parts.activation();
}

Tensors TransformerEncoderLayer::call(const Tensors &in)
{
    Masks masks = {canonical_mask(in[1], "src_mask", in[0]), canonical_mask(in[2], "src_key_padding_mask", in[0]),
                   in[3]};
    at::Tensor x = residual(*this, norm_first(), "norm1", in[0], [&](const at::Tensor &y) {
        return through(*this, "dropout1", attended(*this, "self_attn", y, y, masks));
    });
    return {residual(*this, norm_first(), "norm2", x, [&](const at::Tensor &y) {
        return through(*this, "dropout2", feed_forward(*this, activation(), y));
    })};
}

void TransformerEncoder::init()
{
    add_copies(*this, encoder_layer(), num_layers(), norm());
    args[0] = args[2] = Value(); // they are children now
}

Tensors TransformerEncoder::call(const Tensors &in)
{
    const at::Tensor &src = in[0];
    Masks masks = {canonical_mask(in[1], "mask", src), canonical_mask(in[2], "src_key_padding_mask", src), {}};
    const Object &first = *layers_of(*this)[0].second;
    masks.is_causal = causal_hint(masks.mask, in[3], length_of(src, first));
    at::Tensor x = through_all(*this, src, [&](const at::Tensor &y) {
        return Tensors{y, masks.mask, masks.padding, masks.is_causal};
    });
    if (leaves_zeros(*this, first, src, masks))
        x = x.masked_fill((masks.padding != 0).unsqueeze(-1), 0);
    return {normalised(*this, x)};
}

void TransformerDecoderLayer::init()
{
    Parts parts(*this);
    parts.attention("self_attn");
    parts.attention("multihead_attn");
    parts.linear("linear1", d_model(), dim_feedforward());
    parts.dropout("dropout");
    parts.linear("linear2", dim_feedforward(), d_model());
    parts.norm("norm1");
    parts.norm("norm2");
    parts.norm("norm3");
    parts.dropout("dropout1");
    parts.dropout("dropout2");
    parts.dropout("dropout3");
    parts.activation();
}

Tensors TransformerDecoderLayer::call(const Tensors &in)
{
    const at::Tensor &memory = in[1];
    Masks own = {in[2], in[4], in[6]}, other = {in[3], in[5], in[7]};
    at::Tensor x = residual(*this, norm_first(), "norm1", in[0], [&](const at::Tensor &y) {
        return through(*this, "dropout1", attended(*this, "self_attn", y, y, own));
    });
    x = residual(*this, norm_first(), "norm2", x, [&](const at::Tensor &y) {
        return through(*this, "dropout2", attended(*this, "multihead_attn", y, memory, other));
    });
    return {residual(*this, norm_first(), "norm3", x, [&](const at::Tensor &y) {
        return through(*this, "dropout3", feed_forward(*this, activation(), y));
    })};
}

void TransformerDecoder::init()
{
    add_copies(*this, decoder_layer(), num_layers(), norm());
    args[0] = args[2] = Value(); // they are children now
}

Tensors TransformerDecoder::call(const Tensors &in)
{
    at::Tensor is_causal = causal_hint(in[2], in[6], length_of(in[0], *layers_of(*this)[0].second));
    at::Tensor x = through_all(*this, in[0], [&](const at::Tensor &y) {
        return Tensors{y, in[1], in[2], in[3], in[4], in[5], is_causal, in[7]};
    });
    return {normalised(*this, x)};
}

void Transformer::init()
{
    Sizes shape = {{d_model()}};
    auto stack = [&](const char *layer_class, const char *stack_class, int64_t n) {
        std::vector<Value> values = {d_model(),        nhead(),       dim_feedforward(), dropout(), activation(),
                                     layer_norm_eps(), batch_first(), norm_first(),      bias()};
        ObjectPtr layer = create(layer_class, placed(*this, std::move(values)));
        ObjectPtr norm = create("LayerNorm", placed(*this, {shape, layer_norm_eps(), true, bias()}));
        return create(stack_class, {layer, n, norm});
    };
    add("encoder", custom_encoder() ? custom_encoder()
                                    : stack("TransformerEncoderLayer", "TransformerEncoder", num_encoder_layers()));
    add("decoder", custom_decoder() ? custom_decoder()
                                    : stack("TransformerDecoderLayer", "TransformerDecoder", num_decoder_layers()));
    for (const auto &parameter : ct::parameters(*this))
        if (parameter.value().dim() > 1)
            torch::nn::init::xavier_uniform_(parameter.value());
    args[6] = args[7] = args[8] = Value(); // activation and the custom ones: children have them
}

Tensors Transformer::call(const Tensors &in)
{
    const at::Tensor &src = in[0], &tgt = in[1];
    int64_t batch_dim = batch_first() ? 0 : 1;
    if (src.dim() == 3 && src.size(batch_dim) != tgt.size(batch_dim))
        fail(CT_ERROR_RUNTIME, "the batch number of src and tgt must be equal");
    if (src.size(-1) != d_model() || tgt.size(-1) != d_model())
        fail(CT_ERROR_RUNTIME, "the feature number of src and tgt must be equal to d_model");
    at::Tensor memory = first_through(*this, "encoder", {src, in[2], in[5], in[8]});
    return {first_through(*this, "decoder", {tgt, memory, in[3], in[4], in[6], in[7], in[9], in[10]})};
}

} // namespace ct

using namespace ct;

ct_tensor *ct_nn_square_subsequent_mask(int64_t sz, ct_dtype dtype)
{
    return guard([&] {
        at::TensorOptions options;
        if (dtype != CT_DTYPE_NONE)
            options = options.dtype(scalar_type(dtype));
        return box(square_subsequent_mask(not_negative(sz, "sz"), options));
    });
}
