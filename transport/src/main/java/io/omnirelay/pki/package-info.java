/**
 * Certificates: a small certificate authority for a quorum's own identities, and the identity behind a TLS
 * session. {@code CertificateAuthority} needs Bouncy Castle's bcpkix, an optional dependency; the rest does not.
 */
@NullMarked
package io.omnirelay.pki;

import org.jspecify.annotations.NullMarked;
