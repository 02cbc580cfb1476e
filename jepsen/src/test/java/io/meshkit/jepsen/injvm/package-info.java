/**
 * Three real Ratis servers in one JVM under injected faults, with the real registry on real disks, judged by the
 * checkers. Between the simulation, which has no Ratis, and the runs of real processes, which cannot place a fault
 * exactly.
 */
@NullMarked
package io.meshkit.jepsen.injvm;

import org.jspecify.annotations.NullMarked;
