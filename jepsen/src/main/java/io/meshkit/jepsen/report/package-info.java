/**
 * What is left of a run: one HTML file for people, {@code history.jsonl} and {@code test.json} for programs, JUnit
 * XML for CI. Called by the runs; reads no cluster.
 *
 * <p>Invariant: the HTML file needs nothing but itself.
 */
@NullMarked
package io.meshkit.jepsen.report;

import org.jspecify.annotations.NullMarked;
