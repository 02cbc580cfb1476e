/**
 * The network between the nodes of a run: each node in a network namespace of its own, linked to the runner's, which
 * routes between them and can drop what goes from one to another. Called by nemeses and by whoever starts nodes.
 *
 * <p>Invariant: clients in the runner's namespace reach every node whatever is dropped between nodes, so that they
 * see what a node that is cut off answers.
 */
@NullMarked
package io.meshkit.jepsen.net;

import org.jspecify.annotations.NullMarked;
