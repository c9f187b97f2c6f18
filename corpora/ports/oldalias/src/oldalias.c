#include <stdio.h>

int
main(void)
{
	puts("alias");
	return 0;
}
