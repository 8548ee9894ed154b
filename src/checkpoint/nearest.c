/* checkpoint/nearest.c: Levenshtein's distance, a row at a time.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "checkpoint/nearest.h"

#include <string.h>

enum { LONGEST = 255 };

static size_t least(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

size_t edit_distance(const char *a, const char *b, size_t most)
{
    size_t n = strlen(a), m = strlen(b);
    size_t far = most + 1;
    if (n > LONGEST || m > LONGEST || (n > m ? n - m : m - n) > most)
        return far;
    size_t row[LONGEST + 1];
    for (size_t j = 0; j <= m; j++)
        row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t diagonal = row[0], best = row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t changed = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = least(row[j] + 1, row[j - 1] + 1, changed);
            best = row[j] < best ? row[j] : best;
        }
        if (best > most)
            return far;
    }
    return row[m] > most ? far : row[m];
}
