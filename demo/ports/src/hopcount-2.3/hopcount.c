#include <stdio.h>

#if defined(__FreeBSD__)
#define TTL "net.inet.ip.ttl"
#elif defined(__linux__)
#define TTL "/proc/sys/net/ipv4/ip_default_ttl"
#else
#error "hopcount does not support this system"
#endif

int
main(void)
{
	printf("the default is in %s\n", TTL);
	return 0;
}
