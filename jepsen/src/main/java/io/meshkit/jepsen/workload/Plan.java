package io.meshkit.jepsen.workload;

import java.util.Random;

/**
 * What a workload is to expect.
 *
 * @param threads           that ask for operations, ≥ 1
 * @param nodes             of the quorum, ≥ 1
 * @param operationsPlanned over the whole run, about
 * @param random            of the seed; the workload's own
 */
public record Plan(int threads, int nodes, long operationsPlanned, Random random) {}
