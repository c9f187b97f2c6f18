#include <stdio.h>
#include "event.h"

int
main(void)
{
	printf("%d\n", HAVE_KQUEUE);
	return 0;
}
