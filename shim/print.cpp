// print.cpp: print(module), to the letter.
// SPDX-License-Identifier: BSD-3-Clause
#include "lists.hpp"
#include "registry.hpp"

namespace ct {

namespace {

// Every line but the first moves right by two.
std::string indented(const std::string &text)
{
    std::string result;
    for (char c : text) {
        result += c;
        if (c == '\n')
            result += "  ";
    }
    return result;
}

std::vector<std::string> child_lines(const Module &module, bool legacy)
{
    std::vector<std::string> lines;
    for (const auto &[name, child] : entries_of(module))
        lines.push_back("(" + name + "): " + indented(repr(*child, legacy)));
    return lines;
}

// A ModuleList shows positions, not names, and equal neighbours once.
std::vector<std::string> list_lines(const Module &module)
{
    std::vector<std::string> lines;
    std::vector<std::string> items;
    for (const auto &entry : entries_of(module))
        items.push_back(repr(*entry.second, /*legacy=*/false));
    for (size_t begin = 0, end; begin < items.size(); begin = end) {
        for (end = begin + 1; end < items.size() && items[end] == items[begin];)
            end++;
        std::string first = std::to_string(begin);
        std::string label = end - begin == 1 ? "(" + first + "): "
                                             : "(" + first + "-" + std::to_string(end - 1) +
                                                   "): " + std::to_string(end - begin) + " x ";
        lines.push_back(indented(label + items[begin]));
    }
    return lines;
}

} // namespace

std::string repr(const Module &module, bool legacy)
{
    const Class &known = class_of(module);
    std::string extra = known.extra_repr(module, legacy);
    bool collapses = !legacy && *known.type == typeid(ModuleList);
    std::vector<std::string> lines = collapses ? list_lines(module) : child_lines(module, legacy);
    std::string text = class_name(module) + "(";
    if (!extra.empty() && lines.empty())
        return text + extra + ")";
    if (!extra.empty())
        lines.insert(lines.begin(), extra);
    for (const std::string &line : lines)
        text += "\n  " + line;
    return text + (lines.empty() ? ")" : "\n)");
}

} // namespace ct
