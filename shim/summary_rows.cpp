// summary_rows.cpp: calling a network with hooks on every module, and putting back what that changes.
// SPDX-License-Identifier: BSD-3-Clause
#include "summary.hpp"

#include "callback.hpp"
#include "hooks.hpp"
#include "state.hpp"
#include "walk.hpp"

#include <mutex>
#include <unordered_map>
#include <unordered_set>

namespace ct {

namespace {

// Where a module stands in the tree; a shared one stands in several places.
struct Place {
    ObjectPtr module;
    std::string name;
    int64_t depth;
    size_t parent; // the root's is itself
};

std::vector<int64_t> sizes_of_first(const Tensors &tensors)
{
    for (const at::Tensor &tensor : tensors)
        if (tensor.defined())
            return tensor.sizes().vec();
    return {};
}

int64_t bytes(const at::Tensor &tensor)
{
    return tensor.defined() ? tensor.numel() * static_cast<int64_t>(tensor.element_size()) : 0;
}

int64_t bytes_of_first(const Tensors &tensors)
{
    for (const at::Tensor &tensor : tensors)
        if (tensor.defined())
            return bytes(tensor);
    return 0;
}

// Writes the rows, in the order of the calls. The hooks share it, since a copy of a module that the network makes for
// itself keeps them.
class Recorder {
public:
    explicit Recorder(const ObjectPtr &root) { add_places(root, root->class_name(), 0, 0); }

    void begin(const Object &module);
    void end(const Object &module, const Tensors &inputs, const Tensors &outputs);

    // The rows, with which it forgets the modules.
    std::vector<SummaryRow> finish();

private:
    static constexpr size_t nowhere = SIZE_MAX;

    // A row whose call has not ended.
    struct Open {
        const Object *module;
        size_t place, row;
    };

    void add_places(const ObjectPtr &module, const std::string &name, int64_t depth, size_t parent);
    bool is_below(size_t place, size_t above) const;
    size_t place_of(const Object &module) const;
    void add_row(size_t place);

    std::mutex mutex; // a network may call its modules on threads of its own
    std::vector<Place> places;
    std::unordered_map<const Object *, std::vector<size_t>> places_of;
    std::vector<SummaryRow> rows;
    std::vector<size_t> shown; // the places of the last row and of those above it, by depth
    std::vector<Open> open;
    std::unordered_set<const Object *> seen;
    std::unordered_map<int64_t, int64_t> rows_at_depth;
};

void Recorder::add_places(const ObjectPtr &module, const std::string &name, int64_t depth, size_t parent)
{
    size_t here = places.size();
    places.push_back({module, name, depth, parent});
    places_of[module.get()].push_back(here);
    for (const auto &[child_name, child] : module->children())
        add_places(child, child_name, depth + 1, here);
}

bool Recorder::is_below(size_t place, size_t above) const
{
    while (places[place].depth > places[above].depth)
        place = places[place].parent;
    return place == above;
}

// A shared module is shown below the one that calls it.
size_t Recorder::place_of(const Object &module) const
{
    auto found = places_of.find(&module);
    if (found == places_of.end())
        return nowhere;
    if (!open.empty())
        for (size_t place : found->second)
            if (is_below(place, open.back().place))
                return place;
    return found->second.front();
}

void Recorder::add_row(size_t place)
{
    const Place &at = places[place];
    shown.resize(static_cast<size_t>(at.depth));
    shown.push_back(place);
    SummaryRow row;
    row.module = at.module;
    row.name = at.name;
    row.depth = at.depth;
    row.index = ++rows_at_depth[at.depth];
    row.is_recursive = !seen.insert(at.module.get()).second;
    rows.push_back(std::move(row));
}

void Recorder::begin(const Object &module)
{
    std::lock_guard<std::mutex> lock(mutex);
    size_t place = place_of(module);
    if (place == nowhere)
        return;
    // Containers above it that were not called themselves.
    std::vector<size_t> above;
    for (size_t p = place; places[p].depth > 0; p = places[p].parent)
        above.push_back(places[p].parent);
    for (; !above.empty(); above.pop_back()) {
        size_t depth = static_cast<size_t>(places[above.back()].depth);
        if (depth >= shown.size() || shown[depth] != above.back())
            add_row(above.back());
    }
    add_row(place);
    open.push_back({&module, place, rows.size() - 1});
}

// A call that failed, of which the network made the best, has no outputs.
void Recorder::end(const Object &module, const Tensors &inputs, const Tensors &outputs)
{
    std::lock_guard<std::mutex> lock(mutex);
    for (size_t i = open.size(); i-- > 0;)
        if (open[i].module == &module) {
            SummaryRow &row = rows[open[i].row];
            row.input = sizes_of_first(inputs);
            row.output = sizes_of_first(outputs);
            row.output_bytes = bytes_of_first(outputs);
            open.erase(open.begin() + static_cast<std::ptrdiff_t>(i));
            return;
        }
}

std::vector<SummaryRow> Recorder::finish()
{
    std::lock_guard<std::mutex> lock(mutex);
    places.clear();
    places_of.clear();
    open.clear();
    return std::move(rows);
}

// ---- Leaving no trace ----

// Hooks on every module, as long as it lives.
class Watch {
public:
    Watch(Object &root, const std::shared_ptr<Recorder> &recorder) : Watch() // so that the hooks go if one fails
    {
        walk_once(root, [&](const std::string &, Object &module) {
            PreHook begin = [recorder](Object &called, Tensors &) { recorder->begin(called); };
            ForwardHook end = [recorder](Object &called, const Tensors &inputs, Tensors &outputs) {
                recorder->end(called, inputs, outputs);
            };
            removals.push_back(add_hook(module, &Hooks::before, std::move(begin), false));
            removals.push_back(add_hook(module, &Hooks::after, std::move(end), false, true));
        });
    }

    ~Watch()
    {
        for (const Removal &remove : removals)
            remove();
    }

    Watch(const Watch &) = delete;

private:
    Watch() = default;

    std::vector<Removal> removals;
};

// What a call may change, as it was before.
class Before {
public:
    explicit Before(Object &root);
    void restore() const;

private:
    struct Mode {
        std::shared_ptr<torch::nn::Module> module;
        bool is_training;
    };
    struct Buffer {
        ObjectPtr owner;
        std::string name;
        at::Tensor tensor, copy;
    };
    struct Random {
        at::Generator generator;
        at::Tensor state;
    };

    void keep_buffers(Object &module);
    void keep_random(c10::Device device);

    std::vector<Mode> modes;
    std::vector<Buffer> buffers;
    std::vector<Random> randoms;
};

Before::Before(Object &root)
{
    // Setting a module's mode sets those below, so that these go first when modes are read and last when set again.
    walk_up(root, [this](const std::string &, Object &module) {
        modes.push_back({module.shared_from_this(), module.is_training()});
    });
    walk_once(root, [this](const std::string &, Object &module) { keep_buffers(module); });
    keep_random(c10::Device(at::kCPU));
    std::unordered_set<int> indices;
    for (const auto &item : parameters(root))
        if (item.value().is_cuda() && indices.insert(item.value().get_device()).second)
            keep_random(item.value().device());
}

void Before::keep_buffers(Object &module)
{
    for (const auto &item : module.own_buffers()) {
        const at::Tensor &tensor = item.value();
        bool has_data = tensor.defined() && !tensor.is_meta();
        buffers.push_back({std::static_pointer_cast<Object>(module.shared_from_this()), item.key(), tensor,
                           has_data ? tensor.detach().clone() : at::Tensor()});
    }
}

void Before::keep_random(c10::Device device)
{
    at::Generator generator = at::globalContext().defaultGenerator(device);
    std::lock_guard<std::mutex> lock(generator.mutex());
    randoms.push_back({generator, generator.get_state()});
}

void Before::restore() const
{
    at::NoGradGuard no_grad;
    for (Random random : randoms) {
        std::lock_guard<std::mutex> lock(random.generator.mutex());
        random.generator.set_state(random.state);
    }
    for (auto mode = modes.rbegin(); mode != modes.rend(); ++mode)
        mode->module->train(mode->is_training);
    for (const Buffer &buffer : buffers) {
        const at::Tensor *now = buffer.owner->own_buffers().find(buffer.name);
        if (!now || !now->is_same(buffer.tensor))
            buffer.owner->put_buffer(buffer.name, buffer.tensor, buffer.owner->is_saved(buffer.name));
        // The call gives a lazy layer its sizes, which it keeps.
        bool has_size = buffer.copy.defined() && buffer.tensor.sizes() == buffer.copy.sizes();
        if (has_size && !at::equal(buffer.tensor, buffer.copy))
            at::Tensor(buffer.tensor).copy_(buffer.copy);
    }
}

void call_and_restore(const ObjectPtr &module, const Tensors &inputs, SummaryMode mode,
                      const std::shared_ptr<Recorder> &recorder)
{
    Before before(*module);
    try {
        Watch watch(*module, recorder);
        at::NoGradGuard no_grad;
        if (mode != SummaryMode::same)
            module->train(mode == SummaryMode::train);
        call(*module, inputs);
    } catch (...) {
        before.restore();
        rethrow_inside(path_from_running(*module));
    }
    before.restore();
}

// ---- Counting ----

bool contains(const std::string &name, const char *part)
{
    return name.find(part) != std::string::npos;
}

// The product of the sizes from begin up to end, as far as there are so many.
int64_t product(const std::vector<int64_t> &sizes, size_t begin, size_t end)
{
    int64_t result = 1;
    for (size_t i = begin; i < std::min(end, sizes.size()); i++)
        result *= sizes[i];
    return result;
}

// torchinfo's: of a Conv every position of the output, which has its channels second; of others the batch alone, and
// where weights have numbers, as those of recurrent layers, batch and steps.
int64_t mult_adds(const Object &module, const std::vector<int64_t> &output)
{
    bool is_conv = contains(module.class_name(), "Conv");
    int64_t batch = product(output, 0, 1), result = 0;
    for (const auto &item : module.own_parameters()) {
        const std::string &name = item.key();
        if (!item.value().defined() || module.is_computed(name))
            continue;
        if (name == "weight" || name == "bias")
            result += item.value().numel() * (is_conv ? batch * product(output, 2, output.size()) : batch);
        else if (contains(name, "weight") || contains(name, "bias"))
            result += item.value().numel() * product(output, 0, 2);
    }
    return result;
}

void count(SummaryRow &row)
{
    for (const auto &item : parameters(*row.module)) {
        row.params += item.value().numel();
        row.trainable += item.value().requires_grad() ? item.value().numel() : 0;
    }
    if (row.is_leaf() && !row.output.empty())
        row.mult_adds = mult_adds(*row.module, row.output);
}

void count_below(std::vector<SummaryRow> &rows, size_t i)
{
    if (rows[i].is_leaf())
        return;
    for (size_t j = i + 1; j < rows.size() && rows[j].depth > rows[i].depth; j++)
        rows[i].mult_adds += rows[j].is_leaf() ? rows[j].mult_adds : 0;
}

// Goes upwards, so that what several modules hold is the innermost's.
void count_left(std::vector<SummaryRow> &rows)
{
    std::unordered_set<const void *> shown;
    for (const SummaryRow &row : rows)
        if (row.is_leaf())
            for (const auto &item : parameters(*row.module))
                shown.insert(item.value().unsafeGetTensorImpl());
    for (auto row = rows.rbegin(); row != rows.rend(); ++row)
        if (!row->is_leaf() && !row->is_recursive)
            for (const auto &item : parameters(*row->module))
                if (shown.insert(item.value().unsafeGetTensorImpl()).second)
                    row->params_left += item.value().numel();
}

ct_summary_totals totals_of(const std::vector<SummaryRow> &rows, Object &module, const Tensors &inputs)
{
    ct_summary_totals totals = {};
    for (const at::Tensor &input : inputs)
        totals.total_input += bytes(input);
    for (const auto &item : parameters(module)) {
        totals.total_params += item.value().numel();
        totals.trainable_params += item.value().requires_grad() ? item.value().numel() : 0;
        totals.total_param_bytes += bytes(item.value());
    }
    for (const SummaryRow &row : rows)
        if (row.is_leaf()) {
            totals.total_mult_adds += row.mult_adds;
            totals.total_output_bytes += row.params > 0 ? 2 * row.output_bytes : 0;
        }
    return totals;
}

} // namespace

Summary summarize(const ObjectPtr &module, const Tensors &inputs, SummaryMode mode)
{
    auto recorder = std::make_shared<Recorder>(module);
    call_and_restore(module, inputs, mode, recorder);
    Summary summary;
    summary.rows = recorder->finish();
    for (SummaryRow &row : summary.rows)
        count(row);
    for (size_t i = 0; i < summary.rows.size(); i++)
        count_below(summary.rows, i);
    count_left(summary.rows);
    summary.totals = totals_of(summary.rows, *module, inputs);
    return summary;
}

} // namespace ct
