int latest(void);
