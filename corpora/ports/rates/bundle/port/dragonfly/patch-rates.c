--- rates.c.orig
+++ rates.c
@@ -3,7 +3,7 @@
 int
 main(void)
 {
-	long rate = 9600;
+	long rate = 38400;
 
 	printf("%ld\n", rate);
 	return 0;
