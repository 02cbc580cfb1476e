package io.meshkit.client;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.meshkit.v1.PageRequest;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The pages of one list: each iteration starts anew. The first page fixes the revision that all pages show; an
 * iteration that takes too long ends with COMPACTED. Immutable; an iterator is for one thread.
 */
public final class Pages<Q extends Message, R extends Message> implements Iterable<R> {
    private final MeshKitClient client;
    private final MethodDescriptor<Q, R> method;
    private final Q request;
    private final CallSettings settings;

    Pages(MeshKitClient client, MethodDescriptor<Q, R> method, Q request, CallSettings settings) {
        this.client = client;
        this.method = method;
        this.request = request;
        this.settings = settings;
    }

    @Override
    public Iterator<R> iterator() {
        return new PageIterator();
    }

    public Stream<R> stream() {
        return StreamSupport.stream(spliterator(), false);
    }

    /**
     * The records of all pages, in order.
     *
     * @param type of the records: the response's one repeated message field
     */
    public <E extends Message> Stream<E> records(Class<E> type) {
        return stream().flatMap(page -> recordsOf(page).stream()).map(type::cast);
    }

    private static List<?> recordsOf(Message page) {
        for (FieldDescriptor field : page.getDescriptorForType().getFields()) {
            if (field.isRepeated() && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isMapField()) {
                return (List<?>) page.getField(field);
            }
        }
        throw new IllegalArgumentException(page.getDescriptorForType().getFullName() + " holds no records");
    }

    private static FieldDescriptor require(Descriptor message, String name) {
        FieldDescriptor field = message.findFieldByName(name);
        if (field == null) {
            throw new IllegalArgumentException(message.getFullName() + " has no field " + name + ": not a list verb");
        }
        return field;
    }

    private final class PageIterator implements Iterator<R> {
        private @Nullable Q next = request;

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public R next() {
            if (next == null) {
                throw new NoSuchElementException();
            }
            R page = client.call(method, next, settings);
            String cursor = (String) page.getField(require(page.getDescriptorForType(), "next_cursor"));
            next = cursor.isEmpty() ? null : after(cursor);
            return page;
        }

        @SuppressWarnings("unchecked") // A builder of a message builds that message's type.
        private Q after(String cursor) {
            FieldDescriptor page = require(request.getDescriptorForType(), "page");
            PageRequest asked = ((PageRequest) request.getField(page))
                    .toBuilder().setCursor(cursor).build();
            return (Q) request.toBuilder().setField(page, asked).build();
        }
    }
}
