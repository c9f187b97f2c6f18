# Read by every make, from sys.mk. As DragonFly's make: `make -V VAR` prints the expanded value.
.MAKE.EXPAND_VARIABLES=	yes
