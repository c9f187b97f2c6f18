#include <stddef.h>
#include <string.h>

/* A replacement where libc has none. */
static int copy_text(char *, const char *, int);
size_t copy_text(char *, const char *, size_t);
