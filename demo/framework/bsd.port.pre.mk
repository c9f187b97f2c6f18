# Read early by ports that look at variables before the targets; there is nothing to prepare here.
OPSYS?=	DragonFly
OSVERSION?=	9999999
ARCH?=	x86_64
