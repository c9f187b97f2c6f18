#include <stdio.h>

int
main(void)
{
	puts("jail");
	return 0;
}
