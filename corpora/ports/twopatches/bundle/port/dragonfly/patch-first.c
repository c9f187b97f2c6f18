--- first.c.orig
+++ first.c
@@ -1,5 +1,5 @@
 int
 first(void)
 {
-	return 1;
+	return 11;
 }
