#include <stdio.h>
#include "table.h"

int
main(void)
{
	printf("%d\n", table_size);
	return 0;
}
