// traceback.cpp: failures inside of TorchScript.
// SPDX-License-Identifier: BSD-3-Clause
#include "traceback.hpp"

#include <cctype>

namespace ct {

namespace {

// Where a line "builtins.ValueError: message" begins, at or after `from`; npos when there is none.
size_t find_exception(const std::string &text, size_t from)
{
    for (size_t line = from; line < text.size(); line = text.find('\n', line) + 1) {
        size_t at = line;
        while (at < text.size() &&
               (std::isalnum(static_cast<unsigned char>(text[at])) || text[at] == '.' || text[at] == '_'))
            at++;
        if (at > line && text.compare(at, 2, ": ") == 0)
            return line;
        if (text.find('\n', line) == std::string::npos)
            break;
    }
    return std::string::npos;
}

ct_status status_of(const std::string &exception, ct_status otherwise)
{
    static constexpr struct {
        const char *name;
        ct_status code;
    } known[] = {
        {"ValueError", CT_ERROR_VALUE},   {"TypeError", CT_ERROR_TYPE},
        {"IndexError", CT_ERROR_INDEX},   {"KeyError", CT_ERROR_KEY},
        {"MemoryError", CT_ERROR_MEMORY}, {"NotImplementedError", CT_ERROR_NOT_IMPLEMENTED},
    };
    std::string name = exception.substr(exception.rfind('.') + 1); // npos + 1 is 0
    for (const auto &row : known)
        if (name == row.name)
            return row.code;
    return otherwise;
}

// ` (File "model.py", line 7, in forward)`, of the innermost frame before `end`; "" where there is none.
std::string place_of(const std::string &text, size_t end)
{
    size_t begin = text.rfind("File \"", end);
    return begin == std::string::npos ? "" : " (" + text.substr(begin, text.find('\n', begin) - begin) + ")";
}

} // namespace

void shorten_traceback(Failure &failure)
{
    if (failure.text.find("Traceback of TorchScript") == std::string::npos)
        return;
    std::string whole = failure.text;
    size_t last_frame = whole.rfind("<--- HERE");
    size_t line = find_exception(whole, last_frame == std::string::npos ? 0 : whole.find('\n', last_frame) + 1);
    if (line == std::string::npos)
        return;
    size_t colon = whole.find(": ", line);
    std::string exception = whole.substr(line, colon - line), message = whole.substr(colon + 2);
    while (!message.empty() && std::isspace(static_cast<unsigned char>(message.back())))
        message.pop_back();
    failure.code = status_of(exception, failure.code);
    failure.text = (message.empty() ? exception : message) + place_of(whole, line);
    if (failure.backtrace.empty())
        failure.backtrace = whole;
}

} // namespace ct
