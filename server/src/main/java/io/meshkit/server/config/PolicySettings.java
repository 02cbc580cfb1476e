package io.meshkit.server.config;

import io.meshkit.server.config.ServerConfig.Policy;
import io.omnirelay.transport.policy.PolicyDocument;
import io.omnirelay.transport.policy.PolicyDocument.Deviation;
import io.omnirelay.transport.policy.PolicyDocument.Narrowing;
import io.omnirelay.transport.policy.PolicyReader;
import java.util.List;
import java.util.stream.IntStream;

/** Section {@code transport-policy}. What its names mean, the policy itself checks. */
public final class PolicySettings {
    private static final String SECTION = "transport-policy.";

    private PolicySettings() {}

    /** Whether HTTP/3 is to be served: what is not served cannot be called. */
    public static boolean servesHttp3(Effective values) {
        return values.on("http3.enabled");
    }

    public static Policy of(Effective values) {
        return new Policy(
                values.on(SECTION + "live"),
                new PolicyDocument(
                        narrowings(values, SECTION + "categories"),
                        narrowings(values, SECTION + "endpoints"),
                        elements(values, SECTION + "exceptions").stream()
                                .map(element -> deviation(values, element))
                                .toList()));
    }

    private static List<String> elements(Effective values, String list) {
        return IntStream.range(0, values.count(list))
                .mapToObj(index -> list + "[" + index + "].")
                .toList();
    }

    private static List<Narrowing> narrowings(Effective values, String list) {
        return elements(values, list).stream()
                .map(element -> new Narrowing(
                        values.text(element + "name"),
                        PolicyReader.words(values.text(element + "transports")),
                        PolicyReader.words(values.text(element + "encodings"))))
                .toList();
    }

    private static Deviation deviation(Effective values, String element) {
        return new Deviation(
                values.text(element + "endpoint"),
                values.text(element + "category"),
                PolicyReader.words(values.text(element + "transports")),
                PolicyReader.words(values.text(element + "encodings")),
                values.text(element + "approved-by"),
                values.text(element + "reason"),
                values.text(element + "expires"));
    }
}
