#include <stdio.h>

static int
width(int columns)
{
	if (columns > 0)
		return columns;

	return 80; /* a terminal */
}

int
main(void)
{
	printf("%d\n", width(0));
	return 0;
}
