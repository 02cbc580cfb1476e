/**
 * The store in memory: for tests, and for simulations that crash it on purpose.
 *
 * <p>Deterministic: the same batches make the same store. Tables are persistent trees, so that a snapshot
 * costs nothing and holds still by construction.
 */
@NullMarked
package io.meshkit.storage.memory;

import org.jspecify.annotations.NullMarked;
