// transformer_text.cpp: what the printed text of an attention or a transformer does not say, but its children do. Of
// what the children hold themselves nothing is missed: a number of heads is unknown in the attention alone.
// SPDX-License-Identifier: BSD-3-Clause
#include "generated/linear.hpp"
#include "generated/transformer.hpp"

#include <algorithm>

namespace ct {

namespace {

ObjectPtr find(const Entries &children, const std::string &name)
{
    for (const auto &[key, child] : children)
        if (key == name)
            return child;
    return nullptr;
}

// An argument of a child; None where there is no such child or argument.
Value argument_of(const Entries &children, const std::string &name, const char *argument)
{
    ObjectPtr child = find(children, name);
    const Value *value = child ? child->attribute(argument) : nullptr;
    return value ? *value : Value();
}

void known(std::vector<std::string> &unknown, const char *argument)
{
    unknown.erase(std::remove(unknown.begin(), unknown.end(), argument), unknown.end());
}

// A class of the user's may call something else by the name.
void take(Value &place, const Value &found)
{
    if (found.has_type_of(place) || (found.number() && place.number()))
        place = found;
}

// Both kinds of layers have the same arguments.
void infer_layer(std::vector<Value> &args, const Entries &children, std::vector<std::string> &unknown)
{
    take(args[0], argument_of(children, "linear1", "in_features"));
    take(args[1], argument_of(children, "self_attn", "num_heads"));
    take(args[2], argument_of(children, "linear1", "out_features"));
    take(args[3], argument_of(children, "dropout", "p"));
    take(args[5], argument_of(children, "norm1", "eps"));
    take(args[6], argument_of(children, "self_attn", "batch_first"));
    take(args[8], argument_of(children, "linear1", "bias"));
    known(unknown, "d_model");
    known(unknown, "nhead");
}

void infer_stack(std::vector<Value> &args, const Entries &children, std::vector<std::string> &unknown,
                 const char *layer)
{
    ObjectPtr layers = find(children, "layers");
    if (!layers)
        fail(CT_ERROR_VALUE, "a stack of transformer layers needs its layers");
    if (!layers->children().empty())
        args[0] = layers->children()[0].second;
    args[1] = static_cast<int64_t>(layers->children().size());
    args[2] = find(children, "norm");
    known(unknown, layer);
    known(unknown, "num_layers");
}

} // namespace

void MultiheadAttention::infer(const Entries &children, std::vector<std::string> &unknown)
{
    take(args[0], argument_of(children, "out_proj", "in_features"));
    take(args[3], argument_of(children, "out_proj", "bias"));
    known(unknown, "embed_dim");
}

void TransformerEncoderLayer::infer(const Entries &children, std::vector<std::string> &unknown)
{
    infer_layer(args, children, unknown);
}

void TransformerDecoderLayer::infer(const Entries &children, std::vector<std::string> &unknown)
{
    infer_layer(args, children, unknown);
}

void TransformerEncoder::infer(const Entries &children, std::vector<std::string> &unknown)
{
    infer_stack(args, children, unknown, "encoder_layer");
}

void TransformerDecoder::infer(const Entries &children, std::vector<std::string> &unknown)
{
    infer_stack(args, children, unknown, "decoder_layer");
}

// The children go where custom ones do, so that none is made.
void Transformer::infer(const Entries &children, std::vector<std::string> &)
{
    ObjectPtr encoder = find(children, "encoder"), decoder = find(children, "decoder");
    if (!encoder || !decoder)
        fail(CT_ERROR_VALUE, "a Transformer needs its encoder and decoder");
    args[7] = encoder;
    args[8] = decoder;
    ObjectPtr layers = encoder->child("layers");
    if (layers && !layers->children().empty())
        take(args[0], argument_of(layers->children()[0].second->children(), "linear1", "in_features"));
}

} // namespace ct
