#include <stdio.h>

int
main(void)
{
	puts("themes");
	return 0;
}
