#include <stdio.h>

int
main(void)
{
	puts(EVENTS);
	return 0;
}
