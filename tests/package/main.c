/* A user's program on an installed ctorch: the library that it runs with is the one whose headers it was compiled with.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch.h>

#include <stdio.h>
#include <string.h>

int main(void)
{
    char headers[32];
    snprintf(headers, sizeof headers, "%d.%d.%d", CT_VERSION_MAJOR, CT_VERSION_MINOR, CT_VERSION_PATCH);
    if (strcmp(headers, ct_version()) != 0 || strlen(ct_torch_version()) == 0) {
        fprintf(stderr, "headers of ctorch %s, library %s, libtorch '%s'\n", headers, ct_version(), ct_torch_version());
        return 1;
    }
    printf("ctorch %s on libtorch %s\n", ct_version(), ct_torch_version());
    return 0;
}
