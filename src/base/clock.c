/* clock.c: time as the program measures it. */
#include "base/clock.h"

#include <time.h>

static int64_t nanoseconds(clockid_t clock) {
	struct timespec now;
	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t clock_ms(void) {
	return nanoseconds(CLOCK_MONOTONIC) / 1000000;
}

double clock_s(void) {
	return (double)nanoseconds(CLOCK_MONOTONIC) / 1e9;
}

int64_t clock_wall_ms(void) {
	return nanoseconds(CLOCK_REALTIME) / 1000000;
}
