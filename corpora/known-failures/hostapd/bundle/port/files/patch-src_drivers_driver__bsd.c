--- src/drivers/driver_bsd.c.orig	2024-02-11 10:12:33 UTC
+++ src/drivers/driver_bsd.c
@@ -14,6 +14,7 @@
 #include "common.h"
 #include "driver.h"
 #include "eloop.h"
+#include "common/defs.h"
 #include "common/ieee802_11_defs.h"
 #include "common/wpa_common.h"
 
