#include <stdio.h>
#include <sys/types.h>

int
main(void)
{
	off_t size = 5;

	printf("%d\n", size);
	return 0;
}
