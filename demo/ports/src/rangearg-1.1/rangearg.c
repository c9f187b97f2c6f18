#include <stdio.h>
#include <stdlib.h>

long long strtonum(const char *, long long, long long, const char **);

int
main(int argc, char **argv)
{
	const char *e = NULL;
	printf("%lld\n", strtonum(argc > 1 ? argv[1] : "5", 1, 10, &e));
	return e != NULL;
}
