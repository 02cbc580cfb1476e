package io.meshkit.jepsen.os;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Finds out what this machine can do by doing it, inside the sandbox, and undoing it. */
public final class Probe {
    private Probe() {}

    /** Each part prints a line that starts with its capability and then says ok, or why not. */
    private static final String SCRIPT = """
            t() { name=$1; shift; if said=$("$@" 2>&1); then echo "$name ok"
                  else echo "$name $(printf %s "$said" | tr '\\n' ' ')."; fi; }
            veth() { ip link add jprobe0 type veth peer name jprobe1 && ip link del jprobe0; }
            nftables() { nft add table inet jprobe && nft delete table inet jprobe; }
            numgen() {
                nft add table inet jprobe && nft add chain inet jprobe c &&
                    nft add rule inet jprobe c numgen random mod 100 '<' 10 drop
                status=$?; nft delete table inet jprobe; return $status; }
            tmpfs() { d=$(mktemp -d) && mount -t tmpfs -o size=1m jepsen "$d" && umount "$d" && rmdir "$d"; }
            loop() {
                command -v mkfs.ext4 || { echo "no mkfs.ext4; install e2fsprogs"; return 1; }
                f=$(mktemp) && d=$(mktemp -d) && truncate -s 8M "$f" && mkfs.ext4 -q -F "$f" &&
                    mount -o loop "$f" "$d" && umount "$d"
                status=$?; rm -f "$f"; rmdir "$d"; return $status; }
            faketime() { [ -n "$1" ] || { echo "no libfaketime.so.1; install libfaketime"; return 1; }; }
            t VETH veth
            t NFTABLES nftables
            t NUMGEN numgen
            t TMPFS tmpfs
            t LOOP loop
            t FAKETIME faketime "$1"
            """;

    /** Asks from inside the sandbox. */
    public static Capabilities inside() throws IOException {
        String library = Libraries.faketime().map(Object::toString).orElse("");
        Commands.Outcome outcome = Commands.attempt(List.of("sh", "-c", SCRIPT, "probe", library), "");
        return read(outcome.output());
    }

    /** Of the script's lines; what is not mentioned is missing. */
    static Capabilities read(String output) {
        Map<Capability, String> missing = new EnumMap<>(Capability.class);
        for (Capability capability : Capability.values()) {
            if (capability != Capability.NAMESPACES) { // This runs in them.
                missing.put(capability, "the probe said nothing of it");
            }
        }
        for (String line : output.lines().toList()) {
            for (Capability capability : Capability.values()) {
                String name = capability.name().toUpperCase(Locale.ROOT) + " ";
                if (line.equals(name + "ok")) {
                    missing.remove(capability);
                } else if (line.startsWith(name)) {
                    missing.put(capability, line.substring(name.length()));
                }
            }
        }
        return new Capabilities(missing);
    }
}
