/**
 * The {@code omnirelay} command line, on top of the client SDK.
 */
@NullMarked
package io.omnirelay.cli;

import org.jspecify.annotations.NullMarked;
