# Read early by ports that use variables before the targets.
OPSYS?=	DragonFly
OSVERSION?=	9999999
ARCH?=	x86_64
PORT_OPTIONS=	${OPTIONS_DEFAULT}
