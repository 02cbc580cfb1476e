/**
 * The verbs that read: single records, filtered pages, the audit history, versions and the state's hash.
 *
 * <p>Called through {@code io.meshkit.domain.Queries}. Pure functions of a view; they write nothing and keep
 * nothing. Invariant: a page's cursor continues only the very list that it came from.
 */
@NullMarked
package io.meshkit.domain.query;

import org.jspecify.annotations.NullMarked;
