package io.omnirelay.cli.quorum;

import java.nio.file.Path;

/**
 * Where the files of a quorum on this machine are.
 *
 * @param directory absolute, normalized
 */
record Layout(Path directory) {

    static Layout of(Path directory) {
        return new Layout(directory.toAbsolutePath().normalize());
    }

    /** The directory that holds a file of the layout. */
    static Path directoryOf(Path file) {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IllegalArgumentException(file + " is in no directory");
        }
        return directory;
    }

    Path clientYaml() {
        return directory.resolve("client.yaml");
    }

    Path accessYaml() {
        return directory.resolve("access.yaml");
    }

    Path adminToken() {
        return directory.resolve("admin.token");
    }

    Path tls(String file) {
        return directory.resolve("tls").resolve(file);
    }

    Path lock() {
        return directory.resolve(".lock");
    }

    /** There once all nodes were ready together: from then on a node without data has lost it. */
    Path made() {
        return directory.resolve(".made");
    }

    Path node(String node) {
        return directory.resolve(node);
    }

    Path config(String node) {
        return node(node).resolve("server.yaml");
    }

    Path pid(String node) {
        return node(node).resolve("pid");
    }

    Path console(String node) {
        return node(node).resolve("log").resolve("console.log");
    }
}
