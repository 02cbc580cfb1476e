package io.meshkit.client;

/** An answer with how it came. */
public record Reply<R>(R response, ResponseInfo info) {}
