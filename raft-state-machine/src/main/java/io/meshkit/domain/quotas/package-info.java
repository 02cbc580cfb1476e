/**
 * Quotas of namespaces: the verbs that change them. What a namespace has is counted with its shards
 * ({@link io.meshkit.domain.records.NamespaceCounts}) and held against its quota where one is made.
 *
 * <p>Called by {@link io.meshkit.domain.RegistryStateMachine}. Invariant: from the first quota on, a namespace's count is
 * the number of its shards, after every command.
 */
@NullMarked
package io.meshkit.domain.quotas;

import org.jspecify.annotations.NullMarked;
