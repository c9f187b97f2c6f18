--- wraptext.c.orig
+++ wraptext.c
@@ -3,7 +3,7 @@
 int
 width(void)
 {
-	return 80;
+	return 72;
 }
 
 int
