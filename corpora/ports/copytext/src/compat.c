#include "compat.h"

size_t
copy_text(char *to, const char *from, size_t size)
{
	size_t length = strlen(from);

	if (size > 0) {
		size_t most = length < size ? length : size - 1;
		memcpy(to, from, most);
		to[most] = 0;
	}
	return length;
}
