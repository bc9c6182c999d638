// The C library has these, Swift's module of it does not: extended attributes, the type of a file system and the allocator's settings.
#include <sys/types.h>
#include <sys/xattr.h>
#if defined(__linux__)
#include <sys/vfs.h>
#endif
#if defined(__GLIBC__)
#include <malloc.h>
#endif
