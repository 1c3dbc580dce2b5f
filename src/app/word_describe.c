/* word_describe.c: \d, \d+, \dt, \di. */
#include "app/describing.h"
#include "app/word.h"

void word_describe(App *app, const char *rest) {
	describing_open(app, &(DescribeWish){.kinds = *rest ? "{r,p,v,m,f,S,i,I,c,t}" : "{r,p,v,m,f,S}", .list = !*rest}, rest);
}

void word_describe_more(App *app, const char *rest) {
	describing_open(app, &(DescribeWish){.kinds = *rest ? "{r,p,v,m,f,S,i,I,c,t}" : "{r,p,v,m,f,S}", .list = !*rest, .more = true}, rest);
}

void word_tables(App *app, const char *rest) {
	describing_open(app, &(DescribeWish){.kinds = "{r,p}", .list = true}, rest);
}

void word_indexes(App *app, const char *rest) {
	describing_open(app, &(DescribeWish){.kinds = "{i,I}", .list = true, .indexes = true}, rest);
}
