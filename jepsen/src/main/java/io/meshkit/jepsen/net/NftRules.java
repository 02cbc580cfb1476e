package io.meshkit.jepsen.net;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The packet filter as nft's text, and its counters as nft's JSON. Pure.
 *
 * <p>Two sets of (source, destination): what is dropped, and what is dropped now and then. The rules look at
 * addresses only, so that they catch TCP and UDP alike, and they are in the forward hook, through which only packets
 * between nodes go.
 */
final class NftRules {
    private static final String TABLE = "inet jepsen";
    private static final String BLOCKED = "blocked";
    private static final String LOSSY = "lossy";

    private NftRules() {}

    static String table() {
        return """
                table inet jepsen {
                  set blocked { type ipv4_addr . ipv4_addr; }
                  set lossy { type ipv4_addr . ipv4_addr; }
                  counter blocked { }
                  counter lost { }
                  chain loss { }
                  chain forward {
                    type filter hook forward priority 0; policy accept;
                    ip saddr . ip daddr @blocked counter name "blocked" drop
                    ip saddr . ip daddr @lossy jump loss
                  }
                }
                """;
    }

    /** Replaces what is dropped, in one step. */
    static String block(Collection<Link> links, Map<String, String> addresses) {
        return replace(BLOCKED, links, addresses);
    }

    /** Replaces what is dropped now and then, in one step. */
    static String lose(Collection<Link> links, Map<String, String> addresses, int percent) {
        return "flush chain " + TABLE + " loss\n"
                + "add rule " + TABLE + " loss numgen random mod 100 < " + percent + " counter name \"lost\" drop\n"
                + replace(LOSSY, links, addresses);
    }

    private static String replace(String set, Collection<Link> links, Map<String, String> addresses) {
        String text = "flush set " + TABLE + " " + set + "\n";
        if (links.isEmpty()) {
            return text;
        }
        return text + "add element " + TABLE + " " + set + " { "
                + links.stream()
                        .map(link -> address(addresses, link.from()) + " . " + address(addresses, link.to()))
                        .collect(Collectors.joining(", "))
                + " }\n";
    }

    private static String address(Map<String, String> addresses, String node) {
        String address = addresses.get(node);
        if (address == null) {
            throw new IllegalArgumentException("no node " + node);
        }
        return address;
    }

    /**
     * Packets of a named counter.
     *
     * @param json of {@code nft -j list counters}
     * @throws IllegalArgumentException if it is not there
     */
    static long packets(String json, String counter) {
        for (JsonElement element :
                JsonParser.parseString(json).getAsJsonObject().getAsJsonArray("nftables")) {
            JsonObject found = element.getAsJsonObject().getAsJsonObject("counter");
            if (found != null && found.get("name").getAsString().equals(counter)) {
                return found.get("packets").getAsLong();
            }
        }
        throw new IllegalArgumentException("no counter " + counter + " in " + json);
    }
}
