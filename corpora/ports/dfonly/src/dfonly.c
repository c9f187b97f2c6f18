#include <stdio.h>

int
main(void)
{
	puts("only here");
	return 0;
}
