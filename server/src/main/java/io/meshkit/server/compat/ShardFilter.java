package io.meshkit.server.compat;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.DiffShardsRequest;
import io.meshkit.v1.ListShardsRequest;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.WatchOptions;
import io.meshkit.v1.WatchShardsRequest;
import io.meshkit.v1.WatchStart;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What all verbs about shards filter by, and the requests of ours that it makes. Immutable.
 *
 * @param statuses numbers of {@code meshkit.v1.ShardStatus}, which are those of the original's gRPC
 */
record ShardFilter(String namespace, String owner, List<Integer> statuses, String search) {
    private static final Map<String, Integer> STATUSES = new TreeMap<>(
            Map.of("active", 1, "draining", 2, "paused", 3, "disabled", 4, "0", 1, "1", 2, "2", 3, "3", 4));

    /**
     * With statuses as they stand in a query: names or the original's own numbers, any case, several in one text.
     *
     * @throws RegistryException INVALID_REQUEST
     */
    static ShardFilter ofQuery(String namespace, String owner, List<String> statuses, String search) {
        List<Integer> numbers = statuses.stream()
                .flatMap(text -> Stream.of(text.split("[ ,;]+")))
                .filter(text -> !text.isEmpty())
                .map(ShardFilter::status)
                .toList();
        return new ShardFilter(namespace, owner, numbers, search);
    }

    private static int status(String text) {
        Integer number = STATUSES.get(text.toLowerCase(Locale.ROOT));
        if (number == null) {
            throw new RegistryException(RegistryException.detail(
                            ErrorCode.INVALID_REQUEST,
                            "unknown status: " + (text.length() > 64 ? text.substring(0, 64) + "…" : text),
                            "active, draining, paused or disabled")
                    .setField("status")
                    .build());
        }
        return number;
    }

    ListShardsRequest list(int pageSize, String cursor) {
        return ListShardsRequest.newBuilder()
                .setPage(PageRequest.newBuilder().setSize(pageSize).setCursor(cursor))
                .setNamespace(namespace)
                .setOwnerNodeId(owner)
                .addAllStatusesValue(statuses)
                .setSearch(search)
                .build();
    }

    /**
     * @param from inclusive, as in the original; ≤ 1: from the oldest that is kept
     * @param to   inclusive; ≤ 0: to the newest
     */
    DiffShardsRequest diff(long from, long to) {
        return DiffShardsRequest.newBuilder()
                .setNamespace(namespace)
                .setOwnerNodeId(owner)
                .addAllStatusesValue(statuses)
                .setSearch(search)
                .setFromVersion(Math.max(0, from - 1))
                .setToVersion(Math.max(0, to))
                .build();
    }

    /** @param position the last one received; ≤ 0: begin with the initial state */
    WatchShardsRequest watch(long position) {
        WatchOptions options = position <= 0
                ? WatchOptions.getDefaultInstance()
                : WatchOptions.newBuilder()
                        .setStart(WatchStart.WATCH_START_REVISION)
                        .setFromRevision(position + 1)
                        .build();
        return WatchShardsRequest.newBuilder()
                .setWatch(options)
                .setNamespace(namespace)
                .setOwnerNodeId(owner)
                .addAllStatusesValue(statuses)
                .setSearch(search)
                .build();
    }
}
