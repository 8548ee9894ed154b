# What the commands beside this file share: packages, where builds go, how they are configured. Sourced by bash.
# SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# libtorch alone would come with the reference BLAS, which is an order of magnitude slower than OpenBLAS.
build_packages=(gcc g++ cmake ninja-build ccache libtorch-dev libopenblas0-pthread)
test_packages=(check pkg-config python3 python3-torch python3-setuptools)
# The reference reader of safetensors, which older releases do not have.
if [ -n "$(apt-cache pkgnames python3-safetensors 2> /dev/null || true)" ]; then
    test_packages+=(python3-safetensors)
fi

export CCACHE_BASEDIR=$source_dir CCACHE_NOHASHDIR=1
# Without these ccache does not touch a file that uses a precompiled header.
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime

say()
{
    printf '\n== %s\n' "$*"
}

fail()
{
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# Installs those of the named packages that are missing; a system without apt must bring them itself.
need()
{
    command -v apt-get > /dev/null || return 0
    local package missing=()
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null)" = installed ] || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    [ "$(id -u)" = 0 ] || fail "missing packages: run 'apt-get install ${missing[*]}' as root, then this again"
    say "installing ${missing[*]}"
    local log
    log=$(mktemp)
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    if ! apt-get install -q -y --no-install-recommends "${missing[@]}" > "$log" 2>&1; then
        cat "$log"
        fail "apt-get could not install ${missing[*]}: its messages stand above"
    fi
    rm "$log"
}

# How many compilers may run at once: one per core, while there are 1.5 GiB for each; libtorch's headers take 1.2.
compilers_at_once()
{
    local cores memory
    cores=$(nproc)
    memory=$(awk '/^MemAvailable:/ { print int($2 / 1572864) }' /proc/meminfo)
    [ "$memory" -lt "$cores" ] && cores=$memory
    [ "$cores" -ge 1 ] || cores=1
    echo "$cores"
}

# configure FOLDER TYPE OPTION...: prepares the build folder, anew or again.
configure()
{
    local folder=$1 type=$2
    shift 2
    cmake -S "$source_dir" -B "$folder" -G Ninja --log-level=NOTICE -DCMAKE_BUILD_TYPE="$type" \
        -DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache "$@"
}

# build FOLDER TARGET...
build()
{
    local folder=$1
    shift
    cmake --build "$folder" --parallel "$(compilers_at_once)" --target "$@"
}
