/**
 * OmniRelay: one port that speaks HTTP/3, HTTP/2, HTTP/1.1 and gRPC, bound generically to protobuf
 * service descriptors. It holds no MeshKit state.
 */
@NullMarked
package io.omnirelay.transport;

import org.jspecify.annotations.NullMarked;
