#include <stdio.h>

int
main(void)
{
	puts("names");
	return 0;
}
