/* inquiry.h: "why is my index not used", asked at the prompt, answered on a page. */
#ifndef PGWHY_APP_INQUIRY_H
#define PGWHY_APP_INQUIRY_H

#include "app/state.h"

void word_why(App *app, const char *rest); /* :why */

#endif
