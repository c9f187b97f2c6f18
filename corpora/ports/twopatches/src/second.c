int
second(void)
{
	int value = 2;

	return value;
}
