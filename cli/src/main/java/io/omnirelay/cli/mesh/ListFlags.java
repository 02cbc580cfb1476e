package io.omnirelay.cli.mesh;

import picocli.CommandLine.Option;

/** Options of every list. */
final class ListFlags {

    @Option(names = "--limit", paramLabel = "N", description = "At most so many records. Default: all.")
    long limit = Long.MAX_VALUE;

    @Option(
            names = "--page-size",
            paramLabel = "N",
            description = "Records per request, 1–500. Default: ${DEFAULT-VALUE}.")
    int pageSize = 500;

    /** Never more than is wanted. */
    int pageSize() {
        return (int) Math.max(1, Math.min(pageSize, limit));
    }
}
