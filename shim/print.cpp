// print.cpp: print(module), to the letter.
// SPDX-License-Identifier: BSD-3-Clause
#include "lists.hpp"

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

} // namespace

std::vector<std::string> Object::child_lines(bool legacy) const
{
    std::vector<std::string> lines;
    auto none = none_children().begin(), end = none_children().end();
    for (size_t i = 0; i <= children().size(); i++) {
        for (; none != end && (none->first <= i || i == children().size()); ++none)
            if (!child(none->second))
                lines.push_back("(" + none->second + "): None");
        if (i < children().size())
            lines.push_back("(" + children()[i].first + "): " + indented(repr(*children()[i].second, legacy)));
    }
    return lines;
}

// A ModuleList shows positions, not names, and equal neighbours once; it began to with PyTorch 2.
std::vector<std::string> ModuleList::child_lines(bool legacy) const
{
    if (legacy)
        return Object::child_lines(legacy);
    std::vector<std::string> lines, items;
    for (const auto &[name, child] : children())
        items.push_back(repr(*child, legacy));
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

std::string repr(const Object &module, bool legacy)
{
    std::string extra = module.extra_repr(legacy);
    std::vector<std::string> lines = module.child_lines(legacy);
    std::string text = module.class_name() + "(";
    if (!extra.empty() && lines.empty() && extra.find('\n') == std::string::npos)
        return text + extra + ")";
    if (!extra.empty())
        lines.insert(lines.begin(), indented(extra));
    for (const std::string &line : lines)
        text += "\n  " + line;
    return text + (lines.empty() ? ")" : "\n)");
}

} // namespace ct
