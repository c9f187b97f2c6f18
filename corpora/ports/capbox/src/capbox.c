#include <sys/capsicum.h>
#include <stdio.h>

int
main(void)
{
	if (cap_enter() != 0)
		return 1;
	puts("boxed");
	return 0;
}
