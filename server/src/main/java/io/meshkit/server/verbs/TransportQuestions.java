package io.meshkit.server.verbs;

import io.meshkit.v1.GetTransportStatsResponse;
import io.meshkit.v1.ListDowngradeEventsRequest;
import io.meshkit.v1.ListDowngradeEventsResponse;

/** What a node can be asked about its transport. Thread: any number. */
public interface TransportQuestions {
    GetTransportStatsResponse stats();

    /** @throws io.meshkit.api.RegistryException INVALID_REQUEST if a bound is out of range */
    ListDowngradeEventsResponse events(ListDowngradeEventsRequest request);
}
