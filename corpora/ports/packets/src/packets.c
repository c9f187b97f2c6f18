#include <stdio.h>

int
main(void)
{
	puts(BACKEND);
	return 0;
}
