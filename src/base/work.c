/* work.c: background jobs on a few threads that are started when they are needed.
 *
 * Threads at rest end with their Work; one in the middle of a job (a look-up of a name cannot be interrupted) is let go and may
 * outlive it: whoever leaves last, the owner or a thread, frees it. A byte in the pipe says that `finished` is not empty. */
#include "base/work.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { MOST_THREADS = 8, STACK_BYTES = 64 << 20 };

typedef struct Job {
	struct Job *next;
	void (*run)(void *job);
	void (*done)(void *job);
	void *job;
} Job;

typedef struct Queue {
	Job *first, *last;
	size_t count;
} Queue;

struct Work {
	pthread_mutex_t lock; /* of all below but `pending`, which only the loop's thread touches */
	pthread_cond_t posted;
	Queue waiting, finished;
	size_t threads, idle;
	pthread_t ids[MOST_THREADS];
	bool closed;
	int pipe[2];
	size_t pending;
};

static void queue_add(Queue *queue, Job *job) {
	job->next = NULL;
	*(queue->first ? &queue->last->next : &queue->first) = job;
	queue->last = job;
	queue->count++;
}

static Job *queue_take(Queue *queue) {
	Job *job = queue->first;
	if (!job) return NULL;
	queue->first = job->next;
	queue->count--;
	return job;
}

static void queue_free(Queue *queue) {
	for (Job *job; (job = queue_take(queue));) free(job);
}

static bool make_pipe(int fds[2]) {
	if (pipe(fds) != 0) return false;
	for (int i = 0; i < 2; i++) {
		fcntl(fds[i], F_SETFD, FD_CLOEXEC);
		fcntl(fds[i], F_SETFL, O_NONBLOCK);
	}
	return true;
}

Work *work_new(Err *err) {
	int fds[2];
	if (!make_pipe(fds)) {
		err_system(err, "could not create a pipe");
		return NULL;
	}
	Work *work = calloc(1, sizeof *work);
	if (!work) die("out of memory");
	pthread_mutex_init(&work->lock, NULL);
	pthread_cond_init(&work->posted, NULL);
	work->pipe[0] = fds[0];
	work->pipe[1] = fds[1];
	return work;
}

static void destroy(Work *work) {
	queue_free(&work->waiting);
	queue_free(&work->finished);
	close(work->pipe[0]);
	close(work->pipe[1]);
	pthread_cond_destroy(&work->posted);
	pthread_mutex_destroy(&work->lock);
	free(work);
}

int work_fd(const Work *work) {
	return work->pipe[0];
}

/* Called with the lock held. A full pipe is readable, which is all that is wanted. */
static void finish(Work *work, Job *job) {
	bool first = !work->finished.first;
	queue_add(&work->finished, job);
	if (!first) return;
	while (write(work->pipe[1], "", 1) < 0 && errno == EINTR) continue;
}

/* Called with the lock held, which it gives up while the job runs. */
static bool run_next(Work *work) {
	Job *job = queue_take(&work->waiting);
	if (!job) return false;
	pthread_mutex_unlock(&work->lock);
	job->run(job->job);
	pthread_mutex_lock(&work->lock);
	finish(work, job);
	return true;
}

static void *serve(void *argument) {
	Work *work = argument;
	pthread_mutex_lock(&work->lock);
	while (!work->closed) {
		if (run_next(work)) continue;
		work->idle++;
		pthread_cond_wait(&work->posted, &work->lock);
		work->idle--;
	}
	bool last = --work->threads == 0;
	pthread_mutex_unlock(&work->lock);
	if (last) destroy(work);
	return NULL;
}

/* Signals are the loop's business: a thread is born with all of them blocked. */
static bool start_thread(Work *work) {
	sigset_t all, before;
	pthread_attr_t attributes;
	sigfillset(&all);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	bool started = pthread_create(&work->ids[work->threads], &attributes, serve, work) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	return started;
}

void work_post(Work *work, void (*run)(void *job), void (*done)(void *job), void *argument) {
	Job *job = calloc(1, sizeof *job);
	if (!job) die("out of memory");
	*job = (Job){.run = run, .done = done, .job = argument};
	work->pending++;
	pthread_mutex_lock(&work->lock);
	queue_add(&work->waiting, job);
	if (work->waiting.count > work->idle && work->threads < MOST_THREADS && start_thread(work)) work->threads++;
	if (work->threads == 0) run_next(work); /* the system gives us no thread at all: slow is better than never */
	pthread_cond_signal(&work->posted);
	pthread_mutex_unlock(&work->lock);
}

size_t work_collect(Work *work) {
	char bytes[64];
	while (read(work->pipe[0], bytes, sizeof bytes) > 0) continue;
	pthread_mutex_lock(&work->lock);
	Queue finished = work->finished;
	work->finished = (Queue){0};
	pthread_mutex_unlock(&work->lock);
	size_t count = finished.count;
	for (Job *job; (job = queue_take(&finished)); free(job)) {
		work->pending--;
		job->done(job->job);
	}
	return count;
}

size_t work_pending(const Work *work) {
	return work->pending;
}

void work_free(Work *work) {
	if (!work) return;
	pthread_t ids[MOST_THREADS];
	pthread_mutex_lock(&work->lock);
	work->closed = true;
	size_t threads = work->threads;
	bool at_rest = work->idle == threads;
	memcpy(ids, work->ids, sizeof ids);
	pthread_cond_broadcast(&work->posted);
	pthread_mutex_unlock(&work->lock);
	for (size_t i = 0; i < threads; i++) at_rest ? pthread_join(ids[i], NULL) : pthread_detach(ids[i]);
	if (!threads) destroy(work);
}
