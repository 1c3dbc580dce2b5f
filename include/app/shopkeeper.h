/* shopkeeper.h: the process that opens the demo's shop, fills it and sends the customers in.
 *
 * Runs beside the console, which holds the other ends of two pipes: `lifeline`, closed when the console goes, and `news`, on which the
 * shopkeeper tells how far it is: records ended by a zero byte, the first letter saying which (NEWS_…). */
#ifndef PGWHY_APP_SHOPKEEPER_H
#define PGWHY_APP_SHOPKEEPER_H

#include "pg/cluster.h"

enum ShopNews {
	NEWS_OPEN = 'o', /* the database is there */
	NEWS_STEP = 's', /* share (0..1), blank, what is done next */
	NEWS_DONE = 'd', /* all is loaded, everybody is at work */
	NEWS_PROBLEM = 'p' /* message, a unit separator (0x1f), hint: it goes no further */
};

typedef struct Shop {
	Cluster *cluster; /* launched */
	double scale;
	bool load; /* with clients */
	int lifeline, news;
} Shop;

extern const char shop_database[];

/* Returns when the console is gone. */
void shopkeeper_run(const Shop *shop);

#endif
