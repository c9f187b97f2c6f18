#if defined(__FreeBSD__) || defined(__NetBSD__)
#define HAVE_KQUEUE 1
#else
#error "this platform is not supported"
#endif
