/**
 * How each kind of record is laid down: its row, its indexes, and what derives from it.
 *
 * <p>Used by the nouns' handlers, which refer to one another's records through these kinds, and by the
 * queries. Knows nothing of commands. Invariant: the index rows of a record are a function of the record.
 */
@NullMarked
package io.meshkit.domain.records;

import org.jspecify.annotations.NullMarked;
