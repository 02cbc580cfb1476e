/**
 * The hot paths one by one, measured by JMH without a network or a quorum: {@code omnirelay bench micro}. What a change
 * of one of them is worth shows here first, in nanoseconds and bytes, where a whole quorum's figures drown it in noise.
 */
@NullMarked
package io.meshkit.bench.micro;

import org.jspecify.annotations.NullMarked;
