/**
 * Proto3 JSON, driven by descriptors. Called by the REST binding and by whoever prints messages to people.
 * Knows no message type but the well-known ones.
 */
@NullMarked
package io.omnirelay.transport.json;

import org.jspecify.annotations.NullMarked;
