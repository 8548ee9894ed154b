// aoti_inputs.cpp: what a compiled program takes, and whether tensors are that.
// SPDX-License-Identifier: BSD-3-Clause
#include "aoti_inputs.hpp"

#include <cerrno>
#include <cstdlib>
#include <map>

namespace ct {

namespace {

constexpr int64_t no_limit = std::numeric_limits<int64_t>::max();

class Reader {
public:
    explicit Reader(const std::string &text) : text(text) {}

    std::vector<InputSpec> inputs()
    {
        std::vector<InputSpec> specs;
        skip_spaces();
        while (at < text.size()) {
            if (!specs.empty())
                expect(',');
            specs.push_back(input());
        }
        return specs;
    }

private:
    InputSpec input()
    {
        skip_spaces();
        size_t begin = at;
        InputSpec spec;
        spec.dtype = dtype(word("[,]"));
        expect('[');
        while (!take(']')) {
            if (!spec.sizes.empty())
                expect(',');
            spec.sizes.push_back(size());
        }
        spec.text = text.substr(begin, at - begin);
        skip_spaces();
        return spec;
    }

    ct_dtype dtype(const std::string &name)
    {
        for (int type = CT_UINT8; type <= CT_BCOMPLEX32; type++)
            if ("torch." + name == ct_dtype_name(static_cast<ct_dtype>(type)))
                return static_cast<ct_dtype>(type);
        fail_here("an element type such as float32");
    }

    InputSize size()
    {
        std::string name = word(",]:");
        if (name.empty())
            fail_here("a size or a name");
        if (std::isdigit(static_cast<unsigned char>(name[0]))) {
            int64_t exact = number(name);
            return {"", exact, exact};
        }
        InputSize size = {name, 0, no_limit};
        if (take(':')) {
            std::string limits = word(",]");
            size_t dots = limits.find("..");
            if (dots == std::string::npos)
                fail_here("limits such as 1..64 before here");
            size.least = dots == 0 ? 0 : number(limits.substr(0, dots));
            size.most = dots + 2 == limits.size() ? no_limit : number(limits.substr(dots + 2));
        }
        return size;
    }

    int64_t number(const std::string &digits)
    {
        char *end;
        errno = 0;
        long long value = std::strtoll(digits.c_str(), &end, 10);
        if (*end || errno || value < 0 || digits.empty())
            fail_here("a whole number instead of '" + digits + "' before here");
        return value;
    }

    // Up to one of these characters, without spaces around it.
    std::string word(const char *ends)
    {
        skip_spaces();
        size_t begin = at;
        at = std::min(text.find_first_of(ends, at), text.size());
        size_t end = at;
        while (end > begin && text[end - 1] == ' ')
            end--;
        return text.substr(begin, end - begin);
    }

    bool take(char wanted)
    {
        skip_spaces();
        bool found = at < text.size() && text[at] == wanted;
        at += found;
        return found;
    }

    void expect(char wanted)
    {
        if (!take(wanted))
            fail_here(std::string("'") + wanted + "'");
    }

    void skip_spaces()
    {
        while (at < text.size() && text[at] == ' ')
            at++;
    }

    [[noreturn]] void fail_here(const std::string &wanted)
    {
        fail(CT_ERROR_VALUE, "inputs \"" + text + "\": expected " + wanted + " at character " + std::to_string(at + 1));
    }

    const std::string &text;
    size_t at = 0;
};

[[noreturn, gnu::cold]] void fail_input(size_t i, const InputSpec &spec, const std::string &what)
{
    fail(CT_ERROR_VALUE, "input " + std::to_string(i) + " " + what + "; the package takes " + spec.text);
}

void check_input(size_t i, const InputSpec &spec, const at::Tensor &input, std::map<std::string, int64_t> &known)
{
    if (!input.defined())
        fail_input(i, spec, "is None");
    if (dtype_of(input.scalar_type()) != spec.dtype)
        fail_input(i, spec, std::string("is ") + ct_dtype_name(dtype_of(input.scalar_type())));
    if (input.layout() != at::kStrided)
        fail_input(i, spec, "is not strided");
    std::string shape = "has the shape " + tuple_text(input.sizes());
    if (input.dim() != static_cast<int64_t>(spec.sizes.size()))
        fail_input(i, spec, shape);
    for (size_t d = 0; d < spec.sizes.size(); d++) {
        const InputSize &size = spec.sizes[d];
        int64_t given = input.size(static_cast<int64_t>(d));
        if (given < size.least || given > size.most)
            fail_input(i, spec, shape);
        int64_t before = size.name.empty() ? given : known.emplace(size.name, given).first->second;
        if (before != given)
            fail_input(i, spec, shape + ", where " + size.name + " is " + std::to_string(before));
    }
}

} // namespace

std::vector<InputSpec> read_inputs(const std::string &text)
{
    return Reader(text).inputs();
}

void check_inputs(const std::vector<InputSpec> &specs, const Tensors &inputs)
{
    if (inputs.size() != specs.size())
        fail(CT_ERROR_VALUE,
             "takes " + std::to_string(specs.size()) + " inputs but " + std::to_string(inputs.size()) + " were given");
    std::map<std::string, int64_t> known;
    for (size_t i = 0; i < inputs.size(); i++)
        check_input(i, specs[i], inputs[i], known);
}

} // namespace ct
