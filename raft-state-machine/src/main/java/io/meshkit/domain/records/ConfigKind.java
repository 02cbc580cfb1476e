package io.meshkit.domain.records;

import com.google.protobuf.Parser;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.RecordKind;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.storage.KeyWriter;
import io.meshkit.v1.ConfigDocument;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RegistryRecord;

/** Config documents, found by name. */
public final class ConfigKind implements RecordKind<ConfigDocument> {
    public static final ConfigKind CONFIG = new ConfigKind();

    /** The mesh's own document. */
    public static final String MESH = "mesh";

    private ConfigKind() {}

    /** @param name empty: the mesh's own document */
    public RecordRef<ConfigDocument> refOrMesh(String name) {
        return ref(name.isEmpty() ? MESH : name);
    }

    public RecordRef<ConfigDocument> ref(String name) {
        return new RecordRef<>(
                this, name, new KeyWriter().tag(RowKeys.CONFIG).text(name).toBytes());
    }

    @Override
    public String name() {
        return "config";
    }

    @Override
    public int tag() {
        return RowKeys.CONFIG;
    }

    @Override
    public Parser<ConfigDocument> parser() {
        return ConfigDocument.parser();
    }

    @Override
    public RecordRef<ConfigDocument> refOf(ConfigDocument config) {
        return ref(config.getName());
    }

    @Override
    public RecordMeta meta(ConfigDocument config) {
        return config.getMeta();
    }

    @Override
    public ConfigDocument withMeta(ConfigDocument config, RecordMeta meta) {
        return config.toBuilder().setMeta(meta).build();
    }

    @Override
    public RegistryRecord wrap(ConfigDocument config) {
        return RegistryRecord.newBuilder().setConfig(config).build();
    }

    @Override
    public long countMax(DomainLimits limits) {
        return limits.configsMax();
    }
}
