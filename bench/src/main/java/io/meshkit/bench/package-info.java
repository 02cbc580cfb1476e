/**
 * Measurements of the registry and of its peers under the same load.
 */
@NullMarked
package io.meshkit.bench;

import org.jspecify.annotations.NullMarked;
