#include <stdio.h>
#ifdef __DragonFly__
#include <stdlib.h>
#endif

int
main(void)
{
	puts("beep");
	return 0;
}
