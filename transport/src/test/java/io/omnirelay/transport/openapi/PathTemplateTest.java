package io.omnirelay.transport.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathTemplateTest {
    @ParameterizedTest
    @CsvSource({
        "/peers, /peers, /peers",
        "/peers/{id}, /peers/{}, /peers/{id}",
        "/peers/{peer.id}, /peers/{}, /peers/{id}",
        "/peers/{id=*}:cordon, /peers/{}:cordon, /peers/{id}:cordon",
        "/shards/{shard.namespace}/{shard.shard_id}, /shards/{}/{}, /shards/{namespace}/{shardId}",
        "/moves/{from.id}/{to_node.id}, /moves/{}/{}, /moves/{from.id}/{toNode.id}",
        "/audit:count, /audit:count, /audit:count",
    })
    void parse_template_hasShapeAndNames(String template, String shape, String path) {
        PathTemplate parsed = PathTemplate.parse(template);
        assertThat(parsed.shape()).isEqualTo(shape);
        assertThat(parsed.withNames(parsed.names())).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a/{b=**}", "/a/{b=c/*}", "/a/{b", "/a/{}", "/a/{b..c}"})
    void parse_notExpressible_isRefused(String template) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PathTemplate.parse(template))
                .withMessageContaining(template);
    }

    @Test
    void variables_areTheFieldsInProtoNotation() {
        assertThat(PathTemplate.parse("/x/{shard.shard_id=*}").variables()).containsExactly("shard.shard_id");
    }
}
