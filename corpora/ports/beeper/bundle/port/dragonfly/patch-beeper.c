--- beeper.c.orig
+++ beeper.c
@@ -1,4 +1,7 @@
 #include <stdio.h>
+#ifdef __DragonFly__
+#include <stdlib.h>
+#endif
 
 int
 main(void)
