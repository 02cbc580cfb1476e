package io.meshkit.storage.memory;

import io.meshkit.storage.Cursor;
import io.meshkit.storage.Keys;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Walks one tree within {@code [from, to)}, up or down. The tree is immutable, so the walk is consistent. */
final class TreapCursor implements Cursor {
    private final Runnable checkOpen;
    private final boolean ascending;
    private final byte[] from;
    private final byte @Nullable [] to;
    /** The nodes whose own row is still to come, the next one on top. */
    private final Deque<Treap> pending = new ArrayDeque<>();

    private @Nullable Treap current;
    private boolean closed;

    /** @param checkOpen throws IllegalStateException once the store is closed */
    TreapCursor(@Nullable Treap root, byte[] from, byte @Nullable [] to, boolean ascending, Runnable checkOpen) {
        this.checkOpen = checkOpen;
        this.ascending = ascending;
        this.from = from.clone();
        this.to = to == null ? null : to.clone();
        descend(root);
    }

    /** Stacks the path to the first row of the subtree that lies in the range. */
    private void descend(@Nullable Treap subtree) {
        Treap node = subtree;
        while (node != null) {
            if (ascending) {
                if (Keys.compare(node.key, from) < 0) {
                    node = node.right;
                } else {
                    pending.push(node);
                    node = node.left;
                }
            } else if (to != null && Keys.compare(node.key, to) >= 0) {
                node = node.left;
            } else {
                pending.push(node);
                node = node.right;
            }
        }
    }

    @Override
    public boolean next() {
        check();
        current = pending.poll();
        if (current == null) {
            return false;
        }
        boolean past =
                ascending ? to != null && Keys.compare(current.key, to) >= 0 : Keys.compare(current.key, from) < 0;
        if (past) {
            current = null;
            pending.clear();
            return false;
        }
        descend(ascending ? current.right : current.left);
        return true;
    }

    @Override
    public byte[] key() {
        return row().key.clone();
    }

    @Override
    public byte[] value() {
        return row().value.clone();
    }

    private Treap row() {
        check();
        if (current == null) {
            throw new IllegalStateException("the cursor is on no row");
        }
        return current;
    }

    private void check() {
        if (closed) {
            throw new IllegalStateException("the cursor is closed");
        }
        checkOpen.run();
    }

    @Override
    public void close() {
        closed = true;
        current = null;
        pending.clear();
    }
}
