# SPDX-License-Identifier: BSD-3-Clause
"""The table of layers (tools/layers/*.txt), and what is generated from it."""
