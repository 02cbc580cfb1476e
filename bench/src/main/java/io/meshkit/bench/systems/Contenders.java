package io.meshkit.bench.systems;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The systems that can be measured side by side. */
public enum Contenders {
    MESHKIT("meshkit") {
        @Override
        public Contender make(Path directory, int basePort) throws IOException, InterruptedException {
            return MeshKitQuorum.make(directory, basePort);
        }
    },
    ETCD("etcd") {
        @Override
        public Contender make(Path directory, int basePort) throws IOException {
            Path binary = Commands.find("etcd")
                    .orElseThrow(() -> new NotInstalledException("etcd is not installed", "apt install etcd-server"));
            return Etcd.make(binary, directory, basePort);
        }
    },
    ZOOKEEPER("zookeeper") {
        @Override
        public Contender make(Path directory, int basePort) throws IOException {
            if (!Files.isReadable(DEBIAN_JAR)) {
                throw new NotInstalledException("ZooKeeper is not installed", "apt install zookeeper");
            }
            return ZooKeepers.make(DEBIAN_JAR, directory, basePort);
        }
    };

    /** Where Debian's package puts it; its manifest names what it needs. */
    private static final Path DEBIAN_JAR = Path.of("/usr/share/java/zookeeper.jar");

    private final String label;

    Contenders(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }

    /**
     * Sets one up, with nothing started.
     *
     * @param directory empty or missing; absolute
     * @param basePort  of the ports that it takes, at most 40
     * @throws NotInstalledException if this machine does not have it
     */
    public abstract Contender make(Path directory, int basePort) throws IOException, InterruptedException;

    /** @throws IllegalArgumentException if there is none of that name */
    public static Contenders of(String label) {
        for (Contenders each : values()) {
            if (each.label.equals(label)) {
                return each;
            }
        }
        throw new IllegalArgumentException("'" + label + "' is none of "
                + Arrays.stream(values()).map(Contenders::label).collect(Collectors.joining(", ")));
    }

    /** A system that this machine does not have. */
    public static final class NotInstalledException extends IOException {
        private static final long serialVersionUID = 1L;
        private final String remedy;

        NotInstalledException(String message, String remedy) {
            super(message);
            this.remedy = remedy;
        }

        /** The command that installs it. */
        public String remedy() {
            return remedy;
        }
    }
}
