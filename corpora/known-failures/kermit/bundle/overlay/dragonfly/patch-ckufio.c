--- ckufio.c.orig	2024-02-11 10:12:33 UTC
+++ ckufio.c
@@ -101,7 +101,7 @@
 #include <sys/types.h>
 
-#ifdef __FreeBSD__
+#if defined(__FreeBSD__) || defined(__DragonFly__)
 #define BSD44CKUFIO
 #endif
 
