--- libcpuid/cpuid_main.c.orig	2024-02-11 10:12:33 UTC
+++ libcpuid/cpuid_main.c
@@ -58,6 +58,9 @@
 #elif defined (__FreeBSD__)
 #include <sys/param.h>
 #include <sys/cpuset.h>
+#elif defined (__DragonFly__)
+#include <pthread.h>
+#include <pthread_np.h>
 #endif
 
 /* Implementation: */
