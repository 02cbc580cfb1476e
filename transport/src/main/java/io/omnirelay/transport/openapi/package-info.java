/**
 * The OpenAPI 3.1 document of the REST binding, generated at run time from the same descriptors that bind it:
 * {@code google.api.http} for paths, {@code meshkit.v1.rule} for scopes, {@code meshkit.v1.header} for headers.
 * Called by the server once, for {@code /openapi.json}.
 *
 * <p>Invariant: the same services and comments give the same bytes. Knows no message type but the well-known
 * ones; names of enum values and well-known types are
 * those of {@code io.omnirelay.transport.json}. Thread: everything public may be called from any thread.
 */
@NullMarked
package io.omnirelay.transport.openapi;

import org.jspecify.annotations.NullMarked;
