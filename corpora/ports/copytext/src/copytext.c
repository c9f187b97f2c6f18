#include <stdio.h>
#include "compat.h"

int
main(void)
{
	char line[8];

	copy_text(line, "abc", sizeof line);
	puts(line);
	return 0;
}
