package io.omnirelay.cli.mesh;

import picocli.CommandLine.Option;

/** Of every list that can be watched. */
final class WatchFlag {

    @Option(
            names = {"-w", "--watch"},
            description = "Show the list, and then every change, until Ctrl-C: a table that is redrawn on a terminal,"
                    + " rows elsewhere, with --json a line per message.")
    boolean on;
}
