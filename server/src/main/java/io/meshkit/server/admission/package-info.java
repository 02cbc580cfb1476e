/**
 * How much of the node one caller may take, whatever transport he comes by: rate and concurrency per identity,
 * concurrency of all together, and a share of it that only keep-alives and administration may use.
 *
 * <p>Called by the endpoints for every call that the access check has let through, so what is counted is an
 * authenticated identity. Invariant: what is refused has not begun, and says when to try again.
 */
@NullMarked
package io.meshkit.server.admission;

import org.jspecify.annotations.NullMarked;
