// summary_table.cpp: the table of a summary, to the letter as torchinfo 1.8 lays it out.
// SPDX-License-Identifier: BSD-3-Clause
#include "summary.hpp"

#include "convert.hpp"

#include <algorithm>
#include <iomanip>
#include <locale>
#include <sstream>

namespace ct {

namespace {

struct Look {
    int64_t depth;
    size_t name_width = 40, col_width;
    bool shows_index = false, shows_name = false, is_ascii = false, hides_recursive = false;
};

struct Column {
    const char *name, *title;
    std::string (*cell)(const SummaryRow &row, bool is_deepest, const ct_summary_totals &totals);
};

// ---- Cells ----

std::string with_commas(int64_t number)
{
    std::string digits = std::to_string(number);
    for (size_t i = digits.size(); i > 3 + (number < 0 ? 1u : 0u);)
        digits.insert(i -= 3, ",");
    return digits;
}

std::string list(at::IntArrayRef sizes)
{
    return sizes.empty() ? "--" : "[" + joined(sizes) + "]";
}

// Two digits after the point, whatever the program's locale is.
std::string fixed(double number)
{
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text << std::fixed << std::setprecision(2) << number;
    return text.str();
}

// A module with children shows what the rows below it do not, and at the last level that is all.
int64_t shown_params(const SummaryRow &row, bool is_deepest)
{
    return is_deepest || row.is_leaf() ? row.params : row.params_left;
}

std::string kernel_size(const SummaryRow &row, bool, const ct_summary_totals &)
{
    const Value *size = row.module->attribute("kernel_size");
    const Sizes *sizes = size ? size->get<Sizes>() : nullptr;
    return !size || size->is_none() ? "--" : sizes && sizes->is_tuple ? list(sizes->numbers) : size->str();
}

std::string groups(const SummaryRow &row, bool, const ct_summary_totals &)
{
    const Value *number = row.module->attribute("groups");
    return number && !number->is_none() ? number->str() : "--";
}

std::string input_size(const SummaryRow &row, bool, const ct_summary_totals &)
{
    return list(row.input);
}

std::string output_size(const SummaryRow &row, bool, const ct_summary_totals &)
{
    return list(row.output);
}

std::string num_params(const SummaryRow &row, bool is_deepest, const ct_summary_totals &)
{
    int64_t shown = shown_params(row, is_deepest);
    if (row.params > 0 && row.is_recursive)
        return "(recursive)";
    if (shown == 0)
        return "--";
    return row.trainable > 0 ? with_commas(shown) : "(" + with_commas(shown) + ")";
}

std::string params_percent(const SummaryRow &row, bool is_deepest, const ct_summary_totals &totals)
{
    int64_t shown = shown_params(row, is_deepest);
    if (totals.total_params > 0 && row.is_recursive)
        return "(recursive)";
    if (shown == 0)
        return "     --";
    std::string percent = fixed(100 * static_cast<double>(shown) / static_cast<double>(totals.total_params)) + "%";
    return std::string(7 - std::min<size_t>(7, percent.size()), ' ') + percent;
}

std::string mult_adds(const SummaryRow &row, bool is_deepest, const ct_summary_totals &)
{
    return row.mult_adds > 0 && (is_deepest || row.is_leaf()) ? with_commas(row.mult_adds) : "--";
}

std::string trainable(const SummaryRow &row, bool, const ct_summary_totals &)
{
    return row.params == 0 ? "--" : row.trainable == 0 ? "False" : row.trainable == row.params ? "True" : "Partial";
}

const Column all_columns[] = {
    {"kernel_size", "Kernel Shape", kernel_size},   {"groups", "Groups", groups},
    {"input_size", "Input Shape", input_size},      {"output_size", "Output Shape", output_size},
    {"num_params", "Param #", num_params},          {"params_percent", "Param %", params_percent},
    {"mult_adds", "Mult-Adds", mult_adds},          {"trainable", "Trainable", trainable},
};

// ---- Options ----

const Column &column(const std::string &name)
{
    for (const Column &known : all_columns)
        if (name == known.name)
            return known;
    fail(CT_ERROR_VALUE, "Column " + name + " is not a valid column name.");
}

template <size_t N> std::vector<const Column *> columns(const char *const (&names)[N])
{
    std::vector<const Column *> result;
    for (size_t i = 0; i < N && names[i]; i++)
        result.push_back(&column(names[i]));
    return result;
}

bool *setting(Look &look, const std::string &name)
{
    return name == "depth"                  ? &look.shows_index
           : name == "var_names"            ? &look.shows_name
           : name == "ascii_only"           ? &look.is_ascii
           : name == "hide_recursive_layers" ? &look.hides_recursive
                                             : nullptr;
}

template <size_t N> void set_rows(Look &look, const char *const (&names)[N])
{
    for (size_t i = 0; i < N && names[i]; i++) {
        bool *found = setting(look, names[i]);
        if (!found)
            fail(CT_ERROR_VALUE, "Row setting " + std::string(names[i]) + " is not a valid setting.");
        *found = true;
    }
}

SummaryMode mode_of(const std::string &name)
{
    if (name == "eval")
        return SummaryMode::eval;
    if (name == "train")
        return SummaryMode::train;
    if (name == "same")
        return SummaryMode::same;
    fail(CT_ERROR_VALUE, "Specified model mode (mode) " + name + " not recognized.");
}

// ---- Lines ----

// How many characters the text takes on a screen, which UTF-8 has more bytes for.
size_t width(const std::string &text)
{
    return static_cast<size_t>(
        std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

std::string padded(const std::string &text, size_t wanted)
{
    return text + std::string(wanted - std::min(wanted, width(text)), ' ') + " ";
}

std::string line(const std::string &name, const std::vector<std::string> &cells, const Look &look)
{
    std::string result = padded(name, look.name_width);
    for (const std::string &cell : cells)
        result += padded(cell, look.col_width);
    return result.substr(0, result.find_last_not_of(' ') + 1) + "\n";
}

std::string indent(int64_t depth, bool is_ascii)
{
    if (depth <= 1)
        return depth == 0 ? "" : is_ascii ? "+ " : "├─";
    std::string result;
    for (int64_t i = 1; i < depth; i++)
        result += is_ascii ? "|    " : "│    ";
    return result + (is_ascii ? "+ " : "└─");
}

std::string name_of(const SummaryRow &row, const Look &look)
{
    std::string name = row.module->class_name();
    if (look.shows_name)
        name += " (" + row.name + ")";
    if (look.shows_index && row.depth > 0)
        name += ": " + std::to_string(row.depth) + "-" + std::to_string(row.index);
    return name;
}

void fit_names(Look &look, const std::vector<SummaryRow> &rows)
{
    constexpr size_t step = 5;
    size_t longest = 0;
    for (const SummaryRow &row : rows)
        longest = std::max(longest, width(name_of(row, look)) + static_cast<size_t>(row.depth) * step + 1);
    if (longest >= look.name_width)
        look.name_width = (longest + step - 1) / step * step;
}

std::string body(const Summary &summary, const std::vector<const Column *> &columns, const Look &look)
{
    std::string result;
    for (const SummaryRow &row : summary.rows) {
        if (row.depth > look.depth || (row.is_recursive && look.hides_recursive))
            continue;
        std::vector<std::string> cells;
        for (const Column *column : columns)
            cells.push_back(column->cell(row, row.depth == look.depth, summary.totals));
        result += line(indent(row.depth, look.is_ascii) + name_of(row, look), cells, look);
    }
    return result;
}

// " (M): 3.41" of 3410000.
std::string readable(int64_t number)
{
    constexpr std::pair<double, const char *> units[] = {
        {1e12, " (T): "}, {1e9, " (G): "}, {1e6, " (M): "}, {1e3, " (k): "}};
    double value = static_cast<double>(number);
    for (auto [size, unit] : units)
        if (value >= size) {
            int64_t whole = static_cast<int64_t>(value / size);
            return unit + (static_cast<double>(whole) == value / size ? with_commas(whole) : fixed(value / size));
        }
    return ": " + std::to_string(number);
}

std::string megabytes(int64_t bytes)
{
    return " (MB): " + fixed(static_cast<double>(bytes) / 1e6) + "\n";
}

std::string footer(const ct_summary_totals &totals, const std::string &divider)
{
    int64_t bytes = totals.total_input + totals.total_output_bytes + totals.total_param_bytes;
    return "Total params: " + with_commas(totals.total_params) + "\n" +
           "Trainable params: " + with_commas(totals.trainable_params) + "\n" +
           "Non-trainable params: " + with_commas(totals.total_params - totals.trainable_params) + "\n" +
           "Total mult-adds" + readable(totals.total_mult_adds) + "\n" + divider +
           "Input size" + megabytes(totals.total_input) +
           "Forward/backward pass size" + megabytes(totals.total_output_bytes) +
           "Params size" + megabytes(totals.total_param_bytes) +
           "Estimated Total Size" + megabytes(bytes);
}

Look look_of(const ct_summary_options &options)
{
    constexpr int64_t widest = 1000;
    if (options.depth < 0)
        fail(CT_ERROR_VALUE, "depth is " + std::to_string(options.depth) + "; expected 0 or more");
    if (options.col_width < 1 || options.col_width > widest)
        fail(CT_ERROR_VALUE, "col_width is " + std::to_string(options.col_width) + "; expected 1 to " +
                                 std::to_string(widest));
    Look look;
    look.depth = options.depth;
    look.col_width = static_cast<size_t>(options.col_width);
    set_rows(look, options.row_settings);
    return look;
}

} // namespace

SummaryMode checked(const ct_summary_options &options)
{
    look_of(options);
    columns(options.col_names);
    return mode_of(text(options.mode, "mode"));
}

std::string table(const Summary &summary, const ct_summary_options &options)
{
    Look look = look_of(options);
    std::vector<const Column *> chosen = columns(options.col_names);
    fit_names(look, summary.rows);
    std::string divider = std::string(look.name_width + chosen.size() * look.col_width, '=');
    std::vector<std::string> titles;
    for (const Column *column : chosen)
        titles.push_back(column->title);
    std::string title = std::string("Layer (type") + (look.shows_name ? " (var_name)" : "") +
                        (look.shows_index ? ":depth-idx" : "") + ")";
    return divider + "\n" + line(title, titles, look) + divider + "\n" + body(summary, chosen, look) + divider + "\n" +
           footer(summary.totals, divider + "\n") + divider;
}

} // namespace ct
