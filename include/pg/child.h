/* child.h: a process of our own that starts alone: no terminal, no handlers, no descriptors but those it is given. */
#ifndef PGWHY_PG_CHILD_H
#define PGWHY_PG_CHILD_H

#include <stddef.h>
#include <sys/types.h>

enum { CHILD_FD = 3, CHILD_MOST_FDS = 4 };

/* As fork(). The child finds `fds` as CHILD_FD, CHILD_FD + 1 …, all CLOEXEC; everything else is closed, standard input and output are
 * /dev/null, signals are as at the start of a program, and it leads a session of its own. Only plain system calls are made on the way,
 * so that it may be called in a program with threads (whose child should go on like that). */
pid_t child_fork(const int *fds, size_t count);

#endif
