package io.omnirelay.cli.mesh;

import com.google.protobuf.Message;
import io.meshkit.v1.RegistryRecord;
import io.meshkit.v1.WatchEvent;
import io.meshkit.v1.WatchResponse;
import io.omnirelay.cli.output.Names;
import io.omnirelay.cli.output.Streams;
import io.omnirelay.cli.output.Table;
import java.util.function.Function;

/** For pipes without --json: a row per record and event, in order. */
final class RowView<E extends Message> extends NotedView {
    private record Row<E>(String event, E record) {}

    private final Function<RegistryRecord, E> unwrap;
    private final Table<Row<E>>.Printer printer;

    RowView(Streams streams, Watched<E> watched) {
        super(streams);
        this.unwrap = watched.unwrap();
        this.printer =
                watched.table().after("EVENT", Row<E>::event, Row<E>::record).printer(streams);
    }

    @Override
    public void received(WatchResponse message) {
        switch (message.getEventCase()) {
            case STATE -> message.getState().getRecordsList().forEach(record -> add("state", record));
            case SYNCED -> printer.finish();
            case CHANGE -> {
                for (WatchEvent event : message.getChange().getEventsList()) {
                    add(Names.of(event.getType()), event.hasRecord() ? event.getRecord() : event.getPrevious());
                }
                printer.finish();
            }
            default -> {}
        }
    }

    private void add(String event, RegistryRecord record) {
        printer.add(new Row<>(event, unwrap.apply(record)));
    }

    @Override
    public void end() {
        printer.finish();
    }
}
