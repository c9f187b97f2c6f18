#include <stdio.h>
#include "units.h"

#if defined(__FreeBSD__)
#define SOURCE "kern.cp_time"
#endif

int
main(void)
{
	char text[UNIT_LENGTH];

	format_load(text, 25);
	printf("%s of %s\n", text, SOURCE);
	return 0;
}
