/* version.h: pgwhy's version; the Makefile reads it from here. */
#ifndef PGWHY_BASE_VERSION_H
#define PGWHY_BASE_VERSION_H

#define PGWHY_VERSION "0.1.0"

#endif
