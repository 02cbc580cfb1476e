package io.meshkit.jepsen.net;

import io.meshkit.jepsen.os.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/**
 * The nodes' network. Node i has the address 10.77.i.10 in its namespace, and 10.77.i.1 is the runner's end of its
 * link.
 *
 * <p>Not 127.0.1.i, all in one namespace: a connection over loopback has 127.0.0.1 as its source whoever makes it,
 * and a filter cannot tell then which node a packet came from.
 *
 * <p>Works inside {@link io.meshkit.jepsen.os.Sandbox} only. Thread: any number.
 */
public final class Network implements AutoCloseable {
    private static final String FORWARDING = "/proc/sys/net/ipv4/ip_forward";
    private static final long NAMESPACE_LIMIT_MS = 10_000;

    private final SequencedMap<String, String> addresses = new LinkedHashMap<>();
    private final SequencedMap<String, Process> holders = new LinkedHashMap<>();

    private Network() {}

    /** Makes the links; everybody hears everybody. */
    public static Network create(List<String> nodes) throws IOException, InterruptedException {
        Network network = new Network();
        try {
            Commands.run("ip", "link", "set", "lo", "up");
            Files.writeString(Path.of(FORWARDING), "1");
            for (int i = 1; i <= nodes.size(); i++) {
                network.add(nodes.get(i - 1), i);
            }
            Commands.run(List.of("nft", "-f", "-"), NftRules.table());
            return network;
        } catch (IOException | InterruptedException | RuntimeException e) {
            network.close();
            throw e;
        }
    }

    /** One more node, which hears everybody and is heard. */
    public synchronized void join(String node) throws IOException, InterruptedException {
        add(node, holders.size() + 1);
    }

    private synchronized void add(String node, int number) throws IOException, InterruptedException {
        // Holds the namespace while its node is down; ends with this process, whose pipe it reads.
        Process holder = new ProcessBuilder("unshare", "--net", "cat")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        holders.put(node, holder);
        awaitNamespace(holder);
        String prefix = "10.77." + number;
        addresses.put(node, prefix + ".10");
        String here = "n" + number;
        String pid = Long.toString(holder.pid());
        Commands.run("ip", "link", "add", here, "type", "veth", "peer", "name", "eth0", "netns", pid);
        Commands.run("ip", "addr", "add", prefix + ".1/24", "dev", here);
        Commands.run("ip", "link", "set", here, "up");
        within(node, "ip", "link", "set", "lo", "up");
        within(node, "ip", "addr", "add", prefix + ".10/24", "dev", "eth0");
        within(node, "ip", "link", "set", "eth0", "up");
        within(node, "ip", "route", "add", "default", "via", prefix + ".1");
    }

    private static void awaitNamespace(Process holder) throws IOException, InterruptedException {
        Path ours = Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
        long start = System.nanoTime();
        while (holder.isAlive() && (System.nanoTime() - start) / 1_000_000 < NAMESPACE_LIMIT_MS) {
            if (!Files.readSymbolicLink(Path.of("/proc/" + holder.pid() + "/ns/net"))
                    .equals(ours)) {
                return;
            }
            Thread.sleep(2);
        }
        throw new IOException("a network namespace cannot be made");
    }

    private void within(String node, String... command) throws IOException {
        List<String> whole = new ArrayList<>(enter(node));
        whole.addAll(List.of(command));
        Commands.run(whole, "");
    }

    /** What to put before a command that shall run in the node's namespace. It becomes that command: same pid. */
    public synchronized List<String> enter(String node) {
        Process holder = holders.get(node);
        if (holder == null) {
            throw new IllegalArgumentException("no node " + node);
        }
        return List.of("nsenter", "--net=/proc/" + holder.pid() + "/ns/net", "--");
    }

    /** By node, in order. */
    public synchronized SequencedMap<String, String> addresses() {
        return new LinkedHashMap<>(addresses);
    }

    /** Drops everything on these links and nothing on others, from now on. */
    public void block(Collection<Link> links) throws IOException {
        Commands.run(List.of("nft", "-f", "-"), NftRules.block(links, addresses()));
    }

    /** Drops so many of a hundred packets on these links, from now on. */
    public void lose(Collection<Link> links, int percent) throws IOException {
        Commands.run(List.of("nft", "-f", "-"), NftRules.lose(links, addresses(), percent));
    }

    /** Everybody hears everybody. */
    public void heal() throws IOException {
        block(Set.of());
        lose(Set.of(), 0);
    }

    /** Packets that {@link #block} has dropped so far. */
    public long blocked() throws IOException {
        return packets("blocked");
    }

    /** Packets that {@link #lose} has dropped so far. */
    public long lost() throws IOException {
        return packets("lost");
    }

    private static long packets(String counter) throws IOException {
        return NftRules.packets(Commands.run("nft", "-j", "list", "counters"), counter);
    }

    /** Takes the links away. */
    @Override
    public synchronized void close() {
        holders.values().forEach(Process::destroyForcibly);
    }
}
