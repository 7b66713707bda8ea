#include "queue.h"

#include <pthread.h>
#include <stdlib.h>

#include "arena.h"

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t some;
    struct block *head, **tail; /* guarded by lock */
    bool closed;                /* guarded by lock */
};

struct queue *queue_new(void)
{
    struct queue *queue = xcalloc(1, sizeof *queue);
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->some, NULL);
    queue->tail = &queue->head;
    return queue;
}

void queue_free(struct queue *queue)
{
    pthread_mutex_destroy(&queue->lock);
    pthread_cond_destroy(&queue->some);
    free(queue);
}

void queue_put(struct queue *queue, struct block *block)
{
    block->next = NULL;
    pthread_mutex_lock(&queue->lock);
    *queue->tail = block;
    queue->tail = &block->next;
    pthread_cond_signal(&queue->some);
    pthread_mutex_unlock(&queue->lock);
}

struct block *queue_get(struct queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    while (!queue->head && !queue->closed)
        pthread_cond_wait(&queue->some, &queue->lock);
    struct block *block = queue->head;
    if (block) {
        queue->head = block->next;
        if (!queue->head)
            queue->tail = &queue->head;
    }
    pthread_mutex_unlock(&queue->lock);
    return block;
}

void queue_close(struct queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->closed = true;
    pthread_cond_broadcast(&queue->some);
    pthread_mutex_unlock(&queue->lock);
}
