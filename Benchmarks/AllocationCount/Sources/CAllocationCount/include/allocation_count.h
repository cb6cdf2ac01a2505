#ifndef ALLOCATION_COUNT_H
#define ALLOCATION_COUNT_H

/// How many heap blocks this thread has asked for since it began.
long allocation_count(void);

#endif
