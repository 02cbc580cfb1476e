package io.omnirelay.cli.mesh;

import io.meshkit.v1.RegistryRecord;
import io.meshkit.v1.WatchChange;
import io.meshkit.v1.WatchEvent;
import io.meshkit.v1.WatchResponse;
import io.omnirelay.cli.file.RecordKind;
import io.omnirelay.cli.output.Names;
import io.omnirelay.cli.output.Streams;
import io.omnirelay.cli.output.Table;
import java.util.Locale;

/** For people: a row per changed record of any kind. */
final class EventView extends NotedView {
    private record Row(long revision, WatchChange change, String event, String kind, String name) {}

    private static final Table<Row> TABLE = Table.<Row>builder()
            .number("REVISION", Row::revision)
            .text("EVENT", Row::event)
            .text("KIND", Row::kind)
            .text("NAME", Row::name)
            .text("TIME", row -> row.change().hasTime() ? Names.of(row.change().getTime()) : "")
            .text("ACTOR", row -> row.change().getActor())
            .text("VERB", row -> row.change().getVerb())
            .text("TICKET", row -> row.change().getChangeTicket())
            .text("REASON", row -> row.change().getReason())
            .build();

    private final Table<Row>.Printer printer;

    EventView(Streams streams) {
        super(streams);
        this.printer = TABLE.printer(streams);
    }

    @Override
    public void received(WatchResponse message) {
        switch (message.getEventCase()) {
            case STATE ->
                message.getState()
                        .getRecordsList()
                        .forEach(record -> printer.add(new Row(
                                message.getRevision(),
                                WatchChange.getDefaultInstance(),
                                "state",
                                record.getRecordCase().name().toLowerCase(Locale.ROOT),
                                nameOf(record))));
            case CHANGE -> {
                WatchChange change = message.getChange();
                for (WatchEvent event : change.getEventsList()) {
                    printer.add(new Row(
                            message.getRevision(),
                            change,
                            Names.of(event.getType()),
                            event.getKind(),
                            event.getName()));
                }
                printer.finish();
            }
            default -> {}
        }
    }

    private static String nameOf(RegistryRecord record) {
        return switch (record.getRecordCase()) {
            case PEER -> RecordKind.nameOf(record.getPeer());
            case CLUSTER -> RecordKind.nameOf(record.getCluster());
            case SHARD -> RecordKind.nameOf(record.getShard());
            case CONFIG -> RecordKind.nameOf(record.getConfig());
            case LEADERSHIP -> RecordKind.nameOf(record.getLeadership());
            case ROLE -> record.getRole().getName();
            case BINDING -> record.getBinding().getId();
            case TOKEN -> record.getToken().getId();
            case JOIN_TOKEN -> record.getJoinToken().getId();
            case CERTIFICATE -> record.getCertificate().getSerial();
            case REVOCATION -> record.getRevocation().getId();
            case ISSUING_POLICY -> record.getIssuingPolicy().getName();
            case MEMBER -> record.getMember().getNode();
            case ACTION_POLICY -> record.getActionPolicy().getId();
            case APPROVAL -> record.getApproval().getId();
            case NAMESPACE_QUOTA -> record.getNamespaceQuota().getNamespace();
            case RECORD_NOT_SET -> "";
        };
    }

    @Override
    public void idle() {
        printer.finishIfAny();
    }

    @Override
    public void end() {
        printer.finish();
    }
}
