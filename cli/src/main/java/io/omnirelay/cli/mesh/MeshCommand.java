package io.omnirelay.cli.mesh;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.meshkit.v1.MutationResult;
import io.omnirelay.cli.file.RecordKind;
import io.omnirelay.cli.output.Details;
import io.omnirelay.cli.output.Format;
import io.omnirelay.cli.output.Json;
import io.omnirelay.cli.output.Streams;
import io.omnirelay.cli.output.Table;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The mesh's records. What all of its commands do with an answer is here. */
@Command(name = "mesh", description = "Shows and changes the records of the mesh.", synopsisSubcommandLabel = "COMMAND")
public final class MeshCommand {
    /** The commands below it. */
    public static final List<Class<?>> COMMANDS = List.of(
            PeersCommand.class,
            ClustersCommand.class,
            ShardsCommand.class,
            ConfigCommand.class,
            VersionsCommand.class,
            LeadersCommand.class,
            LeasesCommand.class,
            AccessCommand.class,
            BootstrapCommand.class,
            PoliciesCommand.class,
            ApprovalsCommand.class,
            QuotasCommand.class,
            AuditCommand.class,
            EventsCommand.class,
            TransactCommand.class,
            ImportCommand.class,
            ExportCommand.class,
            CapacityCommand.class,
            TransportCommand.class,
            DebugCommand.class,
            WhoAmICommand.class);

    @Mixin
    GlobalOptions global = new GlobalOptions();

    private final Streams streams;

    public MeshCommand(Streams streams) {
        this.streams = streams;
    }

    Streams streams() {
        return streams;
    }

    GlobalOptions global() {
        return global;
    }

    Session session() {
        return Session.open(global, streams);
    }

    /**
     * Reads and shows one answer.
     *
     * @param record what people see of it; programs see the whole answer
     */
    <Q extends Message, R extends Message> int show(
            MethodDescriptor<Q, R> method, Q request, Function<R, Message> record) {
        return view(method, request, response -> Details.print(record.apply(response), streams));
    }

    /**
     * Reads and shows one answer.
     *
     * @param people shows people what they see of it; programs see the whole answer
     */
    <Q extends Message, R extends Message> int view(MethodDescriptor<Q, R> method, Q request, Consumer<R> people) {
        try (Session session = session()) {
            R response = session.call(method, request);
            switch (global.format()) {
                case JSON -> streams.out().println(Json.of(response));
                case YAML -> streams.out().print(Json.yaml(response));
                case TABLE -> people.accept(response);
            }
        }
        return 0;
    }

    /** Shows a list as it arrives: a table, or one document with all pages in it. */
    <Q extends Message, R extends Message, E extends Message> int list(
            MethodDescriptor<Q, R> method, Q request, Class<E> type, Table<E> table, ListFlags flags) {
        Format format = global.format();
        try (Session session = session()) {
            Iterator<E> records = session.client()
                    .pages(method, session.reading(request), session.settings())
                    .records(type)
                    .limit(flags.limit)
                    .iterator();
            if (format == Format.TABLE) {
                Table<E>.Printer printer = table.printer(streams);
                while (records.hasNext() && !streams.out().checkError()) {
                    printer.add(records.next());
                }
                printer.finish();
            } else {
                document(method, records, format);
            }
        }
        return 0;
    }

    /**
     * As the list of the request, and then every change, until Ctrl-C.
     *
     * @param list the request of the list verb: its filters are the watch's
     */
    <E extends Message> int watch(Message list, Watched<E> watched, ListFlags flags) {
        if (flags.limit != Long.MAX_VALUE) {
            throw GlobalOptions.invalid("--limit", Long.toString(flags.limit), "either --limit or --watch");
        }
        FieldDescriptor order = list.getDescriptorForType().findFieldByName("order_by");
        if (order != null && !list.getField(order).equals("")) {
            throw GlobalOptions.invalid("--sort", list.getField(order).toString(), "either --sort or --watch");
        }
        WatchView view = global.format() != Format.TABLE
                ? new LineView(streams, global.format())
                : streams.redraws() ? new LiveTable<>(streams, watched) : new RowView<>(streams, watched);
        return WatchRun.run(this, watched.request(list), true, view);
    }

    private <E extends Message> void document(MethodDescriptor<?, ?> method, Iterator<E> records, Format format) {
        String name = listName(method);
        if (format == Format.JSON) {
            streams.out().print("{\n  \"" + name + "\": [");
            String separator = "\n";
            while (records.hasNext() && !streams.out().checkError()) {
                streams.out()
                        .print(separator + Json.of(records.next()).indent(4).stripTrailing());
                separator = ",\n";
            }
            streams.out().println((separator.equals("\n") ? "" : "\n  ") + "]\n}");
        } else {
            streams.out().println(records.hasNext() ? name + ":" : name + ": []");
            while (records.hasNext() && !streams.out().checkError()) {
                String[] lines = Json.yaml(records.next()).stripTrailing().split("\n", -1);
                for (int i = 0; i < lines.length; i++) {
                    streams.out().println((i == 0 ? "  - " : "    ") + lines[i]);
                }
            }
        }
    }

    /** The field that holds the records: the response's first repeated message. */
    private static String listName(MethodDescriptor<?, ?> method) {
        var supplier = (io.grpc.protobuf.ProtoMethodDescriptorSupplier) method.getSchemaDescriptor();
        if (supplier != null) {
            for (FieldDescriptor field :
                    supplier.getMethodDescriptor().getOutputType().getFields()) {
                if (field.isRepeated() && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                    return field.getJsonName();
                }
            }
        }
        throw new IllegalArgumentException(method.getFullMethodName());
    }

    /** Sends a mutation and shows what became of it. */
    <Q extends Message, R extends Message> int mutate(MethodDescriptor<Q, R> method, Q request, MutationFlags flags) {
        try (Session session = session()) {
            shown(session.call(method, request, flags.options()));
        }
        return 0;
    }

    /**
     * As {@link #mutate(MethodDescriptor, Message, MutationFlags)}.
     *
     * @param also is given the answer after it was shown, in any format
     */
    <Q extends Message, R extends Message> int mutate(
            MethodDescriptor<Q, R> method, Q request, MutationFlags flags, Consumer<R> also) {
        try (Session session = session()) {
            R response = session.call(method, request, flags.options());
            shown(response);
            also.accept(response);
        }
        return 0;
    }

    /** As {@link #mutate(MethodDescriptor, Message, MutationFlags)}, after asking. */
    <Q extends Message, R extends Message> int mutate(
            MethodDescriptor<Q, R> method, Q request, MutationFlags flags, String verb, String name) {
        flags.confirm(verb, name, streams);
        return mutate(method, request, flags);
    }

    private void shown(Message response) {
        switch (global.format()) {
            case JSON -> streams.out().println(Json.of(response));
            case YAML -> streams.out().print(Json.yaml(response));
            case TABLE -> summary(response);
        }
    }

    private void summary(Message response) {
        MutationResult result = MutationResult.getDefaultInstance();
        Message record = null;
        for (var entry : response.getAllFields().entrySet()) {
            if (entry.getValue() instanceof MutationResult found) {
                result = found;
            } else if (entry.getValue() instanceof Message found) {
                record = found;
            } else if (entry.getValue() instanceof List<?> several) {
                streams.out().println(several.size() + " records");
            }
        }
        streams.out().println(subject(record) + outcome(result));
        PolicyTexts.requirements(result, streams);
        if (record != null) {
            row(record);
        }
    }

    private static String subject(@Nullable Message record) {
        if (record == null) {
            return "";
        }
        String kind = record.getDescriptorForType().getName();
        String noun = switch (kind) {
            case "ConfigDocument" -> "config";
            case "AccessToken" -> "token";
            case "JoinToken" -> "join token";
            case "IssuingPolicy" -> "issuing policy";
            case "ActionPolicy" -> "policy";
            case "NamespaceQuota" -> "quota";
            default -> kind.toLowerCase(java.util.Locale.ROOT);
        };
        return noun + " " + RecordKind.nameOf(record) + ": ";
    }

    private static String outcome(MutationResult result) {
        if (result.getDryRun()) {
            return result.getChanged() ? "dry run, would change" : "dry run, would not change";
        }
        String how = result.getReplayed() ? ", as answered before" : "";
        if (!result.getApprovalId().isEmpty()) {
            return "not changed, approval " + result.getApprovalId() + " asked for" + how;
        }
        return (result.getChanged() ? "changed" : "unchanged") + ", revision " + result.getRevision() + how;
    }

    private void row(Message record) {
        switch (record) {
            case io.meshkit.v1.Peer peer -> one(Tables.PEERS, peer);
            case io.meshkit.v1.Cluster cluster -> one(Tables.CLUSTERS, cluster);
            case io.meshkit.v1.Shard shard -> one(Tables.SHARDS, shard);
            case io.meshkit.v1.Leadership scope -> one(Tables.LEADERSHIPS, scope);
            case io.meshkit.v1.Role role -> one(AccessTexts.ROLES, role);
            case io.meshkit.v1.Binding binding -> one(AccessTexts.BINDINGS, binding);
            case io.meshkit.v1.AccessToken token -> one(AccessTexts.TOKENS, token);
            case io.meshkit.v1.WorkloadCertificate made -> one(BootstrapTexts.CERTIFICATES, made);
            case io.meshkit.v1.Revocation revocation -> one(BootstrapTexts.REVOCATIONS, revocation);
            case io.meshkit.v1.IssuingPolicy policy -> one(BootstrapTexts.POLICIES, policy);
            case io.meshkit.v1.JoinToken token -> one(BootstrapTexts.TOKENS, token);
            case io.meshkit.v1.NamespaceQuota quota -> one(QuotasCommand.QUOTAS, quota);
            case io.meshkit.v1.Approval approval -> one(PolicyTexts.APPROVALS, approval);
            case io.meshkit.v1.ActionPolicy policy -> one(PolicyTexts.POLICIES, policy);
            default -> Details.print(record, streams);
        }
    }

    private <E> void one(Table<E> table, E record) {
        Table<E>.Printer printer = table.printer(streams);
        printer.add(record);
        printer.finish();
    }
}
