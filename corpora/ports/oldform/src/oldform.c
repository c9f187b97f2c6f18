#include <stdio.h>

static const char *
device(void)
{
	/* The first serial line. */
	return "/dev/cuau0";
}

int
main(void)
{
#ifdef QUIET
	return 0;
#else
	puts(device());
	return 0;
#endif
}
