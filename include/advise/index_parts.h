/* index_parts.h: an index of a partitioned table as what it consists of: its own, and one on each partition, named apart. */
#ifndef PGWHY_ADVISE_INDEX_PARTS_H
#define PGWHY_ADVISE_INDEX_PARTS_H

#include "advise/finding.h"

typedef struct IndexPart {
	IndexAdvice index;
	size_t parent; /* place of the one that it is attached to; of the first its own */
} IndexPart;
typedef LIST(IndexPart) IndexParts;

/* The first is the whole's, a parent stands before its children. `partitions`: each behind its parent; those of other tables are passed over.
 * `facts`, `naming`: as of index_name_in. */
IndexParts index_parts(Arena *arena, const IndexAdvice *whole, const PartitionFacts *partitions, size_t count, const Facts *facts, const char *naming);

#endif
