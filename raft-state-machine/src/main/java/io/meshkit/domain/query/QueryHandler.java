package io.meshkit.domain.query;

import com.google.protobuf.Message;
import io.meshkit.domain.QueryResult;
import io.meshkit.domain.kernel.Check;
import io.meshkit.storage.StoreView;

/**
 * One verb that reads.
 *
 * @param request the verb's empty request message
 * @param <Q>     the verb's request message
 */
public record QueryHandler<Q extends Message>(Q request, Answer<Q> answer) {
    /** Answers from the view. */
    public interface Answer<Q extends Message> {
        /**
         * @param check what is wrong with the request goes here; then the answer does not count
         */
        QueryResult of(StoreView view, Q request, Check check);
    }

    /** Answers the request, or says what is wrong with it. */
    public QueryResult run(StoreView view, Message asked) {
        @SuppressWarnings("unchecked")
        Q typed = (Q) asked;
        Check check = new Check();
        QueryResult result = answer.of(view, typed, check);
        return check.error().<QueryResult>map(QueryResult.Refused::new).orElse(result);
    }
}
