int	first(void);
int	second(void);

int
main(void)
{
	return first() + second() == 0;
}
