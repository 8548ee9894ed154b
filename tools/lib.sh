# What the commands beside this file share: packages, where builds go, how they are configured. Sourced by bash.
# SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# libtorch alone would come with the reference BLAS, which is an order of magnitude slower than OpenBLAS.
build_packages=(gcc g++ cmake ninja-build ccache libtorch-dev libopenblas0-pthread)
test_packages=(check pkg-config python3 python3-torch python3-torchvision python3-setuptools)
# What some releases have: the reference reader of safetensors.
optional_test_packages=(python3-safetensors)

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

is_installed()
{
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2> /dev/null)" = installed ]
}

# Installs those of the named packages that are missing; a system without apt must bring them itself. Those behind
# `--if-known` are left out where the release does not have them.
need()
{
    command -v apt-get > /dev/null || return 0
    local package optional=no missing=() wanted=()
    for package in "$@"; do
        if [ "$package" = --if-known ]; then
            optional=yes
        elif ! is_installed "$package"; then
            [ $optional = yes ] && wanted+=("$package") || missing+=("$package")
        fi
    done
    [ $((${#missing[@]} + ${#wanted[@]})) -gt 0 ] || return 0
    if [ "$(id -u)" != 0 ]; then
        [ ${#missing[@]} = 0 ] || fail "missing packages: run 'apt-get install ${missing[*]}' as root, then this again"
        return 0
    fi
    export DEBIAN_FRONTEND=noninteractive
    [ ${#missing[@]} = 0 ] && [ -n "$(apt-cache pkgnames libtorch-dev)" ] || apt-get update -qq
    for package in "${wanted[@]}"; do
        [ -z "$(apt-cache --names-only search "^$package\$")" ] || missing+=("$package")
    done
    [ ${#missing[@]} = 0 ] || install "${missing[@]}"
}

install()
{
    say "installing $*"
    local log
    log=$(mktemp)
    if ! apt-get install -q -y --no-install-recommends "$@" > "$log" 2>&1; then
        cat "$log"
        fail "apt-get could not install $*: its messages stand above"
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
