/**
 * YAML and JSON files with records in them, read strictly, with the place of every fault. Called by import, export and the commands that take a file.
 */
@NullMarked
package io.omnirelay.cli.file;

import org.jspecify.annotations.NullMarked;
