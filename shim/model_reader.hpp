// model_reader.hpp: rebuilding the modules of a file that torch.save(model) wrote, from the attributes of each object.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model_classes.hpp"
#include "tree.hpp"

#include <unordered_set>

namespace ct {

class ModelReader {
public:
    ModelReader(saved_file *file, bool allow_unknown)
        : tensors(std::make_shared<SavedTensors>(file)), values(std::make_shared<TreeGrower>(tensors, is_saved_module)),
          allow_unknown(allow_unknown)
    {
    }

    // The module, and all below it.
    ObjectPtr read(const record *root);

    // What was noticed: "hook: features.0 (mymodels.log is not run)", a line each.
    const std::string &notes() const { return lines; }

private:
    // A module that has been met.
    struct Met {
        ObjectPtr module; // null while it is being read
        std::string path;
        double size = 1; // how many modules a walk through it meets
    };

    // A class that is not known, and what to say of it.
    struct Unknown {
        std::string name, path, message;
    };

    const Met &meet(const record *saved, const std::string &name);
    ObjectPtr build(const record *saved, double &size);
    ObjectPtr build_layer(const Row &row, const record *saved, Saved parts);

    Saved parts_of(const record *saved, const ModelClass &known, double &size);
    void add_children(const record *saved, Saved &parts, double &size);
    Dict tensors_of(const record *saved, const char *which);
    at::Tensor tensor_of(const record *saved);
    Value attribute(const record *saved);
    Attributes attributes_of(const record *saved, const ModelClass &known, const Saved &parts);

    void apply_hooks(Object &module, const record *saved);
    void look_for_modules(const record *value, const std::string &place, int depth = 0);
    void note_loose_modules();

    void add_unknown(const PythonName &name, const record *saved);
    void fail_for_unknown() const;
    void note(const char *kind, const std::string &place, const std::string &detail);

    std::shared_ptr<SavedTensors> tensors;
    std::shared_ptr<TreeGrower> values; // of attributes; a module among them is its class alone
    bool allow_unknown;
    std::unordered_map<const record *, Met> modules;
    std::vector<std::pair<std::string, const record *>> loose; // modules in plain lists, with their places
    std::unordered_set<const record *> looked_at;
    std::vector<Unknown> unknown;
    std::unordered_set<std::string> unknown_names;
    std::string path, lines; // path: of the module that is being read
    int depth = 0;           // and how far below the root it is
};

} // namespace ct
