--- rates.c.orig
+++ rates.c
@@ -3,7 +3,7 @@
 int
 main(void)
 {
-	long rate = 9600;
+	long rate = 19200;
 
 	printf("%ld\n", rate);
 	return 0;
