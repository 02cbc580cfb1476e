package io.omnirelay.transport.policy;

import io.omnirelay.transport.NegotiatedTransport.Encoding;
import io.omnirelay.transport.json.Suggestions;
import io.omnirelay.transport.policy.Finding.Severity;
import io.omnirelay.transport.policy.PolicyDocument.Deviation;
import io.omnirelay.transport.policy.PolicyDocument.Narrowing;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What is wrong with a document by itself: its names, and its exceptions. Thread: one. */
final class DocumentCheck {
    /** An exception that lasts longer is a change of the policy. */
    static final Duration EXCEPTION_MAX = Duration.ofDays(366);

    /** Of each list of a document. */
    static final int ENTRIES_MAX = 256;

    private static final Duration SOON = Duration.ofDays(14);

    private final Categories categories;
    private final Set<String> endpoints;
    private final @Nullable Severity unknownEndpoint;
    private final Instant now;
    final List<Finding> findings = new ArrayList<>();

    /** An exception in types. */
    record Permit(Deviation written, Set<TransportKind> transports, Set<Encoding> encodings, Instant expires) {
        boolean covers(String endpoint, String category) {
            return written.endpoint().isEmpty()
                    ? written.category().equals(category)
                    : written.endpoint().equals(endpoint);
        }
    }

    /** @param unknownEndpoint how much the name of an unknown endpoint matters; null: not at all */
    DocumentCheck(Categories categories, Set<String> endpoints, @Nullable Severity unknownEndpoint, Instant now) {
        this.categories = categories;
        this.endpoints = new TreeSet<>(endpoints);
        this.unknownEndpoint = unknownEndpoint;
        this.now = now;
    }

    void error(String rule, String subject, String message, String hint) {
        findings.add(new Finding(Severity.ERROR, rule, subject, message, hint));
    }

    /** Longer lists are refused whole: nothing in them is looked at. */
    boolean isBounded(PolicyDocument document) {
        return isBounded("categories", document.categories())
                & isBounded("endpoints", document.endpoints())
                & isBounded("exceptions", document.exceptions());
    }

    private boolean isBounded(String list, List<?> entries) {
        if (entries.size() <= ENTRIES_MAX) {
            return true;
        }
        error("too-many", list, entries.size() + " entries, at most " + ENTRIES_MAX + " are allowed", "merge some");
        return false;
    }

    void narrowings(PolicyDocument document) {
        for (Narrowing narrowing : document.categories()) {
            Optional<Category> category = category(narrowing.name(), narrowing.name());
            Set<TransportKind> transports = transports(narrowing.name(), narrowing.transports());
            Set<Encoding> encodings = encodings(narrowing.name(), narrowing.encodings());
            category.ifPresent(known -> widens(known, transports, encodings));
        }
        for (Narrowing narrowing : document.endpoints()) {
            endpoint(narrowing.name(), narrowing.name());
            transports(narrowing.name(), narrowing.transports());
            encodings(narrowing.name(), narrowing.encodings());
        }
    }

    private void widens(Category category, Set<TransportKind> transports, Set<Encoding> encodings) {
        List<String> more = new ArrayList<>();
        transports.stream()
                .filter(transport -> !category.transports().contains(transport))
                .forEach(transport -> more.add(transport.label()));
        encodings.stream()
                .filter(encoding -> !category.encodings().contains(encoding))
                .forEach(encoding -> more.add(encoding.label()));
        if (!more.isEmpty()) {
            error(
                    "widens-default",
                    category.name(),
                    "the defaults do not allow " + String.join(", ", more),
                    category.exceptions() ? "ask for an exception with an approver and an end" : "leave it out");
        }
    }

    /** The exceptions that hold now. */
    List<Permit> exceptions(PolicyDocument document) {
        List<Permit> valid = new ArrayList<>();
        for (int i = 0; i < document.exceptions().size(); i++) {
            exception("exceptions[" + i + "]", document.exceptions().get(i)).ifPresent(valid::add);
        }
        return valid;
    }

    private Optional<Permit> exception(String subject, Deviation written) {
        int before = errors();
        target(subject, written);
        missing(subject, "approvedBy", written.approvedBy(), "name who answers for it");
        missing(subject, "reason", written.reason(), "say why");
        if (written.transports().isEmpty() && written.encodings().isEmpty()) {
            error("exception-incomplete", subject, "it allows nothing", "name transports, encodings or both");
        }
        Set<TransportKind> transports = transports(subject, written.transports());
        Set<Encoding> encodings = encodings(subject, written.encodings());
        Optional<Instant> expires = expires(subject, written);
        return errors() == before && expires.isPresent()
                ? Optional.of(new Permit(written, transports, encodings, expires.get()))
                : Optional.empty();
    }

    private int errors() {
        return (int) findings.stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .count();
    }

    private void target(String subject, Deviation written) {
        if (written.endpoint().isEmpty() == written.category().isEmpty()) {
            error(
                    "exception-incomplete",
                    subject,
                    "it must be for one endpoint or one category",
                    "name either endpoint or category");
        } else if (written.endpoint().isEmpty()) {
            category(subject, written.category())
                    .filter(category -> !category.exceptions())
                    .ifPresent(category -> error(
                            "exception-forbidden",
                            subject,
                            "category " + category.name() + " has no exceptions",
                            "remove it"));
        } else {
            endpoint(subject, written.endpoint());
        }
    }

    private void missing(String subject, String field, String value, String hint) {
        if (value.isBlank()) {
            error("exception-incomplete", subject, field + " is missing", hint);
        }
    }

    private Optional<Instant> expires(String subject, Deviation written) {
        Instant expires;
        try {
            expires = OffsetDateTime.parse(written.expires()).toInstant();
        } catch (DateTimeParseException e) {
            error(
                    "exception-incomplete",
                    subject,
                    written.expires().isBlank() ? "expires is missing" : "expires is no time: " + written.expires(),
                    "RFC 3339, for example 2027-01-31T00:00:00Z");
            return Optional.empty();
        }
        if (!expires.isAfter(now)) {
            error(
                    "exception-expired",
                    subject,
                    "the exception for " + written.target() + " expired at " + written.expires(),
                    "remove it, or have " + written.approvedBy() + " approve a new end");
        } else if (expires.isAfter(now.plus(EXCEPTION_MAX))) {
            error(
                    "exception-too-long",
                    subject,
                    "it ends more than " + EXCEPTION_MAX.toDays() + " days from now",
                    "choose an earlier end");
        } else if (expires.isBefore(now.plus(SOON))) {
            findings.add(new Finding(
                    Severity.WARNING,
                    "exception-expires-soon",
                    subject,
                    "the exception for " + written.target() + " expires at " + written.expires(),
                    "calls that need it will be refused then"));
        }
        return Optional.of(expires);
    }

    /** Whole days left, rounded down; empty if the time cannot be read. */
    Optional<Long> daysLeft(Deviation written) {
        try {
            return Optional.of(Math.floorDiv(
                    Duration.between(
                                    now, OffsetDateTime.parse(written.expires()).toInstant())
                            .toSeconds(),
                    86_400L));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private Optional<Category> category(String subject, String name) {
        Optional<Category> category = categories.find(name);
        if (category.isEmpty()) {
            unknown(Severity.ERROR, "category", subject, name, categories.names());
        }
        return category;
    }

    private void endpoint(String subject, String name) {
        if (unknownEndpoint != null && !endpoints.contains(name)) {
            unknown(unknownEndpoint, "endpoint", subject, name, endpoints);
        }
    }

    Set<TransportKind> transports(String subject, List<String> names) {
        Set<TransportKind> known = EnumSet.noneOf(TransportKind.class);
        for (String name : names) {
            TransportKind.named(name)
                    .ifPresentOrElse(
                            known::add,
                            () -> unknown(Severity.ERROR, "transport", subject, name, TransportKind.labels()));
        }
        return known;
    }

    Set<Encoding> encodings(String subject, List<String> names) {
        List<String> labels =
                Arrays.stream(Encoding.values()).map(Encoding::label).toList();
        Set<Encoding> known = EnumSet.noneOf(Encoding.class);
        for (String name : names) {
            int index = labels.indexOf(name);
            if (index < 0) {
                unknown(Severity.ERROR, "encoding", subject, name, labels);
            } else {
                known.add(Encoding.values()[index]);
            }
        }
        return known;
    }

    private void unknown(Severity severity, String what, String subject, String name, Collection<String> known) {
        findings.add(new Finding(
                severity,
                "unknown-" + what,
                subject,
                "no such " + what + ": " + (name.length() > 64 ? name.substring(0, 64) + "…" : name),
                Suggestions.closest(name, known)
                        .map(nearest -> "did you mean " + nearest + "?")
                        .orElse("known: " + String.join(", ", known))));
    }
}
