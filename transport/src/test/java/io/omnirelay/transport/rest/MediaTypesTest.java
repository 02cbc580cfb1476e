package io.omnirelay.transport.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnirelay.transport.NegotiatedTransport.Encoding;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaTypesTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "*/*, JSON",
                "application/*, JSON",
                "application/json, JSON",
                "application/x-protobuf, PROTOBUF",
                "application/protobuf, PROTOBUF",
                "'application/json;q=0.5, application/x-protobuf', PROTOBUF",
                "'application/x-protobuf;q=0.5, */*', JSON",
                "'application/json;q=0, */*', PROTOBUF",
                "text/html, none",
                "'*/*;q=0', none",
                "'application/json;q=much', none",
                "'', none"
            })
    void accepted_best_wins(String accept, Encoding encoding) {
        assertThat(MediaTypes.accepted(List.of(accept))).isEqualTo(encoding);
    }

    @Test
    void accepted_nothingSaid_isJson() {
        assertThat(MediaTypes.accepted(List.of())).isEqualTo(Encoding.JSON);
        assertThat(MediaTypes.ofBody(null)).isEqualTo(Encoding.JSON);
        assertThat(MediaTypes.acceptsEvents(List.of())).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "application/json, JSON",
                "'Application/JSON; charset=\"UTF-8\"', JSON",
                "application/json; charset=utf-16, none",
                "application/x-protobuf, PROTOBUF",
                "text/plain, none"
            })
    void ofBody_type(String contentType, Encoding encoding) {
        assertThat(MediaTypes.ofBody(contentType)).isEqualTo(encoding);
    }
}
