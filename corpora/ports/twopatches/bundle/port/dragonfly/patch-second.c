--- second.c.orig
+++ second.c
@@ -1,5 +1,5 @@
 int
 second(void)
 {
-	return 2;
+	return 22;
 }
