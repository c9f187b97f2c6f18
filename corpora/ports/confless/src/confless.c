#include <stdio.h>

int
main(void)
{
	puts("conf");
	return 0;
}
