# Read early by ports that use variables before the targets.
.include <bsd.port.options.mk>
