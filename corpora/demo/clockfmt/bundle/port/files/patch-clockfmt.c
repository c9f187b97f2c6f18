--- clockfmt.c.orig	2023-01-01 00:00:00 UTC
+++ clockfmt.c
@@ -4,7 +4,7 @@
 int
 main(int argc, char **argv)
 {
-	long now = time(0);
+	time_t now = time(0);
 	printf("%s", ctime(&now));
 	return 0;
 }
