#!/bin/sh
# Installs the built library under a temporary prefix, then builds and runs a user's program on it, once by CMake's
# find_package and once by pkg-config.
#
# usage: check_package.sh BUILD_DIR CMAKE GENERATOR C_COMPILER
# SPDX-License-Identifier: BSD-3-Clause
set -eu

build=$1 cmake=$2 generator=$3 cc=$4
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$cmake" --install "$build" --prefix "$work/prefix" > "$work/install.log" || { cat "$work/install.log"; exit 1; }

# The prefix moves after the installation: neither package may remember where it was put.
mv "$work/prefix" "$work/moved"
library=$(dirname "$(find "$work/moved" -name libctorch.so)")

echo "by find_package:"
"$cmake" -S "$here" -B "$work/consumer" -G "$generator" -DCMAKE_C_COMPILER="$cc" -DCMAKE_PREFIX_PATH="$work/moved"
"$cmake" --build "$work/consumer"
"$work/consumer/consumer"

echo "by pkg-config:"
PKG_CONFIG_PATH=$library/pkgconfig
export PKG_CONFIG_PATH
flags=$(pkg-config --cflags --libs ctorch)
# shellcheck disable=SC2086 # the flags are several words
"$cc" -std=c99 -Wall -Wextra -Wpedantic -Werror "$here/main.c" -o "$work/by_pkg_config" $flags
LD_LIBRARY_PATH=$library "$work/by_pkg_config"
