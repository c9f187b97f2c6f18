# Read early by ports that look at variables before the targets.
.include <bsd.port.options.mk>
