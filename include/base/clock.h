/* clock.h: time as the program measures it. */
#ifndef PGWHY_BASE_CLOCK_H
#define PGWHY_BASE_CLOCK_H

#include <stdint.h>

int64_t clock_ms(void); /* monotonic milliseconds, for deadlines and intervals */
double clock_s(void); /* monotonic seconds */
int64_t clock_wall_ms(void); /* milliseconds since 1970, to show */

#endif
