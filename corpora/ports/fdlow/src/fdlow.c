#include <stdio.h>

int	descriptors_lowest(int);

int
main(void)
{
	printf("%d\n", descriptors_lowest(3));
	return 0;
}
