--- lib/getopt.c.orig	2024-02-11 10:12:33 UTC
+++ lib/getopt.c
@@ -78,8 +78,8 @@
 #include <string.h>
 #endif
 
-#if defined (WIN32) && !defined (__CYGWIN32__)
-/* It's not Unix, really.  See?  Capital letters.  */
+#if defined(__DragonFly__)
+#define ELIDE_CODE
 #include <windows.h>
 #define getpid() GetCurrentProcessId()
 #endif
