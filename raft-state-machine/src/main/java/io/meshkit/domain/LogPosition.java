package io.meshkit.domain;

/** Where a log entry stands in the Raft log. */
public record LogPosition(long term, long index) {}
