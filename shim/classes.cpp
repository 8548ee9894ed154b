// classes.cpp: registering classes by name.
// SPDX-License-Identifier: BSD-3-Clause
#include "classes.hpp"

#include "convert.hpp"

#include <map>
#include <mutex>

namespace ct {

namespace {

struct Classes {
    std::mutex mutex;
    std::map<std::string, Registered> by_name;
};

// Never destroyed: what frees user data may be gone by then.
Classes &classes()
{
    static Classes &all = *new Classes;
    return all;
}

// The old entry goes after the lock: what frees its user data is the user's code.
void put(const std::string &name, Optional<Registered> entry)
{
    Optional<Registered> old = find_registered(name);
    std::lock_guard<std::mutex> lock(classes().mutex);
    if (entry)
        classes().by_name.insert_or_assign(name, std::move(*entry));
    else
        classes().by_name.erase(name);
}

} // namespace

Optional<Registered> find_registered(const std::string &name)
{
    std::lock_guard<std::mutex> lock(classes().mutex);
    auto found = classes().by_name.find(name);
    return found == classes().by_name.end() ? Optional<Registered>() : found->second;
}

} // namespace ct

using namespace ct;

ct_status ct_class_register(const char *name, const ct_class *functions)
{
    ct_class o = given(functions);
    UserData user(o.user, o.free_user);
    return guard([&] {
        Registered entry{o, std::make_shared<UserData>(std::move(user)), ""};
        put(text(name, "name"), functions ? Optional<Registered>(std::move(entry)) : Optional<Registered>());
    });
}

ct_status ct_class_alias(const char *name, const char *base)
{
    return guard([&] { put(text(name, "name"), Registered{{}, nullptr, text(base, "base")}); });
}
