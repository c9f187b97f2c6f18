#include <stdio.h>
#include <malloc_np.h>

int
main(void)
{
	puts("two");
	return 0;
}
