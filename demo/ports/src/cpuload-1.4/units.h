#define UNIT_LENGTH 16

void format_load(char *, unsigned);
