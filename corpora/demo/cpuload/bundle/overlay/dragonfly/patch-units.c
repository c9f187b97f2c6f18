--- units.c.orig
+++ units.c
@@ -1,10 +1,10 @@
-#include <malloc.h>
+#include <stdlib.h>
 #include <stdio.h>
 
 char *
 load_text(int percent)
 {
-	char *text = memalign(16, 16);
+	char *text = malloc(16);
 
 	sprintf(text, "%d%%", percent);
 	return text;
