package io.meshkit.jepsen.checker;

import io.meshkit.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call or a return in a doubly linked list in real-time order, from which a call and its return can be taken
 * and put back in constant time, if put back in the reverse order.
 */
final class Entry {
    /** Place of its operation in the list of operations; −1 for the head. */
    final int id;

    private final int position;
    /** Of a call: its return; null if the operation never returned. Of a return: itself. */
    private @Nullable Entry match;

    private @Nullable Entry previous;

    @Nullable
    Entry next;

    private Entry(int id, int position) {
        this.id = id;
        this.position = position;
    }

    /** @return the head, before the first entry */
    static Entry list(List<Operation> operations) {
        List<Entry> entries = new ArrayList<>();
        for (int id = 0; id < operations.size(); id++) {
            Operation operation = operations.get(id);
            Entry call = new Entry(id, operation.call());
            entries.add(call);
            if (operation.ret() != Operation.NEVER) {
                Entry ret = new Entry(id, operation.ret());
                ret.match = ret;
                call.match = ret;
                entries.add(ret);
            }
        }
        entries.sort(Comparator.comparingInt(entry -> entry.position));
        Entry head = new Entry(-1, -1);
        Entry last = head;
        for (Entry entry : entries) {
            last.next = entry;
            entry.previous = last;
            last = entry;
        }
        return head;
    }

    boolean isCall() {
        return match != this;
    }

    /** Of a call: whether it returned, so that every order must have it. */
    boolean isRequired() {
        return match != null;
    }

    /** Takes a call and its return out. */
    void lift() {
        unlink();
        if (match != null) {
            match.unlink();
        }
    }

    /** Puts back what {@link #lift} took out; everything lifted later must be back. */
    void unlift() {
        if (match != null) {
            match.link();
        }
        link();
    }

    private void unlink() {
        if (previous != null) {
            previous.next = next;
        }
        if (next != null) {
            next.previous = previous;
        }
    }

    private void link() {
        if (previous != null) {
            previous.next = this;
        }
        if (next != null) {
            next.previous = this;
        }
    }
}
