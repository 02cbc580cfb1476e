package io.omnirelay.cli.output;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Rows under a heading, aligned. The widths come from the first rows, so that a long list can be shown as it arrives;
 * a later cell that is wider pushes its own row only.
 */
public final class Table<E> {
    private static final int ROWS_MEASURED = 500;
    private static final String GAP = "  ";
    private static final int CELL_MIN = 4;

    /**
     * One column.
     *
     * @param heading upper case
     * @param cell    the text of a record's cell; empty shows as a dash
     * @param number  align to the right
     * @param state   colour by {@link Colour#ofState}
     */
    public record Column<E>(String heading, Function<E, String> cell, boolean number, boolean state) {}

    /** Collects columns from left to right. */
    public static final class Builder<E> {
        private final List<Column<E>> columns = new ArrayList<>();

        private Builder() {}

        public Builder<E> text(String heading, Function<E, String> cell) {
            columns.add(new Column<>(heading, cell, false, false));
            return this;
        }

        public Builder<E> number(String heading, Function<E, Object> cell) {
            columns.add(new Column<>(heading, e -> String.valueOf(cell.apply(e)), true, false));
            return this;
        }

        public Builder<E> state(String heading, Function<E, String> cell) {
            columns.add(new Column<>(heading, cell, false, true));
            return this;
        }

        public Table<E> build() {
            return new Table<>(List.copyOf(columns));
        }
    }

    private final List<Column<E>> columns;

    private Table(List<Column<E>> columns) {
        this.columns = columns;
    }

    public static <E> Builder<E> builder() {
        return new Builder<>();
    }

    /** The same columns after a first one, over what holds a record. */
    public <R> Table<R> after(String heading, Function<R, String> first, Function<R, E> record) {
        Builder<R> builder = Table.<R>builder().text(heading, first);
        for (Column<E> column : columns) {
            builder.columns.add(new Column<>(
                    column.heading(), row -> column.cell().apply(record.apply(row)), column.number(), column.state()));
        }
        return builder.build();
    }

    /** A printer that takes records one by one; nothing is written before {@link Printer#finish} or 500 records. */
    public Printer printer(Streams streams) {
        return new Printer(streams.out(), streams.width(), streams.colours());
    }

    /** Prints one table. Not thread-safe. */
    public final class Printer {
        private final PrintStream out;
        private final int widthMax;
        private final boolean colours;
        private final List<E> waiting = new ArrayList<>();
        private int[] widths = new int[0];

        private Printer(PrintStream out, int widthMax, boolean colours) {
            this.out = out;
            this.widthMax = widthMax;
            this.colours = colours;
        }

        public void add(E record) {
            if (widths.length > 0) {
                row(record);
                return;
            }
            waiting.add(record);
            if (waiting.size() == ROWS_MEASURED) {
                finish();
            }
        }

        /** As {@link #finish}, if there is a row. */
        public void finishIfAny() {
            if (!waiting.isEmpty()) {
                finish();
            }
        }

        /** Writes what waits; a heading even without rows. */
        public void finish() {
            if (widths.length > 0) {
                return;
            }
            widths = new int[columns.size()];
            for (int i = 0; i < widths.length; i++) {
                widths[i] = columns.get(i).heading().length();
                for (E record : waiting) {
                    widths[i] = Math.max(widths[i], cell(columns.get(i), record).length());
                }
            }
            shrink();
            StringBuilder heading = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                append(heading, i, columns.get(i).heading(), Colour.BOLD);
            }
            out.println(heading.toString().stripTrailing());
            waiting.forEach(this::row);
            waiting.clear();
        }

        /** Takes from the widest column until the row fits; from the first, which names the record, last. */
        private void shrink() {
            if (widthMax == Integer.MAX_VALUE) {
                return;
            }
            int gaps = GAP.length() * (widths.length - 1);
            while (java.util.Arrays.stream(widths).sum() + gaps > widthMax) {
                int widest = widths.length - 1;
                for (int i = widths.length - 1; i > 0; i--) {
                    widest = widths[i] > widths[widest] ? i : widest;
                }
                int taken = widths[widest] > CELL_MIN ? widest : 0;
                if (widths[taken] <= CELL_MIN) {
                    return;
                }
                widths[taken]--;
            }
        }

        private void row(E record) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                Column<E> column = columns.get(i);
                String text = cell(column, record);
                append(line, i, text, column.state() ? Colour.ofState(text) : Colour.NONE);
            }
            out.println(line.toString().stripTrailing());
        }

        private String cell(Column<E> column, E record) {
            String text = column.cell().apply(record);
            return text.isEmpty() ? "-" : text.replace('\n', ' ');
        }

        private void append(StringBuilder line, int index, String text, Colour colour) {
            int width = widths[index];
            String shown = text;
            if (text.length() > width && widthMax != Integer.MAX_VALUE) {
                shown = text.substring(0, width - 1) + "…";
            }
            String padding = " ".repeat(Math.max(0, width - shown.length()));
            String painted = colours ? colour.paint(shown) : shown;
            if (index > 0) {
                line.append(GAP);
            }
            line.append(columns.get(index).number() ? padding + painted : painted + padding);
        }
    }
}
