package io.meshkit.server.observe;

import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Brings what gRPC logs by {@code java.util.logging} into our log. */
final class JulBridge extends Handler {
    private final SimpleFormatter formatter = new SimpleFormatter();

    private JulBridge() {}

    /** Takes the place of every other handler. */
    static void install() {
        LogManager.getLogManager().reset();
        java.util.logging.Logger root = java.util.logging.Logger.getLogger("");
        // Below, most of it is thrown away after it was made.
        root.setLevel(java.util.logging.Level.INFO);
        root.addHandler(new JulBridge());
    }

    @Override
    public void publish(LogRecord record) {
        String name = record.getLoggerName() == null ? "java.util.logging" : record.getLoggerName();
        LoggerFactory.getLogger(name)
                .atLevel(level(record.getLevel().intValue()))
                .setCause(record.getThrown())
                .log(formatter.formatMessage(record));
    }

    private static Level level(int value) {
        if (value >= java.util.logging.Level.SEVERE.intValue()) {
            return Level.ERROR;
        }
        if (value >= java.util.logging.Level.WARNING.intValue()) {
            return Level.WARN;
        }
        return value >= java.util.logging.Level.INFO.intValue() ? Level.INFO : Level.DEBUG;
    }

    @Override
    public void flush() {
        // The appenders flush.
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
