#include <stdio.h>
#include "units.h"

void
format_load(char *text, unsigned percent)
{
	snprintf(text, UNIT_LENGTH, "%u%%", percent);
}
