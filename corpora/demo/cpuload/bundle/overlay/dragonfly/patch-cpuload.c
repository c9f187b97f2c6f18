--- cpuload.c.orig
+++ cpuload.c
@@ -1,7 +1,7 @@
 #include <stdio.h>
 #include "units.h"
 
-#if defined(__FreeBSD__)
+#if defined(__FreeBSD__) || defined(__DragonFly__)
 #define SOURCE "kern.cp_time"
 #endif
 
