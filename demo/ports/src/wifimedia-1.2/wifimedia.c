#include <stdio.h>
#include <sys/types.h>
#include <sys/socket.h>
#include <net/if.h>

static const struct { int mode; const char *name; } modes[] = {
	{ IFM_IEEE80211_11A, "11a" },
	{ IFM_IEEE80211_VHT5G, "11ac" },
};

int
main(void)
{
	for (unsigned i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		printf("%s %d\n", modes[i].name, modes[i].mode);
	return 0;
}
