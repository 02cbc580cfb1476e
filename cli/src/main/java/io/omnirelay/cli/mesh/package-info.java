/**
 * The verbs on the mesh's records: {@code omnirelay mesh}. Each command builds one request; {@link io.omnirelay.cli.mesh.MeshCommand} sends it and shows the answer.
 */
@NullMarked
package io.omnirelay.cli.mesh;

import org.jspecify.annotations.NullMarked;
