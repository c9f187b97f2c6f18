--- terminal.c.orig	2024-02-11 10:12:33 UTC
+++ terminal.c
@@ -577,6 +577,7 @@
   if (term == 0)
     term = "dumb";
 
+  /* Some termcaps of DragonFly say dumb and are not. */
++  dumbterm = STREQ (term, "dumb");
 
 #ifdef __MSDOS__
   _rl_term_im = _rl_term_ei = (char *)NULL;
