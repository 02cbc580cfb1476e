/**
 * The contract that every other module speaks: the error taxonomy and its carriers. The messages and
 * services themselves are generated from {@code meshkit/v1/*.proto} into {@code io.meshkit.v1}.
 *
 * <p>Imports nothing of ours. Everything here is immutable and safe for use by many threads.
 */
@NullMarked
package io.meshkit.api;

import org.jspecify.annotations.NullMarked;
