package io.meshkit.server.admission;

import io.meshkit.server.config.ServerConfig;

/**
 * The limits of admission.
 *
 * @param identityOpsPerSecond calls per second of one identity in the long run; 0: any number
 * @param identityBurstOps     calls that it may make at once after a pause, ≥ 1
 * @param identityCallsMax     calls of one identity being answered at once, ≥ 1
 * @param callsMax             calls of all identities being answered at once, ≥ 1
 * @param reservedPercent      of callsMax, for keep-alives and administration alone
 */
public record AdmissionLimits(
        long identityOpsPerSecond, long identityBurstOps, int identityCallsMax, int callsMax, int reservedPercent) {

    public static AdmissionLimits of(ServerConfig.Admission config) {
        return new AdmissionLimits(
                config.identityOpsPerSecond(),
                config.identityBurstOps(),
                config.identityCallsMax(),
                config.callsMax(),
                config.reservedPercent());
    }

    /** What calls without a claim to the reserve may take together, ≥ 1. */
    int ordinaryCallsMax() {
        return Math.max(1, callsMax - (int) ((long) callsMax * reservedPercent / 100));
    }
}
