#include <stdio.h>

int
main(void)
{
	long rate = 9600;

	printf("%ld\n", rate);
	return 0;
}
