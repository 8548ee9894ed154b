# SPDX-License-Identifier: BSD-3-Clause
"""The table of operators, tools/operators, and what is generated from it."""
