// parametrize_maps.cpp: torch.nn.utils.parametrizations: weight_norm, spectral_norm and orthogonal, as modules that
// compute a parameter, in the steps of torch/nn/utils/parametrizations.py.
// SPDX-License-Identifier: BSD-3-Clause
#include "convert.hpp"
#include "generated/conv.hpp"
#include "parametrize.hpp"

namespace ct {

at::Tensor normalized(const at::Tensor &x, double eps)
{
    return x / x.norm(2, {0}, /*keepdim=*/true).clamp_min(eps).expand_as(x);
}

void normalize_into(at::Tensor out, const at::Tensor &x, double eps)
{
    at::div_out(out, x, x.norm(2, {0}, /*keepdim=*/true).clamp_min_(eps).expand_as(x));
}

int64_t output_dim(const Object &module, int64_t dim)
{
    if (dim != CT_NONE)
        return dim;
    return dynamic_cast<const ConvTranspose1d *>(&module) || dynamic_cast<const ConvTranspose2d *>(&module) ||
           dynamic_cast<const ConvTranspose3d *>(&module);
}

namespace {

// ---- weight_norm ----

class WeightNorm final : public Parametrization {
public:
    explicit WeightNorm(int64_t dim) : dim(dim) {}

    Tensors call(const Tensors &originals) override { return {at::_weight_norm(originals.at(1), originals[0], dim)}; }
    Tensors right_inverse(const at::Tensor &value) override { return {at::norm_except_dim(value, 2, dim), value}; }
    ObjectPtr shell() const override { return std::make_shared<WeightNorm>(dim); }

protected:
    std::string type_name() const override { return "_WeightNorm"; }

private:
    int64_t dim;
};

// ---- spectral_norm ----

class SpectralNorm final : public Parametrization {
public:
    SpectralNorm(int64_t n_power_iterations, double eps, int64_t dim)
        : n_power_iterations(n_power_iterations), eps(eps), dim(dim)
    {
    }

    // Beginning with vectors that are good already.
    void start(const at::Tensor &weight)
    {
        if (weight.dim() < 2)
            return;
        at::NoGradGuard no_grad;
        at::Tensor matrix = as_matrix(weight);
        at::Tensor u = matrix.new_empty(matrix.size(0)).normal_(), v = matrix.new_empty(matrix.size(1)).normal_();
        put_buffer("_u", normalized(u, eps));
        put_buffer("_v", normalized(v, eps));
        iterate(matrix, 15);
    }

    // The buffers are changed in place, and copied for the graph: a second forward may come before its backward.
    Tensors call(const Tensors &originals) override
    {
        const at::Tensor &weight = originals.at(0);
        if (weight.dim() == 1)
            return {normalized(weight, eps)};
        at::Tensor matrix = as_matrix(weight);
        if (is_training())
            iterate(matrix, n_power_iterations);
        at::Tensor u = own_buffers()["_u"].clone(at::MemoryFormat::Contiguous);
        at::Tensor v = own_buffers()["_v"].clone(at::MemoryFormat::Contiguous);
        return {weight / at::vdot(u, at::mv(matrix, v))};
    }

    ObjectPtr shell() const override { return std::make_shared<SpectralNorm>(n_power_iterations, eps, dim); }

protected:
    std::string type_name() const override { return "_SpectralNorm"; }

private:
    at::Tensor as_matrix(const at::Tensor &weight) const
    {
        return (dim == 0 ? weight : weight.movedim(dim, 0)).flatten(1);
    }

    void iterate(const at::Tensor &matrix, int64_t n)
    {
        at::NoGradGuard no_grad;
        at::Tensor u = own_buffers()["_u"], v = own_buffers()["_v"];
        for (int64_t i = 0; i < n; i++) {
            normalize_into(u, at::mv(matrix, v), eps);
            normalize_into(v, at::mv(matrix.mH(), u), eps);
        }
    }

    int64_t n_power_iterations;
    double eps;
    int64_t dim;
};

// ---- orthogonal ----

enum class OrthogonalMap { matrix_exp, cayley, householder };

OrthogonalMap orthogonal_map(const char *name, const at::Tensor &weight)
{
    if (!name)
        return weight.size(-2) == weight.size(-1) || weight.is_complex() ? OrthogonalMap::matrix_exp
                                                                        : OrthogonalMap::householder;
    std::string given = name;
    if (given == "matrix_exp")
        return OrthogonalMap::matrix_exp;
    if (given == "cayley")
        return OrthogonalMap::cayley;
    if (given == "householder")
        return OrthogonalMap::householder;
    fail(CT_ERROR_VALUE,
         "orthogonal_map has to be one of \"matrix_exp\", \"cayley\", \"householder\". Got: " + given);
}

bool is_orthogonal(const at::Tensor &q)
{
    at::Tensor identity = at::eye(q.size(-1), q.options());
    double epsilon = c10::toRealValueType(q.scalar_type()) == at::kDouble ? std::numeric_limits<double>::epsilon()
                                                                           : std::numeric_limits<float>::epsilon();
    return at::allclose(at::matmul(q.mH(), q), identity, 1e-5, 10.0 * static_cast<double>(q.size(-2)) * epsilon);
}

// The Q of a tall matrix's A = QR where the diagonal of R is not negative.
at::Tensor make_orthogonal(const at::Tensor &a)
{
    auto [x, tau] = at::geqrf(a);
    at::Tensor q = at::linalg_householder_product(x, tau);
    return q.mul_(x.diagonal(0, -2, -1).sgn().unsqueeze(-2));
}

// A tall matrix, and a wide one transposed.
at::Tensor tall(const at::Tensor &x)
{
    return x.size(-2) < x.size(-1) ? x.mT() : x;
}

class Orthogonal final : public Parametrization {
public:
    Orthogonal(OrthogonalMap map, bool use_trivialization) : map(map), use_trivialization(use_trivialization)
    {
        if (use_trivialization)
            put_buffer("base", {});
    }

    Tensors call(const Tensors &originals) override
    {
        const at::Tensor &original = originals.at(0);
        at::Tensor x = tall(original);
        at::Tensor q = map == OrthogonalMap::householder ? by_reflections(x) : by_rotation(x);
        if (use_trivialization)
            q = at::matmul(own_buffers()["base"], q);
        return {original.size(-2) < original.size(-1) ? q.mT() : q};
    }

    Tensors right_inverse(const at::Tensor &value) override
    {
        at::NoGradGuard no_grad;
        if (!use_trivialization)
            return {reflections_of(value)};
        put_buffer("base", completed(tall(value)));
        // What gives the identity by each of the maps.
        at::Tensor negative = at::zeros_like(value);
        negative.diagonal(0, -2, -1).fill_(-1.0);
        return {negative};
    }

    ObjectPtr shell() const override { return std::make_shared<Orthogonal>(map, use_trivialization); }

protected:
    std::string type_name() const override { return "_Orthogonal"; }

private:
    // By a skew-symmetric matrix, of whose columns those that are wanted are given.
    at::Tensor by_rotation(const at::Tensor &x) const
    {
        int64_t n = x.size(-2), k = x.size(-1);
        at::Tensor lower = x.tril();
        if (n != k) {
            std::vector<int64_t> sizes = x.sizes().vec();
            sizes.back() = n - k;
            lower = at::cat({lower, lower.new_zeros({n, n - k}).expand(sizes)}, -1);
        }
        at::Tensor a = lower - lower.mH();
        at::Tensor q;
        if (map == OrthogonalMap::matrix_exp) {
            q = at::matrix_exp(a);
        } else {
            at::Tensor identity = at::eye(n, a.options());
            q = at::linalg_solve(at::add(identity, a, -0.5), at::add(identity, a, 0.5));
        }
        return n == k ? q : q.narrow(-1, 0, k);
    }

    // The diagonal holds signs, which do not learn.
    at::Tensor by_reflections(const at::Tensor &x) const
    {
        at::Tensor a = x.tril(-1);
        at::Tensor tau = (1.0 + (a * a).sum(-2)).reciprocal() * 2.0;
        return at::linalg_householder_product(a, tau) * x.diagonal(0, -2, -1).to(at::kInt).unsqueeze(-2);
    }

    at::Tensor reflections_of(const at::Tensor &value) const
    {
        if (map != OrthogonalMap::householder)
            fail(CT_ERROR_NOT_IMPLEMENTED, "It is not possible to assign to the matrix exponential or the Cayley "
                                           "parametrizations when use_trivialization=False.");
        auto [a, tau] = at::geqrf(tall(value));
        at::Tensor signs = a.diagonal(0, -2, -1);
        signs.sign_();
        signs.copy_(at::where(tau == 0.0, -signs, signs));
        return value.size(-2) < value.size(-1) ? a.mT() : a;
    }

    // An orthogonal square matrix that begins with these columns, made orthogonal.
    at::Tensor completed(const at::Tensor &q) const
    {
        int64_t n = q.size(-2), k = q.size(-1);
        if (n == k)
            return is_orthogonal(q) ? q.clone() : make_orthogonal(q);
        std::vector<int64_t> sizes = q.sizes().vec();
        sizes.back() = n - k;
        return make_orthogonal(at::cat({q, at::randn(sizes, q.options())}, -1));
    }

    OrthogonalMap map;
    bool use_trivialization;
};

// The parameter as it is, for a map that begins with its values or sizes.
at::Tensor current(const Object &module, const std::string &name, const char *what)
{
    return parametrizations_of(module, name) ? computed_parameter(module, name)
                                             : plain_parameter(module, name, what);
}

} // namespace

void weight_norm(Object &module, const std::string &name, int64_t dim)
{
    register_parametrization(module, name, std::make_shared<WeightNorm>(dim == CT_NONE ? -1 : dim), /*is_unsafe=*/true);
}

void spectral_norm(Object &module, const std::string &name, int64_t n_power_iterations, double eps, int64_t dim)
{
    at::Tensor weight = current(module, name, "SpectralNorm");
    dim = output_dim(module, dim);
    int64_t n = weight.dim();
    if (dim >= n || dim < -n)
        fail(CT_ERROR_INDEX, "Dimension out of range (expected to be in range of [" + std::to_string(-n) + ", " +
                                 std::to_string(n - 1) + "] but got " + std::to_string(dim) + ")");
    auto map = std::make_shared<SpectralNorm>(check_iterations(n_power_iterations), eps, dim < 0 ? dim + n : dim);
    map->start(weight);
    register_parametrization(module, name, map, /*is_unsafe=*/false);
}

void orthogonal(Object &module, const std::string &name, const char *map_name, bool use_trivialization)
{
    at::Tensor weight = current(module, name, "orthogonal");
    if (weight.dim() < 2)
        fail(CT_ERROR_VALUE, "Expected a matrix or batch of matrices. Got a tensor of " + std::to_string(weight.dim()) +
                                 " dimensions.");
    OrthogonalMap map = orthogonal_map(map_name, weight);
    if (weight.is_complex() && map == OrthogonalMap::householder)
        fail(CT_ERROR_VALUE, "The householder parametrization does not support complex tensors.");
    register_parametrization(module, name, std::make_shared<Orthogonal>(map, use_trivialization), /*is_unsafe=*/true);
}

bool parametrize_as(const std::string &class_name, Object &module, const std::string &name)
{
    if (class_name == "_WeightNorm")
        weight_norm(module, name, 0);
    else if (class_name == "_SpectralNorm")
        spectral_norm(module, name, 1, 1e-12, CT_NONE);
    else if (class_name == "_Orthogonal")
        orthogonal(module, name, nullptr, /*use_trivialization=*/true);
    else
        return false;
    return true;
}

} // namespace ct
