package io.omnirelay.cli.mesh;

import picocli.CommandLine.Option;

/** The order of a list whose verb can sort. */
final class SortFlag {

    @Option(
            names = "--sort",
            paramLabel = "FIELDS",
            description =
                    "By fields, the first weighs most, each with desc after it to turn it round: \"region desc,role\"."
                            + " An unknown one is answered with those there are. Default: by id.")
    String by = "";
}
