// print_tensor.cpp: print(tensor) of Python, to the letter, as PyTorch 2.14 has it. First every element that is shown
// becomes a text (cells), then these are set in brackets and lines (Block), then comes what remains (suffixes).
// SPDX-License-Identifier: BSD-3-Clause
#include "print_tensor.hpp"

#include "checks.hpp"
#include "data.hpp"
#include "value.hpp"

#include <charconv>
#include <cmath>
#include <limits>

namespace ct {

namespace {

using Options = ct_tensor_print_options;

constexpr int64_t max_precision = 1074; // a double has no more digits than these after the point

// ---- Elements ----

struct Cells {
    std::vector<std::string> texts; // row by row
    size_t width = 1;               // what a line reckons with for each; a text may be longer
};

// How a list of real numbers is written: all alike, chosen by those among them that are finite and not zero.
struct Notation {
    enum { whole, fixed, scientific } style = whole;
    int precision = 0;
};

bool counts(double value)
{
    return std::isfinite(value) && value != 0;
}

Notation notation_of(const std::vector<double> &values, const Options &options)
{
    double smallest = std::numeric_limits<double>::infinity(), largest = 0;
    bool whole = true;
    for (double value : values) {
        if (!counts(value))
            continue;
        smallest = std::min(smallest, std::abs(value));
        largest = std::max(largest, std::abs(value));
        whole = whole && value == std::ceil(value);
    }
    Notation notation;
    if (largest == 0)
        return notation;
    bool wide = largest / smallest > 1000 || largest > 1e8 || smallest < 1e-4;
    if (options.sci_mode < 0 ? wide : options.sci_mode > 0)
        notation.style = Notation::scientific;
    else if (!whole)
        notation.style = Notation::fixed;
    notation.precision = notation.style == Notation::whole ? 0 : static_cast<int>(options.precision);
    return notation;
}

std::string number(double value, const Notation &notation)
{
    if (std::isnan(value))
        return "nan"; // whatever its sign
    if (std::isinf(value))
        return value < 0 ? "-inf" : "inf";
    // Not snprintf, which writes the decimal point of the program's locale.
    char chars[std::numeric_limits<double>::max_exponent10 + max_precision + 8];
    auto format = notation.style == Notation::scientific ? std::chars_format::scientific : std::chars_format::fixed;
    auto end = std::to_chars(chars, std::end(chars), value, format, notation.precision).ptr;
    return std::string(chars, end) + (notation.style == Notation::whole ? "." : "");
}

// To the right, in a column of the cells' width.
void align(Cells &cells)
{
    for (std::string &text : cells.texts)
        if (text.size() < cells.width)
            text.insert(0, cells.width - text.size(), ' ');
}

// The elements as C++ has them, in the order in which they are printed.
template <class T> std::vector<T> values(const at::Tensor &elements)
{
    at::Tensor flat = elements.cpu().to(c10::CppTypeToScalarType<T>::value).contiguous();
    const T *first = flat.data_ptr<T>();
    return {first, first + flat.numel()};
}

Cells real_cells(const at::Tensor &elements, const Options &options)
{
    std::vector<double> numbers = values<double>(elements);
    Notation notation = notation_of(numbers, options);
    Cells cells;
    for (double value : numbers) {
        cells.texts.push_back(number(value, notation));
        if (counts(value))
            cells.width = std::max(cells.width, cells.texts.back().size());
    }
    align(cells);
    return cells;
}

Cells whole_cells(const at::Tensor &elements)
{
    bool truth = elements.scalar_type() == at::kBool;
    bool wide = dtype_of(elements.scalar_type()) == CT_UINT64; // its numbers do not all fit an int64_t
    Cells cells;
    for (int64_t value : values<int64_t>(elements)) {
        cells.texts.push_back(truth  ? value ? "True" : "False"
                              : wide ? std::to_string(static_cast<uint64_t>(value))
                                     : std::to_string(value));
        cells.width = std::max(cells.width, cells.texts.back().size());
    }
    align(cells);
    return cells;
}

// Both parts choose their notation for themselves; only the real one stands in a column.
Cells complex_cells(const at::Tensor &elements, const Options &options)
{
    Cells cells = real_cells(at::real(elements), options);
    Cells imaginary = real_cells(at::imag(elements), options);
    for (size_t i = 0; i < cells.texts.size(); i++) {
        std::string part = imaginary.texts[i].substr(imaginary.texts[i].find_first_not_of(' '));
        cells.texts[i] += (part[0] == '-' ? "" : "+") + part + "j";
    }
    cells.width += imaginary.width + 1;
    return cells;
}

Cells cells_of(const at::Tensor &elements, const Options &options)
{
    if (elements.is_complex())
        return complex_cells(elements.resolve_conj(), options);
    return elements.is_floating_point() ? real_cells(elements, options) : whole_cells(elements);
}

// ---- Rows ----

// Whether a summary leaves out the middle of a dimension: size > 2 * edgeitems, which could overflow.
bool is_long(int64_t size, const Options &options)
{
    return options.edgeitems < (size + 1) / 2;
}

// What a summary shows of a tensor: the first and the last edgeitems of each dimension that is longer.
at::Tensor corners(at::Tensor x, const Options &options)
{
    int64_t n = options.edgeitems;
    for (int64_t dim = 0; dim < x.dim(); dim++)
        if (is_long(x.size(dim), options))
            x = at::cat({x.narrow(dim, 0, n), x.narrow(dim, x.size(dim) - n, n)}, dim);
    return x;
}

std::string joined(const std::vector<std::string> &parts, const std::string &separator)
{
    std::string text;
    for (size_t i = 0; i < parts.size(); i++)
        text += (i ? separator : "") + parts[i];
    return text;
}

// Sets a tensor's cells, which it takes one after the other, in brackets and lines.
class Block {
public:
    Block(const at::Tensor &x, const Options &options)
        : sizes(x.sizes()), options(options), summarized(x.numel() > options.threshold),
          cells(cells_of(summarized ? corners(x, options) : x, options))
    {
    }

    // The text of dimension dim and those inside it, whose opening bracket stands in column indent.
    std::string text(size_t dim, int64_t indent)
    {
        if (dim == sizes.size())
            return cells.texts[next++];
        bool innermost = dim + 1 == sizes.size();
        int64_t size = sizes[dim];
        bool shortened = summarized && is_long(size, options);
        std::vector<std::string> items;
        for (int64_t i = 0; i < (shortened ? options.edgeitems : size); i++)
            items.push_back(text(dim + 1, indent + 1));
        if (shortened)
            items.push_back(innermost && options.edgeitems > 0 ? " ..." : "...");
        for (int64_t i = 0; i < (shortened ? options.edgeitems : 0); i++)
            items.push_back(text(dim + 1, indent + 1));
        return "[" + (innermost ? lines(items, indent) : slices(items, dim, indent)) + "]";
    }

private:
    // As many elements in a line as there is room for.
    std::string lines(const std::vector<std::string> &items, int64_t indent) const
    {
        int64_t room = (options.linewidth - indent) / static_cast<int64_t>(cells.width + 2);
        size_t per_line = static_cast<size_t>(std::max<int64_t>(1, room));
        std::string text;
        for (size_t i = 0; i < items.size(); i++)
            text += (i == 0 ? "" : i % per_line ? ", " : ",\n" + std::string(indent + 1, ' ')) + items[i];
        return text;
    }

    // An empty line between matrices, two between what holds matrices, and so on.
    std::string slices(const std::vector<std::string> &items, size_t dim, int64_t indent) const
    {
        return joined(items, "," + std::string(sizes.size() - dim - 1, '\n') + std::string(indent + 1, ' '));
    }

    at::IntArrayRef sizes;
    const Options &options;
    bool summarized;
    Cells cells;
    size_t next = 0;
};

std::string block(const at::Tensor &x, int64_t indent, const Options &options)
{
    return x.numel() == 0 ? "[]" : Block(x, options).text(0, indent);
}

// The indices or the values of a sparse tensor.
std::string part(const std::string &name, const at::Tensor &x, int64_t indent, const Options &options)
{
    std::string head = name + "=tensor(";
    std::string size = x.numel() == 0 ? ", size=" + tuple_text(x.sizes()) : "";
    return head + block(x, indent + static_cast<int64_t>(head.size()), options) + size + ")";
}

using Parts = std::vector<std::pair<std::string, at::Tensor>>;

std::string parts_of(const Parts &parts, int64_t indent, const Options &options)
{
    std::vector<std::string> texts;
    for (const auto &[name, x] : parts)
        texts.push_back(part(name, x, indent, options));
    return joined(texts, ",\n" + std::string(indent, ' '));
}

std::string contents(const at::Tensor &x, int64_t indent, const Options &options)
{
    switch (layout_of(x.layout())) {
    case CT_SPARSE_COO:
        return parts_of({{"indices", x._indices()}, {"values", x._values()}}, indent, options);
    case CT_SPARSE_CSR:
    case CT_SPARSE_BSR:
        return parts_of({{"crow_indices", x.crow_indices()}, {"col_indices", x.col_indices()}, {"values", x.values()}},
                        indent, options);
    case CT_SPARSE_CSC:
    case CT_SPARSE_BSC:
        return parts_of({{"ccol_indices", x.ccol_indices()}, {"row_indices", x.row_indices()}, {"values", x.values()}},
                        indent, options);
    case CT_MKLDNN:
        return block(x.to_dense(), indent, options);
    default:
        return x.is_meta() ? "..." : block(x.is_quantized() ? x.dequantize() : x, indent, options);
    }
}

// The tensors that a nested one holds, each two columns further to the right.
std::string nested_contents(const at::Tensor &x, const Options &options)
{
    std::string text;
    for (const at::Tensor &each : x.unbind()) {
        text += text.empty() ? "\n  " : ",\n  ";
        for (char c : repr(each, options))
            text += c == '\n' ? "\n  " : std::string(1, c);
    }
    return "[" + text + "\n]";
}

// ---- What the printed elements do not tell ----

bool has_indices(const at::Tensor &self)
{
    ct_layout layout = layout_of(self.layout());
    return layout >= CT_SPARSE_COO && layout <= CT_SPARSE_BSC;
}

// Whether the brackets show the shape: without elements only [] does, for one dimension.
bool tells_shape(const at::Tensor &self, const Options &options)
{
    if (self.is_meta() || has_indices(self) || self.is_quantized())
        return false;
    return self.numel() == 0 ? self.dim() == 1 : options.edgeitems > 0;
}

// Whether Python would make elements of this type from the printed ones.
bool tells_type(const at::Tensor &self)
{
    at::ScalarType type = self.scalar_type();
    at::ScalarType real = c10::get_default_dtype_as_scalartype();
    at::ScalarType complex = real == at::kDouble ? at::kComplexDouble : at::kComplexFloat;
    bool has_elements = !self.is_meta() && (self.numel() > 0 || has_indices(self));
    return type == real || (has_elements && (type == complex || type == at::kLong || type == at::kBool));
}

// The name of the operation that made a tensor, without namespaces; "" for none.
std::string history(const at::Tensor &self)
{
    try {
        auto made_by = self.grad_fn();
        std::string name = made_by ? made_by->name() : "";
        return name.substr(name.rfind(':') + 1);
    } catch (const c10::Error &) {
        return "Invalid"; // a view made without gradients, changed in place since
    }
}

// How whole numbers stand for the real ones that are printed.
std::vector<std::string> scheme(const at::Tensor &self, const Options &options)
{
    at::QScheme scheme = self.qscheme();
    std::string name = "quantization_scheme=torch." + at::toString(scheme);
    if (scheme == at::kPerTensorAffine || scheme == at::kPerTensorSymmetric)
        return {name, "scale=" + repr(self.q_scale()), "zero_point=" + std::to_string(self.q_zero_point())};
    return {name, "scale=" + repr(self.q_per_channel_scales(), options),
            "zero_point=" + repr(self.q_per_channel_zero_points(), options),
            "axis=" + std::to_string(self.q_per_channel_axis())};
}

// What is said of a tensor that is not nested.
std::vector<std::string> description(const at::Tensor &self, const Options &options)
{
    static const char *const layouts[] = {"sparse_coo", "sparse_csr", "sparse_csc",
                                          "sparse_bsr", "sparse_bsc", "_mkldnn"};
    std::vector<std::string> result;
    if (!tells_shape(self, options))
        result.push_back("size=" + tuple_text(self.sizes()));
    if (has_indices(self))
        result.push_back("nnz=" + std::to_string(self._nnz()));
    if (!tells_type(self))
        result.push_back("dtype=" + std::string(ct_dtype_name(dtype_of(self.scalar_type()))));
    if (self.is_quantized())
        for (const std::string &each : scheme(self, options))
            result.push_back(each);
    if (ct_layout layout = layout_of(self.layout()); layout >= CT_SPARSE_COO)
        result.push_back(std::string("layout=torch.") + layouts[layout - CT_SPARSE_COO]);
    return result;
}

std::vector<std::string> suffixes(const at::Tensor &self, const Options &options)
{
    std::vector<std::string> result;
    if (!self.is_cpu())
        result.push_back("device='" + self.device().str() + "'");
    if (!self.is_nested())
        for (const std::string &each : description(self, options))
            result.push_back(each);
    if (std::string name = history(self); !name.empty())
        result.push_back("grad_fn=<" + name + ">");
    else if (self.requires_grad())
        result.push_back("requires_grad=True");
    return result;
}

void check(const Options &options)
{
    if (options.precision < 0 || options.precision > max_precision)
        fail(CT_ERROR_VALUE,
             "precision is " + std::to_string(options.precision) + "; expected 0 to " + std::to_string(max_precision));
    not_negative(options.edgeitems, "edgeitems");
    if (options.sci_mode < -1 || options.sci_mode > 1)
        fail(CT_ERROR_VALUE, "sci_mode is " + std::to_string(options.sci_mode) +
                                 "; expected 1 for always, 0 for never or -1 to let the numbers decide");
}

} // namespace

std::string repr(const at::Tensor &self, const Options &options)
{
    check(options);
    at::NoGradGuard no_grad;
    std::string text = self.is_nested() ? "nested_tensor(" : "tensor(";
    int64_t indent = static_cast<int64_t>(text.size());
    text += self.is_nested() ? nested_contents(self, options) : contents(self.detach(), indent, options);
    // Python counts one column more than there is, two in the first line (there npos is the -1 of Python's rfind).
    size_t column = text.size() - text.rfind('\n') + 1;
    bool first_breaks = self.is_sparse();
    for (const std::string &suffix : suffixes(self, options)) {
        bool breaks = first_breaks || static_cast<int64_t>(column + suffix.size() + 2) > options.linewidth;
        text += (breaks ? ",\n" + std::string(indent, ' ') : ", ") + suffix;
        column = suffix.size() + (breaks ? indent : column + 2);
        first_breaks = false;
    }
    return text + ")";
}

} // namespace ct
