package io.omnirelay.cli.mesh;

import com.google.protobuf.util.Durations;
import io.meshkit.v1.LeaseServiceGrpc;
import io.meshkit.v1.LeaseStatus;
import io.meshkit.v1.ListLeasesRequest;
import io.meshkit.v1.ListPeersRequest;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerServiceGrpc;
import io.omnirelay.cli.output.Format;
import io.omnirelay.cli.output.Names;
import io.omnirelay.cli.output.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Peers with what remains of their leases: the records from any node, the rest from the one that leads. */
final class PeerLeases {
    /** Leases asked about in one call. */
    private static final int BATCH = 500;

    private PeerLeases() {}

    /** A peer and its lease; the default status if it has none. */
    private record Row(Peer peer, LeaseStatus lease) {}

    private static final Table<Row> TABLE = Table.<Row>builder()
            .text("ID", row -> row.peer().getId())
            .state("STATUS", row -> Names.of(row.peer().getStatus()))
            .text(
                    "LEASE",
                    row -> row.peer().hasLease()
                            ? Long.toString(row.peer().getLease().getId())
                            : "")
            .text(
                    "TTL",
                    row -> row.peer().hasLease() ? seconds(row.peer().getLease().getTtl()) : "")
            .text(
                    "REMAINING",
                    row -> row.lease().hasRemaining() ? seconds(row.lease().getRemaining()) : "")
            .text("ROLE", row -> row.peer().getRole())
            .number("REVISION", row -> row.peer().getMeta().getModRevision())
            .build();

    static int list(MeshCommand mesh, ListPeersRequest request, ListFlags flags) {
        if (mesh.global().format() != Format.TABLE) {
            throw GlobalOptions.invalid("--leases", mesh.global().format().toString(), "it makes a table only");
        }
        try (Session session = mesh.session()) {
            Iterator<Peer> peers = session.client()
                    .pages(PeerServiceGrpc.getListPeersMethod(), session.reading(request), session.settings())
                    .records(Peer.class)
                    .limit(flags.limit)
                    .iterator();
            Table<Row>.Printer printer = TABLE.printer(mesh.streams());
            List<Peer> batch = new ArrayList<>();
            while (peers.hasNext() && !mesh.streams().out().checkError()) {
                batch.add(peers.next());
                if (batch.size() == BATCH || !peers.hasNext()) {
                    print(session, batch, printer);
                    batch.clear();
                }
            }
            printer.finish();
        }
        return 0;
    }

    private static void print(Session session, List<Peer> peers, Table<Row>.Printer printer) {
        Map<Long, LeaseStatus> statuses = new HashMap<>();
        List<Long> ids = peers.stream()
                .filter(Peer::hasLease)
                .map(peer -> peer.getLease().getId())
                .toList();
        if (!ids.isEmpty()) {
            session.call(
                            LeaseServiceGrpc.getListLeasesMethod(),
                            ListLeasesRequest.newBuilder().addAllIds(ids).build())
                    .getLeasesList()
                    .forEach(status -> statuses.put(status.getId(), status));
        }
        peers.forEach(peer -> printer.add(
                new Row(peer, statuses.getOrDefault(peer.getLease().getId(), LeaseStatus.getDefaultInstance()))));
    }

    private static String seconds(com.google.protobuf.Duration duration) {
        return String.format(java.util.Locale.ROOT, "%.1fs", Durations.toMillis(duration) / 1000.0);
    }
}
