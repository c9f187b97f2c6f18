--- oldform.c.orig
+++ oldform.c
@@ -3,7 +3,7 @@
 static const char *
 device(void)
 {
-	return "/dev/cuad0";
+	return "/dev/ttya0";
 }
 
 int
