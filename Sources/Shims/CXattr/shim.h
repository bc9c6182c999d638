// Extended attributes: the C library has them, Swift's module of it does not.
#include <sys/types.h>
#include <sys/xattr.h>
