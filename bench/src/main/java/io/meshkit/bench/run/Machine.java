package io.meshkit.bench.run;

import java.util.List;

/**
 * Where it was measured.
 *
 * @param localNodes names of the nodes whose processes are on this machine
 */
record Machine(int processors, String os, String javaRuntime, String clusterId, List<String> localNodes) {

    static Machine current(String clusterId, List<String> localNodes) {
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
                clusterId,
                localNodes);
    }
}
