package io.meshkit.jepsen.sim;

import io.meshkit.v1.LogEntry;
import org.jspecify.annotations.Nullable;

/** @param content null: what a leader begins its term with */
record SimEntry(long term, @Nullable LogEntry content) {}
