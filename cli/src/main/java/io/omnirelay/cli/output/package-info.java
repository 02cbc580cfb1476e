/**
 * How results, errors and progress are shown to people and to programs. Called by every command; knows no verb.
 */
@NullMarked
package io.omnirelay.cli.output;

import org.jspecify.annotations.NullMarked;
