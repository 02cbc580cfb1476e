/**
 * REST, bound to service descriptors by their {@code google.api.http} annotations: routes, requests made of
 * path, query, headers and body, the calls themselves, and the OpenAPI document.
 *
 * <p>Invariant: a call runs through the same {@code ServerMethodDefinition}, and so the same interceptors, as
 * over gRPC.
 */
@NullMarked
package io.omnirelay.transport.rest;

import org.jspecify.annotations.NullMarked;
