// The C library has these, Swift's module of it does not: extended attributes and the allocator's settings.
#include <sys/types.h>
#include <sys/xattr.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif
