#include <stdio.h>
int main(void){puts("dfwho");return 0;}
