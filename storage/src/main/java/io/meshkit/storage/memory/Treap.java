package io.meshkit.storage.memory;

import io.meshkit.storage.Keys;
import org.jspecify.annotations.Nullable;

/**
 * A persistent ordered map from keys to values: a treap, a search tree on the keys that is a heap on
 * priorities. No operation changes a node; each returns the root of a new tree that shares the rest.
 *
 * <p>The priority is a hash of the key: the shape depends on the content only, and is balanced (depth
 * O(log n)) unless someone chooses keys against the hash, which costs tests nothing.
 *
 * <p>The empty tree is null. Arrays are shared, never copied and never changed.
 */
final class Treap {
    final byte[] key;
    final byte[] value;
    final @Nullable Treap left;
    final @Nullable Treap right;
    private final long priority;

    private Treap(byte[] key, byte[] value, long priority, @Nullable Treap left, @Nullable Treap right) {
        this.key = key;
        this.value = value;
        this.priority = priority;
        this.left = left;
        this.right = right;
    }

    static byte @Nullable [] get(@Nullable Treap root, byte[] key) {
        Treap node = root;
        while (node != null) {
            int order = Keys.compare(key, node.key);
            if (order == 0) {
                return node.value;
            }
            node = order < 0 ? node.left : node.right;
        }
        return null;
    }

    static Treap put(@Nullable Treap root, byte[] key, byte[] value) {
        return put(root, key, value, priorityOf(key));
    }

    private static Treap put(@Nullable Treap root, byte[] key, byte[] value, long priority) {
        if (root == null) {
            return new Treap(key, value, priority, null, null);
        }
        // A node of this key has this priority: it cannot lie below a node of a lower one.
        if (priority > root.priority) {
            Split split = split(root, key);
            return new Treap(key, value, priority, split.below, split.above);
        }
        int order = Keys.compare(key, root.key);
        if (order == 0) {
            return new Treap(root.key, value, priority, root.left, root.right);
        }
        return order < 0
                ? root.with(put(root.left, key, value, priority), root.right)
                : root.with(root.left, put(root.right, key, value, priority));
    }

    static @Nullable Treap delete(@Nullable Treap root, byte[] key) {
        if (root == null) {
            return null;
        }
        int order = Keys.compare(key, root.key);
        if (order == 0) {
            return join(root.left, root.right);
        }
        if (order < 0) {
            Treap left = delete(root.left, key);
            return left == root.left ? root : root.with(left, root.right);
        }
        Treap right = delete(root.right, key);
        return right == root.right ? root : root.with(root.left, right);
    }

    /** Deletes {@code [from, to)}. */
    static @Nullable Treap deleteRange(@Nullable Treap root, byte[] from, byte[] to) {
        if (Keys.isEmptyRange(from, to)) {
            return root;
        }
        Split low = split(root, from);
        Split high = split(low.above, to);
        return join(low.below, high.above);
    }

    /** The tree in two: keys below the given one, and the others. */
    private record Split(@Nullable Treap below, @Nullable Treap above) {}

    private static Split split(@Nullable Treap root, byte[] key) {
        if (root == null) {
            return new Split(null, null);
        }
        if (Keys.compare(root.key, key) < 0) {
            Split split = split(root.right, key);
            return new Split(root.with(root.left, split.below), split.above);
        }
        Split split = split(root.left, key);
        return new Split(split.below, root.with(split.above, root.right));
    }

    /** One tree of two, all of whose keys are below the other's. */
    private static @Nullable Treap join(@Nullable Treap below, @Nullable Treap above) {
        if (below == null) {
            return above;
        }
        if (above == null) {
            return below;
        }
        return below.priority >= above.priority
                ? below.with(below.left, join(below.right, above))
                : above.with(join(below, above.left), above.right);
    }

    private Treap with(@Nullable Treap newLeft, @Nullable Treap newRight) {
        return new Treap(key, value, priority, newLeft, newRight);
    }

    /** FNV-1a over the key, then a finalizer, so that keys in sequence get priorities out of sequence. */
    private static long priorityOf(byte[] key) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : key) {
            hash = (hash ^ (b & 0xFF)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }
}
