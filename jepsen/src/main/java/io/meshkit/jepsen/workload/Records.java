package io.meshkit.jepsen.workload;

import com.google.gson.JsonElement;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.meshkit.v1.RegistryRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What of the registry's records a workload made, in the history's words. */
public interface Records {
    /** Nothing that would have to be read at the end. */
    Records NONE = new Records() {
        @Override
        public boolean areJudged() {
            return false;
        }

        @Override
        public @Nullable String key(String kind, String name) {
            return null;
        }

        @Override
        public JsonElement value(RegistryRecord record) {
            throw new IllegalStateException("not judged");
        }

        @Override
        public List<RegistryRecord> all(Reader reader) {
            return List.of();
        }
    };

    /** Reads on one node what is there. */
    @FunctionalInterface
    interface Reader {
        <Q extends Message, R extends Message> R call(MethodDescriptor<Q, R> method, Q request);
    }

    /** Whether audit and state are to be read when everything has healed. */
    boolean areJudged();

    /**
     * The key of a record.
     *
     * @param kind as in the audit: peer, cluster, shard or config
     * @return null: it is none of the workload's
     */
    @Nullable
    String key(String kind, String name);

    /** The value of a record that has a key. */
    JsonElement value(RegistryRecord record);

    /** Every record of the kinds that the workload makes. */
    List<RegistryRecord> all(Reader reader);
}
